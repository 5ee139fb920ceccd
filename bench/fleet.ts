import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { FREE_PLAN_LIMIT } from './fleet/auth0.ts';
import { differencesOfPeers } from './fleet/check-peers.ts';
import { EVENTS, MIDNIGHT, MINUTE } from './fleet/day.ts';
import { POLICIES } from './fleet/policies.ts';
import type { Outcome, Setting } from './fleet/simulate.ts';
import { type Row, tableOf } from './fleet/table.ts';

/**
 * Simulates a day of a fleet of authorizers with one JWKS endpoint: `node bench/fleet.ts`, about two minutes. Prints the
 * table and writes it to fleet.md next to this file. Exits with 1 if an aim is missed or a model differs from its library.
 *
 * `--environments` (10000), `--hostile-environments` (1000), `--seed` (1)
 */
const { values } = parseArgs({
  options: {
    environments: { type: 'string', default: '10000' },
    'hostile-environments': { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
  },
});
const sizes = { quiet: Number(values.environments), hostile: Number(values['hostile-environments']) };
const seed = Number(values.seed);

function run(name: string, setting: Setting): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./fleet/worker.ts', import.meta.url), {
      workerData: { name, setting },
    });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

async function runAll(): Promise<readonly Row[]> {
  const runs = POLICIES.flatMap(({ name }) => [
    { name, setting: { environments: sizes.quiet, seed, isHostile: false } },
    { name, setting: { environments: sizes.hostile, seed, isHostile: true } },
  ]);
  const outcomes = new Array<Outcome>(runs.length);
  let next = 0;
  const work = async () => {
    for (let at = next++; at < runs.length; at = next++) {
      const { name, setting } = runs[at] as (typeof runs)[number];
      outcomes[at] = await run(name, setting);
      process.stderr.write(`${name}${setting.isHostile ? ', hostile' : ''}\n`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return POLICIES.map(({ name, kind }, at) => ({
    name,
    kind,
    quiet: outcomes[2 * at] as Outcome,
    hostile: outcomes[2 * at + 1] as Outcome,
  }));
}

/** The aims for a fleet that the run missed. */
function missedAims(rows: readonly Row[]): readonly string[] {
  const [refreshed, shared] = rows as readonly [Row, Row];
  const freshFor = 10 * MINUTE;
  const outage = EVENTS.outage.until - EVENTS.outage.from;
  const bound = Math.ceil((EVENTS.end - MIDNIGHT - outage) / freshFor);
  const outsideOutage = shared.quiet.requests - shared.quiet.requestsInOutage;
  const aims: readonly [boolean, string][] = [
    [outsideOutage <= bound, `with a store, ${bound} requests at most outside the outage: ${outsideOutage}`],
    [
      shared.quiet.requestsInOutage <= outage / 30_000,
      'with a store, one request in a cooldown in the outage',
    ],
    [
      refreshed.quiet.requests === 0,
      `with a refresher, no request of an authorizer: ${refreshed.quiet.requests}`,
    ],
    [shared.quiet.refused + refreshed.quiet.refused === 0, 'with a store, no good token refused'],
    [shared.hostile.refused + refreshed.hostile.refused === 0, 'with a store, none refused for junk either'],
  ];
  return aims.flatMap(([isMet, aim]) => (isMet ? [] : [aim]));
}

const rows = await runAll();
const table = tableOf(rows, sizes);
const differences = await differencesOfPeers(50, seed);
const tokens = rows[0]?.quiet.tokens ?? 0;
const inOutage = rows[1]?.quiet.requestsInOutage;
const verdict = differences.length === 0 ? 'all counts were equal' : 'NOT all counts were equal';
const page = `# A fleet before one JWKS endpoint

Written by \`node bench/fleet.ts\`, seed ${seed}.

A simulated day of ${sizes.quiet.toLocaleString('en-US')} environments and ${tokens.toLocaleString('en-US')} good tokens. A tenth of the environments
runs at night, all of them in the afternoon. Each lives two hours on average and gets a token every two minutes. At
10:00 the keys rotate, at 11:00 the old one is revoked, from 14:00 to 14:30 the endpoint answers 503, at 16:00 a
deployment replaces every environment within 10 s, at 20:00 the key that signs is revoked without warning. The
endpoint answers ${FREE_PLAN_LIMIT} requests a second, as on Auth0's Free plan, and answers 429 beyond that.

${table}

- This package is the real code in simulated time, with its defaults. The others are models of what they do by default,
  which this run compared with the libraries on a small fleet, with their clocks, timers and requests redirected to the
  simulation: ${verdict}.
- With a store, the fleet fetches once in \`freshFor\`, and once in a \`cooldown\` while the answer is an error: ${inOutage} of the
  requests above fell into the outage. The refresher's own requests are in brackets.
- Junk: one token in 200 names a key that never existed, and one in 200 a revoked key. The last column is from that day,
  too; unknown keys make every environment fetch sooner than on a quiet day.
- Without a store, a cold environment that gets an error from Auth0 has no key, with any library. All refusals of this
  package come from the deployment and from environments that start in the outage.
`;
writeFileSync(new URL('fleet.md', import.meta.url), page);
console.log(table);
const complaints = [...missedAims(rows), ...differences];
for (const complaint of complaints) console.error(`missed: ${complaint}`);
process.exitCode = complaints.length === 0 ? 0 : 1;
