import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { expect } from 'chai';
import { type FetchJwks, fetchJwks } from '../../lib/jwks/fetch-jwks.ts';
import { parseJwksOptions } from '../../lib/jwks/jwks-settings.ts';
import { createKeySet, type KeySet } from '../../lib/jwks/key-set.ts';
import type { KeyStore } from '../../lib/jwks/key-store.ts';
import { dynamoDbKeyStore } from '../../lib/jwks/stores/dynamodb.ts';
import { redisKeyStore } from '../../lib/jwks/stores/redis.ts';
import { selfSignedCertificate } from '../support/certificate.ts';
import { type ShiftedClock, shiftedClock } from '../support/clock.ts';
import { startDynamoDb, type TestDynamoDb } from '../support/dynamodb.ts';
import { testKey } from '../support/issuer.ts';
import {
  type Behaviour,
  good,
  type JwksServer,
  MISBEHAVIOURS,
  startJwksServer,
} from '../support/jwks-server.ts';
import { stateOrFault } from '../support/key-set.ts';
import { hasRedis, startRedis, type TestRedis } from '../support/redis.ts';

/** A way in which the endpoint fails: by its behaviour, or by the address. */
interface Fault {
  readonly code: string;
  readonly behaviour?: Behaviour;
  readonly reroute?: (uri: string) => string;
  /** Whether it occurs over plain HTTP, over TLS, or over both. */
  readonly over?: 'http' | 'https';
}

const FAULTS: Readonly<Record<string, Fault>> = {
  ...MISBEHAVIOURS,
  'has a name that does not resolve': {
    code: 'jwks_unreachable',
    reroute: (uri) => uri.replace('localhost', 'tenant.invalid'),
  },
  'refuses connections': { code: 'jwks_unreachable', reroute: (uri) => uri.replace(/:\d+/, ':1') },
  'has a certificate for another name': {
    code: 'jwks_unreachable',
    reroute: (uri) => uri.replace('localhost', '127.0.0.2'),
    over: 'https',
  },
  'does not speak TLS': {
    code: 'jwks_unreachable',
    reroute: (uri) => uri.replace('http:', 'https:'),
    over: 'http',
  },
  'does not speak plain HTTP': {
    code: 'jwks_unreachable',
    reroute: (uri) => uri.replace('https:', 'http:'),
    over: 'https',
  },
};

/** The keys in memory when the fault begins, what a good token's key then gets, and the requests for three tokens. */
const STATES = {
  cold: { minutes: null, outcome: 'fault', requests: [1, 4] },
  fresh: { minutes: 2, outcome: 'fresh', requests: [0, 0] },
  stale: { minutes: 60, outcome: 'stale', requests: [1, 1] },
  expired: { minutes: 3000, outcome: 'fault', requests: [1, 4] },
} as const;

/** The time left in an invocation, milliseconds. In a short one, few retries are due. */
const LONG = 60_000;
const SHORT = 500;

/** A store, and a way to let its leases expire without waiting. */
interface SecondLevel {
  readonly store: KeyStore | undefined;
  endLease(uri: string): Promise<unknown>;
}

