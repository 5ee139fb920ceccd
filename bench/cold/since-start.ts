import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Contender } from '../contenders/index.ts';
import type { IdentityProvider } from '../identity-provider.ts';
import { percentile, shuffled } from '../statistics.ts';
import { bundle } from './bundle.ts';
import { BARE_CREATE, harnessOf } from './harness.ts';
import { type ColdStart, coldStart } from './process.ts';

/**
 * A new process from its start to its first decision. Milliseconds since the start, lower quartiles of the rounds: the
 * upper ones show other processes of the machine.
 */
export interface ColdFigures {
  /** The bundle is loaded: every import, nothing else. */
  readonly imported: number;
  /** The first event is answered: the init phase and the invocation. */
  readonly decided: number;
  /** CPU time of all threads until then. */
  readonly cpu: number;
}

export interface ColdResult {
  readonly name: string;
  readonly title: string;
  readonly side: Contender['side'] | 'bare';
  /** Minified, with 1 KB of the harness. */
  readonly bytes: number;
  readonly gzipBytes: number;
  /** Keys over plain HTTP. */
  readonly plain: ColdFigures;
  /** Keys over TLS, as from Auth0. */
  readonly tls: ColdFigures;
  /** Memory of the process at its first decision, keys over TLS, MB. */
  readonly rssMb: number;
}

interface Entrant extends Pick<Contender, 'name' | 'title'> {
  readonly side: ColdResult['side'];
  readonly file: string;
  readonly bytes: number;
  readonly gzipBytes: number;
}

/** In each round each contender's bundle is started once, in a new order. */
export async function measureCold(
  provider: IdentityProvider,
  contenders: readonly Contender[],
  rounds: number,
): Promise<ColdResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'authorizer-bundles-'));
  try {
    const entrants: Entrant[] = [bare(folder)];
    for (const contender of contenders) entrants.push({ ...contender, ...(await bundle(contender, folder)) });
    const starts = new Map<string, ColdStart[]>();
    for (let round = -1; round < rounds; round += 1) {
      for (const { name, file } of shuffled(entrants)) {
        for (const way of ['plain', 'tls'] as const) {
          const one = await coldStart(file, provider[way], provider);
          // The first round brings the files into the page cache.
          if (round >= 0) starts.set(`${name} ${way}`, [...(starts.get(`${name} ${way}`) ?? []), one]);
        }
      }
    }
    return entrants.map((entrant) => resultOf(entrant, starts));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function bare(folder: string): Entrant {
  const file = join(folder, 'bare.mjs');
  const text = harnessOf(BARE_CREATE);
  writeFileSync(file, text);
  const size = { bytes: text.length, gzipBytes: text.length };
  return { name: 'bare', title: 'a process that does nothing', side: 'bare', file, ...size };
}

function resultOf(entrant: Entrant, starts: ReadonlyMap<string, ColdStart[]>): ColdResult {
  const { name, title, side, bytes, gzipBytes } = entrant;
  const quartile = (way: 'plain' | 'tls', figure: (one: ColdStart) => number) =>
    percentile((starts.get(`${name} ${way}`) as ColdStart[]).map(figure), 0.25);
  const figures = (way: 'plain' | 'tls'): ColdFigures => ({
    imported: quartile(way, ({ imported }) => imported),
    decided: quartile(way, ({ init, invocation }) => init + invocation),
    cpu: quartile(way, ({ cpu }) => cpu),
  });
  const rssMb = quartile('tls', (one) => one.rssMb);
  return { name, title, side, bytes, gzipBytes, plain: figures('plain'), tls: figures('tls'), rssMb };
}
