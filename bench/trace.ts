/**
 * npm run bench:trace [-- <folder of another checkout>]
 *
 * Counts the calls, functions, files, moves between files and the stack depth of one request inside lib/. The request goes
 * to a REST API with a REQUEST authorizer. Its rules are an `ip` list, `country` from CloudFront and three routes;
 * undeclared paths are denied. The keys are in memory, and the authorizer has served other requests before.
 *
 * To trace an older commit: `git worktree add ../old <commit>`, `ln -s "$PWD/node_modules" ../old/`, then
 * `npm run bench:trace -- ../old`.
 */
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import middy from '@middy/core';
import { instrument } from './trace/instrument.ts';
import { Recorder, type Trace } from './trace/recorder.ts';

type Library = typeof import('../lib/index.ts');
type TestingEntry = typeof import('../lib/testing.ts');

const [checkout = join(import.meta.dirname, '..')] = process.argv.slice(2);
const library = resolve(checkout, 'lib');
const recorder = new Recorder();
instrument(library, recorder);

const load = (file: string): Promise<unknown> => import(pathToFileURL(join(library, file)).href);
const { auth0Authorizer } = (await load('index.ts')) as Library;
const { createTestIssuer, restRequestEvent } = (await load('testing.ts')) as TestingEntry;

const issuer = createTestIssuer();
const RULES: Parameters<Library['auth0Authorizer']>[0] = {
  rules: {
    ip: { deny: ['192.0.2.0/24'] },
    country: { allow: ['DE', 'FR'], source: 'cloudfront' },
  },
  routes: {
    'GET /orders': { scopes: ['read:orders'] },
    'POST /orders': { permissions: ['write:orders'] },
    'GET /users/{id}': { scopes: ['read:users'] },
  },
  undeclared: 'deny',
};
const READER = { scope: 'read:orders' };
const silent = { info: () => {}, warn: () => {}, error: () => {} };
const context = { awsRequestId: '1', getRemainingTimeInMillis: () => 5000 };

interface Scenario {
  readonly title: string;
  readonly rules: typeof RULES;
  readonly claims: Readonly<Record<string, unknown>>;
  /** Whether an earlier request had the same token. */
  readonly repeats?: boolean;
}

const EXPIRED = { ...READER, exp: Math.floor(Date.now() / 1000) - 3600 };

const SCENARIOS: readonly Scenario[] = [
  { title: 'no rules, new token, allow', rules: {}, claims: READER },
  { title: 'known token, allow', rules: RULES, claims: READER, repeats: true },
  { title: 'new token, allow', rules: RULES, claims: READER },
  { title: 'expired token', rules: RULES, claims: EXPIRED },
  { title: 'scope missing, deny', rules: RULES, claims: { scope: 'read:prices' } },
];

/** Requests before the measured one. The first ones build lazy parts and log notices. */
const WARM_UP = 3;

async function traceOf({ rules, claims, repeats = false }: Scenario): Promise<Trace> {
  const authorizer = auth0Authorizer({ ...rules, ...issuer.options, logger: silent });
  const handler = middy().use(authorizer) as unknown as (
    event: unknown,
    context: unknown,
  ) => Promise<unknown>;
  const send = (event: unknown) => handler(event, context).catch(() => undefined);
  const headers = { 'CloudFront-Viewer-Country': 'DE' };
  const events = Array.from({ length: WARM_UP + 1 }, (_, index) => {
    const token = issuer.token({ ...claims, jti: String(index) });
    return restRequestEvent({ token, path: '/orders', headers });
  });
  const [measured, ...earlier] = events;
  for (const event of repeats ? events : earlier) await send(event);
  return recorder.record(() => send(measured));
}

function filesOfLibrary(): number {
  const names = readdirSync(library, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.ts')).length;
}

const header = ['', 'calls', 'functions', `files of ${filesOfLibrary()}`, 'file hops', 'returns', 'depth'];
console.log(`| ${header.join(' | ')} |`);
console.log(`| --- |${' ---: |'.repeat(header.length - 1)}`);
for (const scenario of SCENARIOS) {
  const { calls, functions, files, hops, returns, depth } = await traceOf(scenario);
  console.log(`| ${[scenario.title, calls, functions, files, hops, returns, depth].join(' | ')} |`);
}
