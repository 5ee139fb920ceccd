import { type Contender, type ContenderLabel, moduleOf } from './contenders/index.ts';
import { eventText } from './events.ts';
import type { IdentityProvider } from './identity-provider.ts';
import { median, medianRatio, percentile, shuffled } from './statistics.ts';
import { startWorker, type Worker } from './worker.ts';

/** Times of one contender for one kind of request. Microseconds. */
export interface WarmFigures {
  /** Median over the rounds of each round's median. */
  readonly p50: number;
  /** Over all invocations of all rounds. */
  readonly p99: number;
  /** CPU time of all threads, median over the rounds. */
  readonly cpu: number;
  /** Wall time divided by the floor's in the same round, median over the rounds; `null` without a floor. */
  readonly overFloor: number | null;
  /** Median of each round, in order. */
  readonly rounds: readonly number[];
}

export interface WarmResult extends ContenderLabel {
  /** Every token is missing from the contender's cache, if it has one. */
  readonly newToken: WarmFigures;
  /** The same token each time. */
  readonly sameToken: WarmFigures;
}

export interface WarmSize {
  readonly rounds: number;
  /** Invocations of each contender in each round, for each of the two kinds. */
  readonly count: number;
  /** Distinct tokens; well more than any contender caches. */
  readonly tokens: number;
}

const KINDS = ['each', 'first'] as const;
type Kind = (typeof KINDS)[number];

interface Series {
  readonly medians: number[];
  readonly samples: number[];
  readonly cpu: number[];
}

/** Runs each contender once in each round, in random order. */
export async function measureWarm(
  provider: IdentityProvider,
  contenders: readonly Contender[],
  size: WarmSize,
): Promise<WarmResult[]> {
  const texts = provider.tokens(size.tokens).map((token) => eventText({ token }));
  const workers = new Map<string, Worker>();
  try {
    for (const { name, output } of contenders) {
      const module = moduleOf(name).href;
      workers.set(name, await startWorker({ module, settings: provider.plain, texts }, output));
    }
    const series = await rounds(workers, size);
    return contenders.map((contender) => resultOf(contender, series));
  } finally {
    for (const worker of workers.values()) worker.close();
  }
}

async function rounds(workers: ReadonlyMap<string, Worker>, size: WarmSize): Promise<Map<string, Series>> {
  const series = new Map<string, Series>();
  const firsts = new Map<string, number>();
  for (const name of workers.keys()) {
    for (const kind of KINDS) series.set(keyOf(name, kind), { medians: [], samples: [], cpu: [] });
  }
  for (let round = -1; round < size.rounds; round += 1) {
    // The first round lets the engine compile, and does not count.
    const count = round === -1 ? 3000 : size.count;
    for (const [name, worker] of shuffled([...workers])) {
      for (const kind of KINDS) {
        const first = firsts.get(name) ?? 0;
        const { wall, cpu } = await worker.run({ events: kind, first, count });
        if (kind === 'each') firsts.set(name, first + count + 100);
        if (round === -1) continue;
        const own = series.get(keyOf(name, kind)) as Series;
        own.medians.push(median(wall));
        own.samples.push(...wall);
        own.cpu.push(cpu);
      }
    }
  }
  return series;
}

function resultOf({ name, title, side }: Contender, series: ReadonlyMap<string, Series>): WarmResult {
  const floor = series.get(keyOf('floor', 'each'));
  const figuresOf = (kind: Kind): WarmFigures => {
    const { medians, samples, cpu } = series.get(keyOf(name, kind)) as Series;
    return {
      p50: median(medians),
      p99: percentile(samples, 0.99),
      cpu: median(cpu),
      overFloor: floor === undefined ? null : medianRatio(medians, floor.medians),
      rounds: medians,
    };
  };
  return { name, title, side, newToken: figuresOf('each'), sameToken: figuresOf('first') };
}

function keyOf(name: string, kind: Kind): string {
  return `${name} ${kind}`;
}
