import { named, type Results } from './results.ts';

/** One aim of this package, and whether the run met it. */
export interface Aim {
  readonly aim: string;
  readonly measured: string;
  readonly met: boolean;
}

/** Compares the figures with the aims. The budget, which guards every change, is wider: see budget.ts. */
export function aimsOf(results: Results): Aim[] {
  return [...warmAims(results), ...coldAims(results), ...growthAims(results), memoryAim(results)];
}

/** Middy's time is subtracted in comparisons with contenders without Middy: the best peer, and the cache of fast-jwt. */
function warmAims({ warm }: Results): Aim[] {
  const [floor, ours, logged] = ['floor', 'ours', 'ours-log'].map((name) => named(warm, name));
  if (floor === undefined || ours === undefined || logged === undefined) return [];
  const peers = warm.filter(({ side }) => side === 'peer');
  const bestPeer = Math.min(...peers.map(({ newToken }) => newToken.p50));
  const cached = named(warm, 'fast-jwt-cached').sameToken.p50;
  const middy = named(warm, 'middy-alone');
  const overFloor = ours.newToken.overFloor ?? Number.NaN;
  const overPeer = (ours.newToken.p50 - middy.newToken.p50) / bestPeer;
  const known = ours.sameToken.p50 - middy.sameToken.p50;
  const line = (kind: 'newToken' | 'sameToken') => logged[kind].p50 - ours[kind].p50;
  return [
    {
      aim: 'new token: at most 1.5 x the floor',
      measured: `${overFloor.toFixed(2)} x`,
      met: overFloor <= 1.5,
    },
    {
      aim: 'new token, without Middy: at most 0.6 x the best peer, which has no Middy',
      measured: `${overPeer.toFixed(2)} x`,
      met: overPeer <= 0.6,
    },
    {
      aim: 'known token: under 8 us',
      measured: `${ours.sameToken.p50.toFixed(1)} us`,
      met: ours.sameToken.p50 < 8,
    },
    {
      aim: 'known token, without Middy: at most the time of the cache of fast-jwt, which has no Middy',
      measured: `${known.toFixed(1)} against ${cached.toFixed(1)} us`,
      met: known <= cached,
    },
    {
      aim: 'the log line: at most 15 us',
      measured: `${line('newToken').toFixed(1)} us with a new token, ${line('sameToken').toFixed(1)} us with a known one`,
      met: Math.max(line('newToken'), line('sameToken')) <= 15,
    },
  ];
}

function coldAims({ cold }: Results): Aim[] {
  const ours = named(cold, 'ours').plain.decided;
  const peer = named(cold, 'aws-jwt-verify').plain.decided;
  const logger = named(cold, 'ours-log').plain.decided - ours;
  return [
    {
      aim: 'cold start: at most 0.94 x that of aws-jwt-verify (50 ms where it takes 53)',
      measured: `${(ours / peer).toFixed(2)} x: ${ours.toFixed(0)} against ${peer.toFixed(0)} ms`,
      met: ours / peer <= 0.94,
    },
    {
      aim: 'cold start: at most 3 ms more with the log line',
      measured: `${logger.toFixed(1)} ms`,
      met: logger <= 3,
    },
  ];
}

function growthAims({ growth }: Results): Aim[] {
  const largest = (what: string) => growth.filter((result) => result.what === what).at(-1);
  return (['routes', 'cidrs'] as const).map((what) => {
    const { size = Number.NaN, overTen = Number.NaN } = largest(what) ?? {};
    return {
      aim: `growth: within 10 % from 10 ${what} to the most`,
      measured: `${overTen.toFixed(2)} x with ${size.toLocaleString('en')}`,
      met: overTen <= 1.1,
    };
  });
}

function memoryAim({ memory }: Results): Aim {
  const [first, ...rest] = memory.filter(({ tokens }) => tokens >= 1000);
  const last = rest.at(-1);
  const growth = (last?.heapMb ?? Number.NaN) - (first?.heapMb ?? Number.NaN);
  return {
    aim: 'memory: no growth with more distinct tokens',
    measured: `${growth.toFixed(2)} MB from ${first?.tokens.toLocaleString('en')} to ${last?.tokens.toLocaleString('en')}`,
    met: growth < 1,
  };
}
