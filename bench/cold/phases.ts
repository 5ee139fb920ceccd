import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Contender, ContenderLabel } from '../contenders/index.ts';
import type { IdentityProvider } from '../identity-provider.ts';
import { median, percentile, shuffled } from '../statistics.ts';
import type { CpuQuota } from './cpu-quota.ts';
import { PACKAGINGS, type Packaging, packaged } from './packaging.ts';
import { coldStart } from './process.ts';
import { readingMs } from './reading.ts';

export const WAYS = ['plain', 'tls'] as const;
export type Way = (typeof WAYS)[number];

/** Memory of a function in MB, which gives its CPU share; `null`: no limit. */
export type Memory = number | null;

/** Milliseconds. */
export interface Phases {
  /** Lower quartile of all starts: the upper ones show other processes of the machine. */
  readonly init: number;
  /** Medians of the rounds, by memory in the order given. */
  readonly invocations: readonly number[];
}

export interface PhasesResult extends ContenderLabel {
  readonly packaging: Packaging;
  /** Bytes of the function's file. */
  readonly bytes: number;
  /** Time that V8 takes to read that file. */
  readonly readingMs: number;
  readonly plain: Phases;
  readonly tls: Phases;
}

export interface PhasesPlan {
  readonly contenders: readonly Contender[];
  readonly memories: readonly Memory[];
  readonly rounds: number;
  /** `null`: all processes have all of the CPU. */
  readonly quota: CpuQuota | null;
}

interface Entrant {
  readonly contender: Contender;
  readonly packaging: Packaging;
  readonly file: string;
  readonly samples: Readonly<Record<Way, Samples>>;
}

interface Samples {
  readonly init: number[];
  readonly invocations: readonly number[][];
}

/**
 * Measures the init phase and the first invocation of each contender, for each packaging and memory size. The layer has
 * this package and Middy alone, so other libraries are not measured with it.
 */
export async function measurePhases(provider: IdentityProvider, plan: PhasesPlan): Promise<PhasesResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'authorizer-cold-'));
  try {
    const entrants = await entrantsOf(plan, folder);
    for (let round = -1; round < plan.rounds; round += 1) {
      for (const entrant of shuffled(entrants)) await startAll(entrant, provider, plan, round);
    }
    const results: PhasesResult[] = [];
    for (const entrant of entrants) results.push(await resultOf(entrant, plan));
    return results;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function entrantsOf({ contenders, memories }: PhasesPlan, folder: string): Promise<Entrant[]> {
  const entrants: Entrant[] = [];
  for (const contender of contenders) {
    const packagings = PACKAGINGS.filter((one) => one !== 'layer' || contender.side === 'ours');
    for (const packaging of packagings) {
      const file = await packaged(contender, packaging, folder);
      const samples = () => ({ init: [], invocations: memories.map(() => []) });
      entrants.push({ contender, packaging, file, samples: { plain: samples(), tls: samples() } });
    }
  }
  return entrants;
}

/** The round before the first one brings the files into the page cache and does not count. */
async function startAll(
  { file, samples }: Entrant,
  provider: IdentityProvider,
  { memories, quota }: PhasesPlan,
  round: number,
): Promise<void> {
  for (const way of WAYS) {
    for (const [index, memory] of memories.entries()) {
      const { init, invocation } = await coldStart(file, provider[way], provider, {
        started: (pid) => quota?.take(pid),
        initialised: () => memory !== null && quota?.limitTo(memory),
      });
      if (round === -1) break;
      samples[way].init.push(init);
      samples[way].invocations[index]?.push(invocation);
    }
  }
}

async function resultOf(
  { contender, packaging, file, samples }: Entrant,
  { rounds, quota }: PhasesPlan,
): Promise<PhasesResult> {
  const { name, title, side } = contender;
  return {
    name,
    title,
    side,
    packaging,
    bytes: statSync(file).size,
    readingMs: await readingMs(file, rounds, (pid) => quota?.take(pid)),
    plain: phasesOf(samples.plain),
    tls: phasesOf(samples.tls),
  };
}

function phasesOf({ init, invocations }: Samples): Phases {
  return { init: percentile(init, 0.25), invocations: invocations.map(median) };
}
