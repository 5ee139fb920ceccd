import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { GatewayKind } from '../../lib/index.ts';
import type { Project } from './projects.ts';
import { run } from './run.ts';

/** Invokes the authorizer of a bundle with an event without a token, and prints the outcome. */
const PROBE = `
import { decide, eventFor } from 'middy-auth0-authorizer/testing';
const [file, gateway] = process.argv.slice(2);
const { handler } = await import(file);
const { outcome } = await decide(handler, eventFor(gateway, { path: '/orders' }));
console.log('outcome: ' + outcome);
process.exit();
`;

/** Asserts that a bundled authorizer loads with the environment that is deployed, and refuses a request without a token. */
export async function assertRefuses(
  { folder }: Project,
  bundle: string,
  gateway: GatewayKind,
): Promise<void> {
  const probe = path.join(folder, 'probe.mjs');
  fs.writeFileSync(probe, PROBE);
  const output = await run(folder, process.execPath, [probe, bundle, gateway]);
  fs.rmSync(probe);
  assert.match(output, /^outcome: deny$/m);
}

/** Invokes the backend of a bundle with an event. Returns its answer. */
export async function answerOf({ folder }: Project, bundle: string, event: object): Promise<any> {
  const code = `
    const { handler } = await import(${JSON.stringify(bundle)});
    console.log(JSON.stringify(await handler(${JSON.stringify(event)})));
  `;
  return JSON.parse(await run(folder, process.execPath, ['--input-type=module', '--eval', code]));
}
