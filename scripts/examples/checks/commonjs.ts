import fs from 'node:fs';
import path from 'node:path';
import { optionsOf } from '../options.ts';
import type { Project } from '../projects.ts';
import { run } from '../run.ts';
import { Template } from '../template.ts';
import { assertHttpApi } from './http-api.ts';

/** As `cdk init app --language typescript` writes it, as far as modules are concerned. */
const TSCONFIG = {
  compilerOptions: {
    target: 'ES2022',
    module: 'NodeNext',
    moduleResolution: 'NodeNext',
    lib: ['es2022'],
    types: ['node'],
    strict: true,
    skipLibCheck: true,
    outDir: 'js',
  },
};

/**
 * Asserts that an example of the CDK works in a project whose modules are CommonJS, if its authorizer is an `.mts` file: it
 * compiles, and the compiled app synthesizes.
 */
export async function assertCommonJs(project: Project): Promise<void> {
  const folder = path.join(project.folder, 'commonjs');
  fs.mkdirSync(folder);
  const copy = (from: string, to: string) => {
    const text = fs.readFileSync(path.join(project.folder, from), 'utf8');
    const adapted = text
      .replace('./options.ts', './options.js')
      .replace("'authorizer.ts'", "'authorizer.mts'");
    fs.writeFileSync(path.join(folder, to), adapted);
  };
  for (const name of ['app.ts', 'options.ts', 'orders.ts']) copy(name, name);
  copy('authorizer.ts', 'authorizer.mts');
  fs.writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ private: true }));
  fs.writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify(TSCONFIG));
  await run(folder, 'npm', ['exec', '--no', '--', 'tsc']);
  await run(folder, process.execPath, ['js/app.js'], { CDK_OUTDIR: 'cdk.out' });
  const template = new Template(path.join(folder, 'cdk.out/orders-http-api.template.json'));
  assertHttpApi(template, await optionsOf(project), '2.0');
}
