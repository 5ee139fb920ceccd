import type { KeyStore } from '../../lib/jwks/key-store.ts';
import { RevocationList } from '../../lib/revocations/revocation-list.ts';
import { parseRevocationsOptions } from '../../lib/revocations/revocations-settings.ts';
import { addRevocations, type WritableStore } from '../../lib/revocations/store.ts';
import { exponential, type Random, randomFrom } from '../fleet/random.ts';
import { SimClock } from '../fleet/sim-clock.ts';

const SECOND = 1000;
const START = Date.UTC(2026, 10, 27);
/** How long the store takes, milliseconds. */
const STORE = 8;
/** Mean time between two requests of an environment, milliseconds: busy, usual, idle. */
const PAUSES = [SECOND, 10 * SECOND, 60 * SECOND] as const;
/** Time left in an invocation, milliseconds. */
const REMAINING = 10 * SECOND;

export interface FleetSetting {
  readonly environments: number;
  /** Simulated time, seconds. */
  readonly seconds: number;
  /** Seconds. */
  readonly refreshEvery: number;
  /** Number of users whose tokens are revoked, one after another. */
  readonly revocations: number;
  readonly seed: number;
}

export interface FleetOutcome {
  readonly requests: number;
  /** Requests with a token that was revoked before they arrived. */
  readonly revoked: number;
  /** Longest time after its revocation for which a token was accepted, milliseconds. */
  readonly longestAccepted: number;
  /** Requests of users who were not revoked that were refused. */
  readonly wronglyRefused: number;
  readonly reads: number;
  /** Shortest time between two reads of one environment, milliseconds. */
  readonly shortestPause: number;
  /** Requests that waited for a read. */
  readonly waited: number;
}

interface World {
  readonly clock: SimClock;
  readonly random: Random;
  /** When each user was revoked, epoch milliseconds, in this order. */
  readonly revokedAt: number[];
  readonly tally: { -readonly [name in keyof FleetOutcome]: FleetOutcome[name] };
}

/**
 * Simulates environments that read one list of revocations: the real code in simulated time. A third of them is busy, a
 * third gets a request every ten seconds, a third every minute.
 */
export async function simulateRevocations(setting: FleetSetting): Promise<FleetOutcome> {
  const clock = new SimClock(START);
  const random = randomFrom(setting.seed);
  const tally = {
    requests: 0,
    revoked: 0,
    longestAccepted: 0,
    wronglyRefused: 0,
    reads: 0,
    shortestPause: Number.POSITIVE_INFINITY,
    waited: 0,
  };
  const world: World = { clock, random, revokedAt: [], tally };
  const store = recordIn();
  for (let index = 0; index < setting.environments; index += 1) {
    startEnvironment(world, store, setting, PAUSES[index % PAUSES.length] as number);
  }
  const every = (setting.seconds * SECOND) / (setting.revocations + 1);
  for (let user = 0; user < setting.revocations; user += 1) {
    await clock.advanceTo(START + (user + 1) * every);
    const now = clock.now() / SECOND;
    const entry = {
      kind: 'sub',
      value: `auth0|${user}`,
      issuedBefore: Math.ceil(now),
      until: now + 86_400,
    } as const;
    await addRevocations(store, [entry], Math.floor(now));
    world.revokedAt.push(clock.now());
  }
  await clock.advanceTo(START + setting.seconds * SECOND);
  return tally;
}

function recordIn(): WritableStore {
  let record: string | null = null;
  return {
    read: async () => record,
    async write(_id, text) {
      record = text;
    },
  };
}

function startEnvironment(
  world: World,
  store: KeyStore,
  { refreshEvery }: FleetSetting,
  pause: number,
): void {
  const { clock, random, tally } = world;
  let lastRead = Number.NEGATIVE_INFINITY;
  const slow: KeyStore = {
    async read(id) {
      tally.reads += 1;
      tally.shortestPause = Math.min(tally.shortestPause, clock.now() - lastRead);
      lastRead = clock.now();
      const record = await store.read(id);
      await clock.sleep(STORE);
      return record;
    },
  };
  const settings = parseRevocationsOptions(
    { store: slow, refreshEvery, onUnavailable: 'deny' },
    'revocations',
  );
  const list = new RevocationList(settings, clock, random);
  const next = () =>
    clock.after(exponential(pause, random), () => {
      void request(world, list);
      next();
    });
  next();
}

/** One request: every tenth is of the user who was revoked last. */
async function request({ clock, random, revokedAt, tally }: World, list: RevocationList): Promise<void> {
  tally.requests += 1;
  const arrivedAt = clock.now();
  const user = random() < 0.1 ? revokedAt.length - 1 : -1;
  const since = revokedAt[user];
  if (since !== undefined) tally.revoked += 1;
  const found = list.find({ sub: `auth0|${user}`, iat: 1 }, REMAINING);
  if (found instanceof Promise) tally.waited += 1;
  const isAccepted = (await found) === null;
  if (since === undefined) tally.wronglyRefused += Number(!isAccepted);
  else if (isAccepted) tally.longestAccepted = Math.max(tally.longestAccepted, arrivedAt - since);
}
