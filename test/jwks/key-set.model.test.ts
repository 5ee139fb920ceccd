import { expect } from 'chai';
import fc from 'fast-check';
import { parseJwksOptions } from '../../lib/jwks/jwks-settings.ts';
import { createKeySet, type KeySet } from '../../lib/jwks/key-set.ts';
import type { SigningKey } from '../../lib/jwks/signing-key.ts';
import { type FakeClock, fakeClock } from '../support/clock.ts';
import { type FakeEndpoint, fakeEndpoint, outage } from '../support/fake-endpoint.ts';
import { testKey } from '../support/issuer.ts';
import { keyOrFault } from '../support/key-set.ts';
import { memoryStore } from '../support/memory-store.ts';

const URI = 'https://tenant.eu.auth0.com/.well-known/jwks.json';
const SECOND = 1000;
const FRESH = 600 * SECOND;
const STALE = 3600 * SECOND;
const COOLDOWN = 30 * SECOND;
/** Two cooldowns for which a failure is remembered, each lengthened by jitter, and the refreshes between them. */
const MEMORY_OF_FAILURE = 2 * 1.2 * COOLDOWN + 30 * SECOND;
/** The longest time for which a key may serve after the endpoint stopped publishing it. */
const LONGEST_LIFE = 1.1 * FRESH + STALE;
const REMAINING = 5 * SECOND;
/** The most requests in a cooldown without keys: the pauses grow from 0.2 to 16 s. */
const MOST_RETRIES = 8;

interface Environment {
  readonly set: KeySet;
  readonly endpoint: FakeEndpoint;
  readonly requests: Asked[];
}

/** A request to the endpoint. */
interface Asked {
  /** True time, milliseconds. */
  readonly at: number;
  /** Whether the environment had keys that verify tokens. */
  readonly hadKeys: boolean;
}

type Found = SigningKey | null | 'fault';

/** Auth0 and the environments, as seen by an observer who knows the true time and all events. */
class World {
  readonly clock: FakeClock = fakeClock();
  readonly environments: Environment[] = [];
  /** When each key was published, and when it was withdrawn. */
  readonly lives = new Map<string, { readonly from: number; until: number }>();
  readonly jwks: readonly Readonly<Record<string, unknown>>[];
  readonly store;
  /** Since when requests have had no obstacle. */
  reachableSince = 0;
  trouble: 'none' | 'failing' | 'silent' = 'none';
  /** True time, milliseconds. */
  time = 0;
  /** How far the clocks are behind in all, milliseconds. The age of a record can be wrong by as much. */
  #behind = 0;
  #made = 0;

  constructor(jwks: World['jwks'], hasStore: boolean) {
    this.jwks = jwks;
    // The store has its own clock, which is never set.
    this.store = hasStore ? memoryStore({ now: () => this.time }) : undefined;
    this.publish();
    this.publish();
    this.boot();
    this.boot();
  }

  get published(): readonly string[] {
    return [...this.lives].filter(([, { until }]) => until === Number.POSITIVE_INFINITY).map(([kid]) => kid);
  }

  materialOf(kid: string): Readonly<Record<string, unknown>> {
    return this.jwks[Number(kid.slice(1)) % this.jwks.length] as Readonly<Record<string, unknown>>;
  }

  boot(): void {
    const { clock, store } = this;
    const endpoint = fakeEndpoint(clock, []);
    const requests: Asked[] = [];
    const options = {
      freshFor: 600,
      staleFor: 3600,
      cooldown: 30,
      ...(store === undefined ? {} : { store }),
    };
    const set = createKeySet({
      uri: URI,
      settings: parseJwksOptions(options, 'jwks'),
      clock,
      fetch: (uri, limits) => {
        requests.push({ at: this.time, hadKeys: set.status.kids.length > 0 });
        return endpoint.fetch(uri, limits);
      },
    });
    this.environments.push({ set, endpoint, requests });
    this.#show();
  }

  publish(): void {
    this.lives.set(`k${this.#made}`, { from: this.time, until: Number.POSITIVE_INFINITY });
    this.#made += 1;
    this.#show();
  }

  revokeOldest(): void {
    const [kid] = this.published;
    const life = kid === undefined ? undefined : this.lives.get(kid);
    if (life !== undefined && this.published.length > 1) life.until = this.time;
    this.#show();
  }

