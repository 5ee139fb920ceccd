import { exponential, type Random } from './random.ts';

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
/** Midnight of the simulated day, milliseconds since the epoch. */
export const MIDNIGHT = Date.UTC(2027, 0, 4);

const at = (hours: number, minutes = 0) => MIDNIGHT + hours * HOUR + minutes * MINUTE;

/** The events of the day. */
export const EVENTS = {
  /** The next key signs from now on, and a new next key is published. The old key stays published. */
  rotation: at(10),
  /** The key that signed before the rotation is revoked. */
  revocation: at(11),
  outage: { from: at(14), until: at(14, 30) },
  /** Time in which a deployment replaces every environment. */
  deployment: { from: at(16), until: at(16) + 10 * SECOND },
  /** The signing key is revoked at once, and the next one signs. */
  emergency: at(20),
  end: at(24),
} as const;

/** Mean time between two requests to one environment. */
export const BETWEEN_REQUESTS = 2 * MINUTE;
/** Mean life of an environment before Lambda replaces it. */
export const LIFE = 2 * HOUR;
/** Share of requests whose token names a key that never existed: scanners, and tokens of another tenant. */
export const JUNK = 0.005;
/** Share of requests with a token of a key that was revoked today. */
export const STOLEN = 0.005;
/** Smallest share of environments that run, at night. */
const NIGHT = 0.1;

/** Names of the published keys: the signing one first, the next one second. */
export function keysAt(time: number): readonly string[] {
  if (time < EVENTS.rotation) return ['k0', 'k1'];
  if (time < EVENTS.revocation) return ['k1', 'k2', 'k0'];
  if (time < EVENTS.emergency) return ['k1', 'k2'];
  return ['k2', 'k3'];
}

/** The revoked keys, with the time of revocation. */
export function revokedAt(time: number): readonly { readonly kid: string; readonly since: number }[] {
  const revoked = [];
  if (time >= EVENTS.revocation) revoked.push({ kid: 'k0', since: EVENTS.revocation });
  if (time >= EVENTS.emergency) revoked.push({ kid: 'k1', since: EVENTS.emergency });
  return revoked;
}

/** The key of a good token. For an hour after the rotation every second token is still signed by the old key. */
export function goodKidAt(time: number, random: Random): string {
  const [current, , previous] = keysAt(time);
  return previous !== undefined && random() < 0.5 ? previous : (current as string);
}

/** Share of environments that run: the largest at 15:00, the smallest at 03:00. */
export function loadAt(time: number): number {
  const phase = ((time - MIDNIGHT) / HOUR - 15) / 24;
  return NIGHT + (1 - NIGHT) * ((1 + Math.cos(2 * Math.PI * phase)) / 2) ** 2;
}

/** A request to one environment. `isFirst`: Lambda starts the environment for it, with nothing in memory. */
export interface Arrival {
  readonly time: number;
  readonly environment: number;
  readonly isFirst: boolean;
  /** Number of the environment's life to which the request belongs. */
  readonly life: number;
}

/** The times at which environment `index` of `count` is replaced, or starts because of the load. */
function startsOf(index: number, count: number, random: Random): readonly number[] {
  const share = (index + 0.5) / count;
  const starts: number[] = [];
  let isAwake = false;
  let next = Number.POSITIVE_INFINITY;
  const start = (time: number) => {
    starts.push(time);
    next = time + exponential(LIFE, random);
  };
  const { from, until } = EVENTS.deployment;
  const deployed = from + random() * (until - from);
  for (let time = MIDNIGHT; time < EVENTS.end; time += MINUTE) {
    const isNeeded = loadAt(time) >= share;
    if (isNeeded && deployed >= time && deployed < time + MINUTE) start(deployed);
    else if (isNeeded && !isAwake) start(time + random() * MINUTE);
    else if (isNeeded && time >= next) start(time + random() * MINUTE);
    isAwake = isNeeded;
  }
  return starts;
}

/** Every request of the day, in order of time. The same for every policy. */
export function* arrivals(count: number, random: Random): Generator<Arrival> {
  const seconds = new Map<number, Arrival[]>();
  const add = (arrival: Arrival) => {
    const second = Math.floor(arrival.time / SECOND);
    const others = seconds.get(second);
    if (others === undefined) seconds.set(second, [arrival]);
    else others.push(arrival);
  };
  for (let environment = 0; environment < count; environment += 1) {
    for (const [index, time] of startsOf(environment, count, random).entries()) {
      add({ time, environment, isFirst: true, life: index + 1 });
    }
  }
  const lives = new Uint32Array(count);
  for (let time = MIDNIGHT; time < EVENTS.end; time += SECOND) {
    const second = time / SECOND;
    const due = seconds.get(second) ?? [];
    seconds.delete(second);
    due.sort((one, other) => one.time - other.time);
    for (const arrival of due) {
      const { environment, life } = arrival;
      if (arrival.isFirst) lives[environment] = life;
      if (lives[environment] !== life || loadAt(time) < environment / count) continue;
      yield arrival;
      const next = Math.max(time + SECOND, arrival.time + exponential(BETWEEN_REQUESTS, random));
      add({ time: next, environment, isFirst: false, life });
    }
  }
}
