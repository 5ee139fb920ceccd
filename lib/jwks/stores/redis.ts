import {
  boolean,
  func,
  nonEmptyString,
  optional,
  plainObject,
  refuseValue,
} from '../../util/option-checks.ts';
import type { KeyStore } from '../key-store.ts';

/**
 * The two methods of a Redis or Valkey client that the store needs, as the `redis` package has them for a single server,
 * a cluster or a sentinel. Wrap another client in an object with these two.
 */
export interface RedisClient {
  get(key: string): Promise<unknown>;
  set(
    key: string,
    value: string,
    options: {
      readonly expiration: { readonly type: 'PX'; readonly value: number };
      readonly condition?: 'NX';
    },
  ): Promise<unknown>;
}

/** Options of {@link redisKeyStore}. */
export interface RedisKeyStoreOptions {
  /**
   * Your own client, connected or connecting. Set its `commandsQueueMaxLength` or `disableOfflineQueue`, so that
   * commands do not accumulate while the server cannot be reached, and add an `error` listener.
   */
  readonly client: RedisClient;
  /** Prefix of every key. Default `middy-auth0-authorizer:`. */
  readonly prefix?: string;
  /** For environments that only read what a refresher writes. They need `GET` only. Default `false`. */
  readonly readOnly?: boolean;
}

/**
 * A key store on Redis or Valkey, including ElastiCache and MemoryDB. `SET NX PX` makes one environment refresh while
 * the others read.
 *
 * @see https://redis.io/docs/latest/commands/set/
 * @throws {OptionError} for an option that makes no sense
 * @example
 * // `client` is a client of the `redis` package.
 * const chain = middy().use(auth0Authorizer({ jwks: { store: redisKeyStore({ client }) } }));
 */
export function redisKeyStore(options: RedisKeyStoreOptions): KeyStore {
  const known = plainObject(options, 'redisKeyStore', ['client', 'prefix', 'readOnly']);
  const client = redisClient(known.client);
  const prefix = optional(known, 'redisKeyStore', 'prefix', 'middy-auth0-authorizer:', nonEmptyString);
  const readOnly = optional(known, 'redisKeyStore', 'readOnly', false, boolean);
  const put = (key: string, value: string, seconds: number, condition?: 'NX') => {
    const expiration = { type: 'PX', value: Math.ceil(seconds * 1000) } as const;
    return client.set(key, value, condition === undefined ? { expiration } : { expiration, condition });
  };
  const reader: KeyStore = {
    async read(id) {
      const record = await client.get(`${prefix}keys:${id}`);
      return typeof record === 'string' ? record : null;
    },
  };
  if (readOnly) return reader;
  return {
    ...reader,
    async write(id, record, keepForSeconds) {
      await put(`${prefix}keys:${id}`, record, keepForSeconds);
    },
    async lease(id, seconds) {
      return (await put(`${prefix}lease:${id}`, '1', seconds, 'NX')) !== null;
    },
  };
}

function redisClient(value: unknown): RedisClient {
  const path = 'redisKeyStore.client';
  if (typeof value !== 'object' || value === null) {
    refuseValue(path, 'a client of the redis package', value);
  }
  const client = value as RedisClient;
  func(client.get, `${path}.get`);
  func(client.set, `${path}.set`);
  return client;
}
