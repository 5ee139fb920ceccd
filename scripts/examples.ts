/**
 * npm run examples [-- NAME...]
 *
 * Proves that the examples work with this checkout, without an AWS account: installs the packed package into copies of
 * them, builds, synthesizes and packages them with their own tools, and compares what comes out with their options.
 * Prints a line for each check. Needs the npm registry.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { checkAppSync, checkCdkHttpApi, checkCdkRest, checkWebSocket } from './examples/checks/cdk.ts';
import { checkLayer } from './examples/checks/layer.ts';
import { checkRevocation } from './examples/checks/revocation.ts';
import { checkSam } from './examples/checks/sam.ts';
import { checkServerless } from './examples/checks/serverless.ts';
import { checkTerraform } from './examples/checks/terraform.ts';
import type { Context } from './examples/context.ts';
import { exampleNames } from './examples/groups.ts';
import { install, pack } from './examples/projects.ts';
import { Report } from './examples/report.ts';
import { loadTools } from './examples/tools.ts';

/** The checks of each folder in examples/. */
const CHECKS: Readonly<Record<string, (context: Context) => Promise<void>>> = {
  'cdk-http-api': checkCdkHttpApi,
  'cdk-rest': checkCdkRest,
  websocket: checkWebSocket,
  appsync: checkAppSync,
  serverless: checkServerless,
  sam: checkSam,
  terraform: checkTerraform,
  layer: checkLayer,
  revocation: checkRevocation,
};

const wanted = process.argv.slice(2);
const report = new Report();
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'examples-'));
try {
  await report.check('examples/', 'every folder has checks', () => {
    const unchecked = exampleNames().filter((name) => !Object.hasOwn(CHECKS, name));
    if (unchecked.length > 0) throw new Error(`add checks to scripts/examples.ts for ${unchecked}`);
  });
  const names = Object.keys(CHECKS).filter((name) => wanted.length === 0 || wanted.includes(name));
  const tools = await loadTools(scratch);
  for (const project of await install(names, await pack(scratch), scratch)) {
    const check = (title: string, run: () => unknown) => report.check(project.name, title, run);
    try {
      await CHECKS[project.name]?.({ project, tools, check });
    } catch (error) {
      await check('can be checked to the end', () => Promise.reject(error));
    }
  }
} finally {
  fs.rmSync(scratch, { recursive: true, force: true });
}
process.exitCode = report.finish() ? 0 : 1;