describe('KeySet with an endpoint that fails', () => {
  const certificate = selfSignedCertificate();
  let a: Readonly<Record<string, unknown>>;
  let dynamoDb: TestDynamoDb;
  let redis: TestRedis;
  const isRedisThere = hasRedis();

  before(async () => {
    a = { ...(await testKey()).jwk, kid: 'a' };
    dynamoDb = await startDynamoDb();
    if (isRedisThere) redis = await startRedis();
  });
  after(async () => {
    await dynamoDb.close();
    if (isRedisThere) await redis.close();
  });

  const levels: Readonly<Record<string, () => SecondLevel>> = {
    'no store': () => ({ store: undefined, endLease: async () => undefined }),
    DynamoDB: () => ({
      store: dynamoDbKeyStore({ table: dynamoDb.table, client: dynamoDb.client }),
      endLease: (uri) =>
        dynamoDb.client.send(
          new DeleteItemCommand({ TableName: dynamoDb.table, Key: { id: { S: `lease ${uri}` } } }),
        ),
    }),
    ...(isRedisThere
      ? {
          Redis: () => ({
            store: redisKeyStore({ client: redis.client, prefix: 't:' }),
            endLease: (uri: string) => redis.client.del(`t:lease:${uri}`),
          }),
        }
      : {}),
  };

  for (const scheme of ['http', 'https'] as const) {
    for (const [levelName, openLevel] of Object.entries(levels)) {
      // The store does not depend on how the keys are fetched, so one scheme is enough.
      if (scheme === 'https' && levelName !== 'no store') continue;
      describe(`over ${scheme} with ${levelName}`, () => {
        for (const [title, fault] of Object.entries(FAULTS)) {
          if (fault.over !== undefined && fault.over !== scheme) continue;
          it(`that ${title}: ${fault.code}`, async () => {
            await Promise.all(
              Object.keys(STATES).map((state) =>
                cell(scheme, openLevel(), fault, state as keyof typeof STATES),
              ),
            );
          });
        }
      });
    }
  }

  async function cell(
    scheme: 'http' | 'https',
    level: SecondLevel,
    fault: Fault,
    state: keyof typeof STATES,
  ) {
    const scene = await setScene(scheme, level, fault.code === 'jwks_timeout' ? 0.1 : 3);
    const { server, clock, set } = scene;
    const { minutes, outcome, requests } = STATES[state];
    try {
      if (minutes !== null) {
        expect(await scene.find('a')).to.equal('fetched');
        clock.shift(minutes * 60);
        await level.endLease(server.uri);
      }
      const before = server.requests;
      scene.fail(fault);
      // A token with a known key, again and again: one request in all if there are keys, and no long wait.
      const find = (kid: string) => scene.find(kid, outcome === 'fault' ? SHORT : LONG);
      const answers = [await find('a'), await find('a'), await find('a')];
      expect(answers, state).to.deep.equal([outcome, outcome, outcome]);
      if (fault.reroute === undefined)
        expect(server.requests - before, state).to.be.within(requests[0], requests[1]);
      if (requests[0] > 0) expect(set.status.lastError, state).to.have.property('code', fault.code);
      // An unknown key is not refused because of the fault: it may be new.
      expect(await find('unknown'), state).to.equal('fault');
      expect(await find('unknown'), state).to.equal('fault');
      const most = outcome === 'fault' ? requests[1] : 1;
      if (fault.reroute === undefined) expect(server.requests - before, state).to.be.within(1, most);
      // When the endpoint recovers, the key set recovers.
      scene.fail(null);
      clock.shift(400);
      await level.endLease(server.uri);
      expect(await scene.find('unknown'), state).to.equal(null);
      expect(await scene.find('a'), state).to.equal('fresh');
    } finally {
      await server.close();
    }
  }

  async function setScene(scheme: 'http' | 'https', level: SecondLevel, timeout: number): Promise<Scene> {
    const server = await startJwksServer([a], scheme === 'https' ? certificate : undefined);
    const clock = shiftedClock();
    let current: Fault | null = null;
    // A good response may be slow on a busy machine; a missing one is not waited for.
    const fetch: FetchJwks = (uri, limits) =>
      fetchJwks(current?.reroute?.(uri) ?? uri, current === null ? { ...limits, timeoutMs: 10_000 } : limits);
    const { store } = level;
    const settings = parseJwksOptions(
      { timeout, storeTimeout: 5, ...(store === undefined ? {} : { store }) },
      'jwks',
    );
    const set = createKeySet({ uri: server.uri, settings, clock, fetch, ca: certificate.cert });
    return {
      server,
      clock,
      set,
      find: (kid, remainingMs = LONG) => stateOrFault(() => set.findKey(kid, 'RS256', remainingMs)),
      fail(fault) {
        current = fault;
        server.behaviour = fault?.behaviour ?? good;
      },
    };
  }

  interface Scene {
    readonly server: JwksServer;
    readonly clock: ShiftedClock;
    readonly set: KeySet;
    /** The state of the key, `null`, or `fault`. */
    find(kid: string, remainingMs?: number): Promise<string | null>;
    fail(fault: Fault | null): void;
  }
});
