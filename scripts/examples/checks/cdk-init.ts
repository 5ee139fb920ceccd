import fs from 'node:fs';
import path from 'node:path';
import { installLocked } from '../../locked/locked.ts';
import type { Context } from '../context.ts';
import { optionsOf } from '../options.ts';
import type { Project } from '../projects.ts';
import { run } from '../run.ts';
import { cdkTemplate } from '../template.ts';
import { assertHttpApi } from './http-api.ts';

const TESTING_PAGE = path.resolve(import.meta.dirname, '../../../docs/10-testing.md');

/** A test for Jest, which has its functions as globals. */
const TEST = `
import middy from '@middy/core';
import { auth0Authorizer } from 'middy-auth0-authorizer';
import { createTestIssuer, decide, httpApi2Event } from 'middy-auth0-authorizer/testing';
import { options } from '../lib/options';

const issuer = createTestIssuer();
const authorizer = middy().use(auth0Authorizer({ ...options, ...issuer.options, logger: false }));

test.each([['GET', 'allow'], ['POST', 'deny']])('%s /orders', async (method, outcome) => {
  const token = issuer.token({ scope: 'read:orders' });
  const decision = await decide(authorizer, httpApi2Event({ token, method, path: '/orders' }));
  expect(decision.outcome).toBe(outcome);
});
`;

/** Checks that the files of an example work in what `cdk init app --language typescript` makes: CommonJS and Jest. */
export async function checkCdkInit({ project, check }: Context): Promise<void> {
  const folder = path.join(path.dirname(project.folder), 'cdk-init/orders');
  const isSynthesized = await check('works in a project of `cdk init`, which is CommonJS', async () => {
    await init(project, folder);
    await run(folder, bin(path.dirname(project.folder), 'cdk'), ['synth', '--quiet']);
    assertHttpApi(cdkTemplate(folder), await optionsOf(project), '2.0');
  });
  if (!isSynthesized) return;
  await check('is tested by Jest, as `cdk init` sets it up and docs/10 says', async () => {
    fs.rmSync(path.join(folder, 'jest.config.js'));
    fs.writeFileSync(path.join(folder, 'jest.config.mjs'), jestConfiguration());
    fs.writeFileSync(path.join(folder, 'test/authorizer.test.ts'), TEST);
    await run(folder, bin(folder, 'jest'), [], { NODE_OPTIONS: '--experimental-vm-modules' });
  });
}

/** Makes the project, and puts the files of the example into it as docs/05 says. */
async function init(project: Project, folder: string): Promise<void> {
  const parent = path.dirname(folder);
  await installLocked('cdk-init', parent);
  fs.mkdirSync(folder);
  await run(folder, bin(path.dirname(project.folder), 'cdk'), [
    ...['init', 'app', '--language', 'typescript', '--generate-only'],
  ]);
  fs.symlinkSync('../node_modules', path.join(folder, 'node_modules'));
  const copy = (from: string, to: string, ...replaced: (readonly [string, string])[]) => {
    const text = fs.readFileSync(path.join(project.folder, from), 'utf8');
    const adapted = replaced.reduce((before, [old, other]) => before.replace(old, other), text);
    fs.writeFileSync(path.join(folder, to), adapted);
  };
  copy('options.ts', 'lib/options.ts');
  copy('orders.ts', 'lib/orders.ts');
  copy('authorizer.ts', 'lib/authorizer.mts', ['./options.ts', './options.js']);
  copy(
    'app.ts',
    'bin/orders.ts',
    ['./options.ts', '../lib/options'],
    ["'authorizer.ts'", "'lib/authorizer.mts'"],
    ["'orders.ts'", "'lib/orders.ts'"],
  );
}

/** The configuration that docs/10 shows. */
function jestConfiguration(): string {
  const [, code] =
    /```js\n(\/\/ jest\.config\.mjs\n.*?)```/s.exec(fs.readFileSync(TESTING_PAGE, 'utf8')) ?? [];
  if (code === undefined)
    throw new Error('docs/10-testing.md has no block that begins with // jest.config.mjs');
  return code;
}

function bin(folder: string, name: string): string {
  return path.join(folder, 'node_modules/.bin', name);
}