  setTrouble(trouble: World['trouble']): void {
    if (trouble === 'none' && this.trouble !== 'none') this.reachableSince = this.time;
    this.trouble = trouble;
    this.#show();
  }

  #show(): void {
    for (const { endpoint } of this.environments) {
      endpoint.keys = this.published.map((kid) => ({ ...this.materialOf(kid), kid }));
      endpoint.failure = this.trouble === 'failing' ? outage() : null;
      endpoint.isSilent = this.trouble === 'silent';
    }
  }

  async pass(milliseconds: number): Promise<void> {
    // In small steps, so that requests are recorded at the time at which they are made.
    for (let left = milliseconds; left > 0; left -= SECOND) {
      const step = Math.min(left, SECOND);
      await this.clock.advance(step);
      this.time += step;
    }
  }

  freeze(milliseconds: number): void {
    this.clock.jump(milliseconds);
    this.time += milliseconds;
    // A request without a response ends when the freeze kills its connection.
    if (this.trouble === 'none')
      this.reachableSince = Math.max(this.reachableSince, this.time - milliseconds);
  }

  setClockBack(milliseconds: number): void {
    for (const { set } of this.environments) expect(set.status).to.have.property('fresh');
    this.clock.jump(-milliseconds);
    for (const { set } of this.environments) expect(set.status).to.have.property('fresh');
    if (this.store === undefined) return;
    // With a store it takes a while until records written by the old time agree with the new time.
    this.#behind += milliseconds;
    this.reachableSince = this.time;
  }

  async verify(index: number, kid: string): Promise<Found> {
    const environment = this.environments[index % this.environments.length] as Environment;
    const { set } = environment;
    const before = set.status;
    const askedAt = this.time;
    let result: { readonly found: Found } | null = null;
    const finding = keyOrFault(() => set.findKey(kid, 'RS256', REMAINING)).then((found) => {
      result = { found };
    });
    await this.clock.settle();
    for (let waited = 0; result === null && waited < REMAINING; waited += 100) {
      await this.clock.advance(100);
      this.time += 100;
    }
    expect(result, 'an answer before the invocation ends').to.not.equal(null);
    await finding;
    const { found } = result as unknown as { readonly found: Found };
    const life = this.lives.get(kid);
    const isPublished = life?.until === Number.POSITIVE_INFINITY;
    if (found === 'fault') {
      // A key whose life ends while the request waits for a newer one must not serve.
      const hasEnded = this.clock.now() - Number(before.fetchedAt) >= LONGEST_LIFE;
      const isAtHand = before.kids.includes(kid) && !hasEnded;
      expect(isPublished && isAtHand, 'a fault though the key is at hand').to.equal(false);
      const isWell = askedAt - this.reachableSince > MEMORY_OF_FAILURE && this.trouble === 'none';
      expect(isWell, 'a fault though the endpoint is well').to.equal(false);
    } else if (found === null) {
      expect(isPublished && before.kids.includes(kid), 'a refusal though the key is at hand').to.equal(false);
      const age = life === undefined || !isPublished ? 0 : this.time - life.from;
      expect(age, 'a refusal of a key that was published long ago').to.be.lessThan(
        3 * COOLDOWN + this.#behind,
      );
    } else {
      this.#checkFound(kid, found);
    }
    return found;
  }

  #checkFound(kid: string, found: SigningKey): void {
    const life = this.lives.get(kid);
    if (life === undefined) throw new Error('a key that nobody published verifies');
    expect(found.key.export({ format: 'jwk' }).n).to.equal(this.materialOf(kid).n);
    const goneFor = this.time - life.until;
    const slack = REMAINING + this.#behind;
    expect(goneFor, 'the age of a revoked key').to.be.at.most(LONGEST_LIFE + slack);
    const bound = 1.1 * FRESH + MEMORY_OF_FAILURE;
    if (this.time - this.reachableSince > bound && this.trouble === 'none') {
      expect(goneFor, 'the age of a revoked key while the endpoint is well').to.be.at.most(bound + slack);
    }
  }

  checkRequests(): void {
    for (const { requests } of this.environments) {
      for (const [index, { at, hadKeys }] of requests.entries()) {
        const last = requests[index - 1];
        // Times are recorded in steps of a second at most.
        if (hadKeys && last !== undefined) {
          expect(at - last.at, 'the pause between two requests').to.be.at.least(COOLDOWN - SECOND);
        }
        const recent = requests.filter((other) => other.at <= at && other.at > at - COOLDOWN);
        expect(recent.length, 'the requests in a cooldown').to.be.at.most(MOST_RETRIES);
      }
    }
  }
}

