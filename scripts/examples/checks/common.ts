import assert from 'node:assert/strict';
import path from 'node:path';
import type { GatewayKind } from '../../../lib/index.ts';
import type { Context } from '../context.ts';
import { BACKEND_EVENTS } from '../events.ts';
import { answerOf, assertRefuses } from '../probe.ts';
import { run } from '../run.ts';

/**
 * Checks that an example compiles, passes its own tests, and is built by its own script.
 *
 * @param title - of the last check
 * @returns whether it was built
 */
export async function checkBuild(
  { project: { folder }, check }: Context,
  title: string,
  script: string,
): Promise<boolean> {
  await check('compiles', () => run(folder, 'npm', ['run', 'check']));
  await check('passes its own tests', () => run(folder, 'npm', ['test']));
  return check(title, () => run(folder, 'npm', ['run', script]));
}

/** Checks that the command `check` finds nothing in the options and in what deploys them. */
export async function checkFindings({ project, check }: Context, template: string): Promise<void> {
  await check('`check` finds nothing', () =>
    run(project.folder, 'npx', ['middy-auth0-authorizer', 'check', 'options.ts', '--template', template]),
  );
}

/** The bundles of an example, by default those of `npm run build`. */
export interface Bundles {
  readonly authorizer: string;
  readonly backend: string;
}

/** Runs the two bundles: the authorizer refuses a request without a token, and the backend reads its caller. */
export async function checkBundles(
  { project, check }: Context,
  gateway: GatewayKind,
  event: keyof typeof BACKEND_EVENTS,
  bundlesOf: () => Bundles = () => ({
    authorizer: path.join(project.folder, 'build/authorizer.mjs'),
    backend: path.join(project.folder, 'build/orders.mjs'),
  }),
): Promise<void> {
  await check('the bundled authorizer refuses a request without a token', () =>
    assertRefuses(project, bundlesOf().authorizer, gateway),
  );
  await check('the bundled backend reads the caller', () =>
    assertReadsCaller(project, bundlesOf().backend, event),
  );
}

/** Asserts that a backend answers with the subject that the authorizer passed to it. */
export async function assertReadsCaller(
  project: Context['project'],
  backend: string,
  event: keyof typeof BACKEND_EVENTS,
): Promise<void> {
  assert.match(JSON.stringify(await answerOf(project, backend, BACKEND_EVENTS[event])), /auth0\|ann/);
}
