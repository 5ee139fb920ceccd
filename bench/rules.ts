import { writeFileSync } from 'node:fs';
import type { AuthorizerOptions, RouteRules } from '../lib/index.ts';
import { createTestIssuer, decide, type TestedHandler } from '../lib/testing.ts';
import { moduleOf } from './contenders/index.ts';
import { create } from './contenders/ours-with-rules.ts';
import { eventText } from './events.ts';
import { table } from './markdown.ts';
import { median, percentile, shuffled } from './statistics.ts';
import { startWorker, type Worker } from './worker.ts';

/**
 * Measures what each rule over the token adds to a decision about a known token: `npm run bench:rules`, a minute or two.
 * Writes rules.md next to this file. Exits with 1 if the aim is missed.
 */
const ROUNDS = 10;
const COUNT = 640;
/** Invocations of each process before the first round, so that the engine has compiled its code. */
const RUN_IN = 20_000;
/** Callers that take turns. */
const CALLERS = 64;
/**
 * Passes, each with new processes, of which the fastest counts: the engine does not compile the same code the same each
 * time, and some processes take 1.4 times as long as others.
 */
const PASSES = 6;
/** Microseconds. */
const AIM = 1;

const ORGANIZATION = 'org_a1b2c3d4e5f6g7h8';
const AUTH_TIME = 'https://example.com/auth_time';
const AUDIENCE = 'https://api.example.com/';
const issuer = createTestIssuer({ audience: AUDIENCE });

const RULES: Readonly<Record<string, RouteRules>> = {
  '`callers`': { callers: { allow: ['user', 'machine', 'agent'], maxDelegation: 2 } },
  '`clients`': { clients: ['web', 'cli'] },
  '`audience`': { audience: [AUDIENCE] },
  '`organization: { required }`': { organization: { required: true } },
  "`organization: { matches: 'path:org' }`": { organization: { matches: 'path:org' } },
  '`claims: { absent, present }`': { claims: { suspended: { absent: true }, org_id: { present: true } } },
  '`authorizationDetails`': { authorizationDetails: { types: ['payment'] } },
  '`authentication: { acr }`': { authentication: { acr: ['mfa'] } },
  '`authentication: { maxAge }`': { authentication: { maxAge: 3600, claims: { authTime: AUTH_TIME } } },
};
const NONE = 'none of them';
const ALL = 'all of them';
const ROWS: readonly (readonly [title: string, rules: RouteRules])[] = [
  [NONE, {}],
  ...Object.entries(RULES),
  [ALL, Object.assign({}, ...Object.values(RULES))],
];

const texts = Array.from({ length: CALLERS }, (_, at) => textOf(at));
/** Microseconds, by row: the lower quartile of the rounds of each pass, which ignores those of a busy machine. */
const passes: (readonly number[])[] = [];
for (let pass = 0; pass < PASSES; pass += 1) passes.push(await measureOnce());

async function measureOnce(): Promise<readonly number[]> {
  const rows: { readonly worker: Worker; readonly medians: number[] }[] = [];
  try {
    for (const [title, rules] of ROWS) rows.push({ worker: await start(title, rules), medians: [] });
    for (let round = -1; round < ROUNDS; round += 1) {
      for (const { worker, medians } of shuffled(rows)) {
        const { wall } = await worker.run({ events: 'each', first: 0, count: round === -1 ? RUN_IN : COUNT });
        if (round >= 0) medians.push(median(wall));
      }
    }
    return rows.map(({ medians }) => percentile(medians, 0.25));
  } finally {
    for (const { worker } of rows) worker.close();
  }
}

/** A request with a token that has what every rule requires. */
function textOf(caller: number): string {
  const now = Math.floor(Date.now() / 1000);
  const token = issuer.token({
    sub: `auth0|${caller}`,
    azp: 'web',
    scope: 'read:orders',
    permissions: ['read:orders'],
    org_id: ORGANIZATION,
    acr: 'mfa',
    [AUTH_TIME]: now,
    authorization_details: [{ type: 'payment', id: caller }],
  });
  return eventText({ token, path: `/orgs/${ORGANIZATION}/orders` });
}

/** An authorizer with three routes, of which two have the rules. */
async function start(title: string, rules: RouteRules): Promise<Worker> {
  const settings: AuthorizerOptions = {
    ...issuer.options,
    undeclared: 'absent',
    routes: {
      'GET /orgs/{org}/orders': { scopes: ['read:orders'], ...rules },
      'GET /orgs/{org}/orders/{id}': { permissions: ['read:orders'], ...rules },
      'GET /prices': {},
    },
  };
  const [text] = texts as [string];
  const { outcome } = await decide(create(settings) as unknown as TestedHandler, JSON.parse(text));
  if (outcome !== 'allow') throw new Error(`${title}: the request must be allowed`);
  return startWorker({ module: moduleOf('ours-with-rules').href, settings, texts });
}

const times = ROWS.map(([title], at) => ({
  title,
  p50: Math.min(...passes.map((rows) => rows[at] as number)),
}));
const base = times[0]?.p50 as number;
const figures = times.map((row) => ({ ...row, added: row.p50 - base }));

const sections = [
  '# Rules',
  `Written by \`npm run bench:rules\` on Node ${process.versions.node}, ${process.arch}. Times depend on the machine.`,
  `Decisions about known tokens of ${CALLERS} callers in turn, with \`logger: false\`, on a REST API. Three routes, of which two have the rule, beside \`scopes\` or \`permissions\`. *Added*: the difference from the first row. Microseconds: the fastest of ${PASSES} processes, lower quartile of the medians of ${ROUNDS} rounds.`,
  table(
    ['rules', 'decision', 'added'],
    figures.map(({ title, p50, added }) => [
      title,
      p50.toFixed(1),
      title === NONE ? '' : `${added < 0 ? '-' : '+'}${Math.abs(added).toFixed(1)}`,
    ]),
  ),
];
writeFileSync(new URL('rules.md', import.meta.url), `${sections.join('\n\n')}\n`);
console.log(sections.join('\n\n'));

const slow = figures.filter(({ title, added }) => title !== ALL && added > AIM);
for (const { title } of slow) console.error(`missed: ${title} adds ${AIM} us at most`);
process.exitCode = slow.length === 0 ? 0 : 1;
