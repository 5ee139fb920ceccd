import { Auth0 } from './auth0.ts';
import { arrivals, EVENTS, goodKidAt, JUNK, MIDNIGHT, MINUTE, revokedAt, SECOND, STOLEN } from './day.ts';
import type { Environment, Policy } from './policy.ts';
import { randomFrom } from './random.ts';
import { SimClock } from './sim-clock.ts';

export interface Outcome {
  /** Tokens that were verified. */
  readonly tokens: number;
  /** Requests of authorizers to Auth0's JWKS endpoint. */
  readonly requests: number;
  /** Requests of authorizers and of a refresher during the outage. */
  readonly requestsInOutage: number;
  readonly requestsOfRefresher: number;
  /** Most requests in one second. */
  readonly peak: number;
  /** Requests that were answered with 429. */
  readonly limited: number;
  /** Good tokens that were refused: all, and those refused while Auth0 was available. */
  readonly refused: number;
  readonly refusedWhileUp: number;
  /** Longest time after its revocation for which a key was accepted, milliseconds; 0 if none was. */
  readonly longestRevoked: number;
}

export interface Setting {
  readonly environments: number;
  readonly seed: number;
  /** Whether some tokens name keys that never existed or that were revoked. */
  readonly isHostile: boolean;
}

/** Simulates the day with one policy. */
export async function simulate(policy: Policy, { environments, seed, isHostile }: Setting): Promise<Outcome> {
  const clock = new SimClock(MIDNIGHT - MINUTE);
  const auth0 = new Auth0();
  const start = policy.start({ clock, auth0, random: randomFrom(seed + 1) });
  const fleet = new Array<Environment | undefined>(environments);
  const tally = { tokens: 0, refused: 0, refusedWhileUp: 0, longestRevoked: 0 };
  const tokens = randomFrom(seed + 2);

  const judged = (token: Token, isAccepted: boolean) => {
    tally.tokens += 1;
    if (token.kind === 'good' && !isAccepted) {
      tally.refused += 1;
      const { from, until } = EVENTS.outage;
      if (token.time < from || token.time >= until) tally.refusedWhileUp += 1;
    } else if (token.kind === 'stolen' && isAccepted) {
      tally.longestRevoked = Math.max(tally.longestRevoked, token.time - token.since);
    }
  };

  for (const { time, environment, isFirst } of arrivals(environments, randomFrom(seed))) {
    if (clock.hasDue(time)) await clock.advanceTo(time);
    else clock.jumpTo(time);
    const handler = isFirst ? start() : (fleet[environment] as Environment);
    fleet[environment] = handler;
    const token = isHostile ? anyTokenAt(time, tokens) : goodTokenAt(time, tokens);
    const verdict = handler.verify(token.kid);
    if (!(verdict instanceof Promise)) judged(token, verdict);
    else if (policy.settlesAtOnce) judged(token, await verdict);
    else void verdict.then((isAccepted) => judged(token, isAccepted));
  }
  await clock.advanceTo(EVENTS.end + 60 * SECOND);
  policy.stop?.();
  const { requests, requestsInOutage, requestsOfRefresher, peak, refused: limited } = auth0;
  return { ...tally, requests, requestsInOutage, requestsOfRefresher, peak, limited };
}

interface Token {
  readonly kind: 'good' | 'junk' | 'stolen';
  readonly kid: string;
  readonly time: number;
  /** Time at which its key was revoked. */
  readonly since: number;
}

function goodTokenAt(time: number, random: () => number): Token {
  return { kind: 'good', kid: goodKidAt(time, random), time, since: 0 };
}

function anyTokenAt(time: number, random: () => number): Token {
  const pick = random();
  const revoked = revokedAt(time);
  const stolen = revoked[Math.floor(random() * revoked.length)];
  if (pick < JUNK) return { kind: 'junk', kid: `junk-${Math.floor(pick * 1e9)}`, time, since: 0 };
  if (pick < JUNK + STOLEN && stolen !== undefined) return { kind: 'stolen', time, ...stolen };
  return goodTokenAt(time, random);
}