/** One event. It describes itself, so that a failing sequence can be read. */
class Happening implements fc.AsyncCommand<object, World> {
  readonly #name: string;
  readonly #action: (world: World) => unknown;

  constructor(name: string, action: (world: World) => unknown) {
    this.#name = name;
    this.#action = action;
  }

  check(): boolean {
    return true;
  }

  async run(_model: object, world: World): Promise<void> {
    await this.#action(world);
    world.checkRequests();
  }

  toString(): string {
    return this.#name;
  }
}

const minutes = fc.integer({ min: 1, max: 100 });

const happenings = [
  fc.constant(new Happening('publish', (world) => world.publish())),
  fc.constant(new Happening('revoke', (world) => world.revokeOldest())),
  fc.constant(new Happening('fail', (world) => world.setTrouble('failing'))),
  fc.constant(new Happening('fall silent', (world) => world.setTrouble('silent'))),
  fc.constant(new Happening('recover', (world) => world.setTrouble('none'))),
  fc.constant(new Happening('boot', (world) => world.boot())),
  fc
    .integer({ min: 1, max: 120 })
    .map((seconds) => new Happening(`pass ${seconds} s`, (world) => world.pass(seconds * SECOND))),
  minutes.map((time) => new Happening(`freeze ${time} min`, (world) => world.freeze(time * 60 * SECOND))),
  minutes.map(
    (time) =>
      new Happening(`set the clock back ${time} min`, (world) => world.setClockBack(time * 60 * SECOND)),
  ),
  fc.nat(3).map(
    (at) =>
      new Happening(`prefetch in ${at}`, (world) => {
        world.environments[at % world.environments.length]?.set.prefetch();
      }),
  ),
  fc.tuple(fc.nat(3), fc.nat(20)).map(
    ([at, pick]) =>
      new Happening(`verify ${pick} in ${at}`, (world) => {
        const kids = [...world.lives.keys()];
        return world.verify(at, kids[pick % kids.length] as string);
      }),
  ),
  fc.nat(3).map(
    (at) =>
      new Happening(`verify all that is published in ${at}`, async (world) => {
        for (const kid of world.published) await world.verify(at, kid);
      }),
  ),
  fc.nat(3).map(
    (at) =>
      new Happening(`flood ${at}`, async (world) => {
        for (let i = 0; i < 5; i += 1) await world.verify(at, `junk-${i}`);
      }),
  ),
];

describe('KeySet, for any sequence of events', () => {
  let jwks: readonly Readonly<Record<string, unknown>>[];

  before(async () => {
    jwks = await Promise.all([0, 1, 2].map(async (index) => (await testKey(index)).jwk));
  });

  for (const hasStore of [false, true]) {
    it(`keeps its promises ${hasStore ? 'with a store' : 'by itself'}`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.commands(happenings, { maxCommands: 60, size: 'max' }), async (commands) => {
          await fc.asyncModelRun(() => ({ model: {}, real: new World(jwks, hasStore) }), commands);
        }),
        { numRuns: 250 },
      );
    });
  }

  for (const [minutes, expected, promise] of [
    [19, 'stale', 'serves a stale key that outlives the wait for a silent endpoint'],
    [20, 'fault', 'does not serve a key whose life ends during the wait for a silent endpoint'],
  ] as const) {
    it(`${promise}, when the clock is set back meanwhile`, async () => {
      const world = new World(jwks, true);
      await world.verify(0, 'k0');
      world.setTrouble('silent');
      world.freeze(49 * 60 * SECOND);
      for (const kid of world.published) await world.verify(0, kid);
      await world.pass(73 * SECOND);
      world.setClockBack(52 * 60 * SECOND);
      await world.pass(34 * SECOND);
      await world.verify(0, 'k0');
      await world.verify(1, 'k0');
      world.freeze(minutes * 60 * SECOND);
      expect(world.environments[0]?.set.status.kids, 'the keys before the wait').to.include('k0');
      const found = await world.verify(0, 'k0');
      expect(found === 'fault' ? found : found?.state).to.equal(expected);
    });
  }
});
