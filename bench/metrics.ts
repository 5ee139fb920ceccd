import { writeFileSync } from 'node:fs';
import type { AuthorizerOptions } from '../lib/index.ts';
import { createTestIssuer } from '../lib/testing.ts';
import { moduleOf } from './contenders/index.ts';
import type { MetricsSettings } from './contenders/ours-with-metrics.ts';
import { eventText } from './events.ts';
import { table } from './markdown.ts';
import { median, percentile, shuffled } from './statistics.ts';
import { startWorker, type Worker } from './worker.ts';

/**
 * Measures what metrics add to a decision: `npm run bench:metrics`, about a minute. Writes metrics.md next to this file.
 * Exits with 1 if an aim is missed.
 *
 * In pairs: in each round every kind runs right after the others, in an order of its own, and the difference from the kind
 * without anything is taken within the round.
 */
const ROUNDS = 40;
const COUNT = 640;
/** Invocations of each process before the first round, so that the engine has compiled its code. */
const RUN_IN = 20_000;
/** Callers that take turns. */
const CALLERS = 64;
/** Passes, each with new processes, of which the fastest counts. */
const PASSES = 3;
const KINDS = ['nothing', 'metrics', 'Powertools Metrics', 'tracer that is off'] as const;
type Kind = MetricsSettings['kind'];
/** Microseconds that a kind may add. */
const AIMS: Readonly<Record<Kind, number>> = {
  nothing: 0,
  metrics: 5,
  'Powertools Metrics': 5,
  'tracer that is off': 0.3,
};

const TITLES: Readonly<Record<Kind, string>> = {
  nothing: 'neither metrics nor tracer',
  metrics: '`metrics: true`',
  'Powertools Metrics': '`metrics`: a Powertools Metrics',
  'tracer that is off': '`tracer` that is off',
};

const issuer = createTestIssuer();
const options = {
  ...issuer.options,
  undeclared: 'absent',
  routes: { 'GET /orders': { scopes: ['read:orders'] }, 'GET /prices': {} },
} satisfies AuthorizerOptions;
const texts = Array.from({ length: CALLERS }, (_, at) =>
  eventText({ token: issuer.token({ sub: `auth0|${at}`, scope: 'read:orders' }), path: '/orders' }),
);

interface Pass {
  readonly base: number;
  readonly added: Readonly<Record<Kind, number>>;
}

async function measureOnce(): Promise<Pass> {
  const workers: { readonly kind: Kind; readonly worker: Worker }[] = [];
  const rounds: Record<Kind, number>[] = [];
  try {
    for (const kind of KINDS) {
      const settings: MetricsSettings = { options, kind };
      const { href: module } = moduleOf('ours-with-metrics');
      workers.push({ kind, worker: await startWorker({ module, settings, texts }) });
    }
    for (let round = -1; round < ROUNDS; round += 1) {
      const times = {} as Record<Kind, number>;
      for (const { kind, worker } of shuffled(workers)) {
        const count = round === -1 ? RUN_IN : COUNT;
        times[kind] = median((await worker.run({ events: 'each', first: 0, count })).wall);
      }
      if (round >= 0) rounds.push(times);
    }
  } finally {
    for (const { worker } of workers) worker.close();
  }
  const added = (kind: Kind) => median(rounds.map((times) => times[kind] - times.nothing));
  return {
    base: percentile(
      rounds.map(({ nothing }) => nothing),
      0.25,
    ),
    added: Object.fromEntries(KINDS.map((kind) => [kind, added(kind)])) as Record<Kind, number>,
  };
}

const passes: Pass[] = [];
for (let pass = 0; pass < PASSES; pass += 1) passes.push(await measureOnce());

const base = Math.min(...passes.map((pass) => pass.base));
const figures = KINDS.map((kind) => ({ kind, added: median(passes.map(({ added }) => added[kind])) }));
const sections = [
  '# Metrics',
  `Written by \`npm run bench:metrics\` on Node ${process.versions.node}, ${process.arch}. Times depend on the machine.`,
  `Allows for known tokens of ${CALLERS} callers in turn, with \`logger: false\`, on a REST API. Lines go to /dev/null, each with a call of the system. *Added*: the median of the differences from the first row within ${ROUNDS} rounds, of ${PASSES} sets of processes. Microseconds.`,
  table(
    ['options', 'decision', 'added', 'aim'],
    figures.map(({ kind, added }) => [
      TITLES[kind],
      (base + added).toFixed(1),
      kind === 'nothing' ? '' : added.toFixed(1),
      kind === 'nothing' ? '' : `at most ${AIMS[kind]}`,
    ]),
  ),
];
writeFileSync(new URL('metrics.md', import.meta.url), `${sections.join('\n\n')}\n`);
console.log(sections.join('\n\n'));

const missed = figures.filter(({ kind, added }) => kind !== 'nothing' && added > AIMS[kind]);
for (const { kind, added } of missed) console.error(`missed: ${kind} adds ${added.toFixed(2)} us`);
process.exitCode = missed.length === 0 ? 0 : 1;
