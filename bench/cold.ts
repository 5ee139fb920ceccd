import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from './bundle.ts';
import type { Settings } from './contenders/contender.ts';
import type { Contender } from './contenders/index.ts';
import { eventText } from './events.ts';
import type { IdentityProvider } from './identity-provider.ts';
import { percentile, shuffled } from './statistics.ts';

/**
 * A fresh process from its start to its first decision. Milliseconds from the start; the lower quartile of the rounds, since a
 * process that starts beside others tells more of them than of itself.
 */
export interface ColdFigures {
  /** The bundle is loaded: every import, nothing else. */
  readonly imported: number;
  readonly decided: number;
  /** CPU time of all threads until then. */
  readonly cpu: number;
}

export interface ColdResult {
  readonly name: string;
  readonly title: string;
  readonly side: Contender['side'] | 'bare';
  /** Minified; the harness's own 0.6 KB are in it. */
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

interface Start {
  readonly imported: number;
  readonly decided: number;
  readonly cpu: number;
  readonly rssMb: number;
}

const BARE = `
  const decided = process.hrtime();
  const { user, system } = process.cpuUsage();
  process.getBuiltinModule('node:fs').writeSync(3, JSON.stringify({ imported: decided, decided, effect: 'Allow', cpu: (user + system) / 1000,
    rss: process.memoryUsage.rss() }));
  process.exit(0);
`;

/** Rounds in which each contender's bundle is started once, in another order each time. */
export async function measureCold(
  provider: IdentityProvider,
  contenders: readonly Contender[],
  rounds: number,
): Promise<ColdResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'authorizer-bundles-'));
  try {
    const entrants: Entrant[] = [bare(folder)];
    for (const contender of contenders) entrants.push({ ...contender, ...(await bundle(contender, folder)) });
    const starts = new Map<string, Start[]>();
    for (let round = -1; round < rounds; round += 1) {
      for (const entrant of shuffled(entrants)) {
        for (const way of ['plain', 'tls'] as const) {
          const one = await start(entrant.file, provider[way], provider);
          // The first time brings the files into the page cache.
          if (round >= 0)
            starts.set(`${entrant.name} ${way}`, [...(starts.get(`${entrant.name} ${way}`) ?? []), one]);
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
  writeFileSync(file, BARE);
  const size = { bytes: BARE.length, gzipBytes: BARE.length };
  return { name: 'bare', title: 'a process that does nothing', side: 'bare', file, ...size };
}

function resultOf(entrant: Entrant, starts: ReadonlyMap<string, Start[]>): ColdResult {
  const { name, title, side, bytes, gzipBytes } = entrant;
  const all = (way: 'plain' | 'tls', figure: keyof Start) =>
    percentile(
      (starts.get(`${name} ${way}`) as Start[]).map((one) => one[figure]),
      0.25,
    );
  const figures = (way: 'plain' | 'tls'): ColdFigures => ({
    imported: all(way, 'imported'),
    decided: all(way, 'decided'),
    cpu: all(way, 'cpu'),
  });
  const rssMb = all('tls', 'rssMb');
  return { name, title, side, bytes, gzipBytes, plain: figures('plain'), tls: figures('tls'), rssMb };
}

/** Of `process.hrtime`: seconds and nanoseconds. */
type Instant = [seconds: number, nanoseconds: number];

interface Told {
  readonly imported: Instant;
  readonly decided: Instant;
  readonly effect: string;
  readonly cpu: number;
  readonly rss: number;
}

async function start(file: string, settings: Settings, provider: IdentityProvider): Promise<Start> {
  const [token] = provider.tokens(1, settings) as [string];
  const event: unknown = JSON.parse(eventText({ token }));
  const startedAt = process.hrtime();
  const child = spawn(process.execPath, [file], {
    env: { BENCH_START: JSON.stringify({ settings, event }), NODE_EXTRA_CA_CERTS: provider.caFile },
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  });
  let text = '';
  child.stdio[3]?.on('data', (chunk) => {
    text += chunk;
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`${file} ended with exit code ${code}`);
  const { imported, decided, effect, cpu, rss } = JSON.parse(text) as Told;
  if (effect !== 'Allow') throw new Error(`${file} refused a good token`);
  const since = (instant: Instant) => (instant[0] - startedAt[0]) * 1000 + (instant[1] - startedAt[1]) / 1e6;
  return { imported: since(imported), decided: since(decided), cpu, rssMb: rss / 2 ** 20 };
}
