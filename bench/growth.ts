import { moduleOf } from './contenders/index.ts';
import { address, type GrowingSettings, routePath } from './contenders/ours-growing.ts';
import { eventText } from './events.ts';
import type { IdentityProvider } from './identity-provider.ts';
import { median, medianRatio, shuffled } from './statistics.ts';
import { startWorker, type Worker } from './worker.ts';

export type What = GrowingSettings['what'];

export const SIZES: Readonly<Record<What, readonly number[]>> = {
  routes: [1, 10, 100, 1000, 10_000],
  cidrs: [10, 100, 1000, 10_000, 100_000],
  countries: [1, 10, 100, 250],
  issuers: [1, 10, 100, 1000],
};

/** This package with `size` of something. The token is known, so that its verification is not measured. */
export interface GrowthResult {
  readonly what: What;
  readonly size: number;
  /** `auth0Authorizer(options)` in a fresh process, milliseconds; the faster of two. */
  readonly startUpMs: number;
  /** One decision, microseconds, median over the rounds of each round's median. */
  readonly p50: number;
  /** The same divided by the time with ten, round by round. */
  readonly overTen: number;
  /** Median of each round of the faster process, in order. Microseconds. */
  readonly rounds: readonly number[];
}

export interface GrowthSize {
  readonly rounds: number;
  /** Decisions of each process in each round. */
  readonly count: number;
}

/** Distinct requests, sent in turn. */
const REQUESTS = 64;

/** Processes for each size, of which the faster counts: the engine does not compile the same code the same each time. */
const REPLICAS = 2;

/** @param sizes - must include ten */
export async function measureGrowth(
  provider: IdentityProvider,
  what: What,
  sizes: readonly number[],
  { rounds, count }: GrowthSize,
): Promise<GrowthResult[]> {
  const [token] = provider.tokens(1) as [string];
  const groups: Group[] = [];
  try {
    for (const size of sizes) groups.push(await startGroup({ ...provider.plain, what, size }, token));
    for (let round = -1; round < rounds; round += 1) {
      for (const { workers, medians } of shuffled(groups)) {
        const replicas: number[] = [];
        for (const worker of workers) {
          const { wall } = await worker.run({ events: 'each', first: 0, count: round === -1 ? 5000 : count });
          replicas.push(median(wall));
        }
        if (round >= 0) medians.push(Math.min(...replicas));
      }
    }
  } finally {
    for (const { workers } of groups) for (const worker of workers) worker.close();
  }
  const small = (groups.find(({ size }) => size === 10) as Group).medians;
  return groups.map(({ size, workers, medians }) => ({
    what,
    size,
    startUpMs: Math.min(...workers.map(({ startUpMs }) => startUpMs)),
    p50: median(medians),
    overTen: medianRatio(medians, small),
    rounds: medians,
  }));
}

interface Group {
  readonly size: number;
  readonly workers: readonly Worker[];
  /** Of each round. */
  readonly medians: number[];
}

async function startGroup(settings: GrowingSettings, token: string): Promise<Group> {
  const texts = Array.from({ length: REQUESTS }, (_, index) => requestText(token, settings, index));
  const workers: Worker[] = [];
  for (let replica = 0; replica < REPLICAS; replica += 1) {
    workers.push(await startWorker({ module: moduleOf('ours-growing').href, settings, texts }));
  }
  return { size: settings.size, workers, medians: [] };
}

/** The n-th request, with a route and an address of its own that are allowed. */
function requestText(token: string, { what, size }: GrowingSettings, index: number): string {
  const spread = Math.floor((index * size) / REQUESTS);
  if (what === 'routes') return eventText({ token, path: routePath(spread, `id-${index}`) });
  if (what === 'cidrs') return eventText({ token, sourceIp: address(spread * 2 + 1, 7) });
  return eventText({ token });
}
