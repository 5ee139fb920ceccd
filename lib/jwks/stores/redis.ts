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
 * What is needed of a Redis or Valkey client: two methods as the `redis` package has them, on a single server, a
 * cluster or a sentinel. Any other client fits behind an object with these two.
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

export interface RedisKeyStoreOptions {
  /**
   * Your own client, connected or connecting. Set its `commandsQueueMaxLength` or `disableOfflineQueue`, so that
   * commands do not pile up while the server cannot be reached, and give it an `error` listener.
   */
  readonly client: RedisClient;
  /** Put before every key. Default `middy-auth0-authorizer:`. */
  readonly prefix?: string;
  /** For environments that live on what a refresher writes: then `GET` is all they need. Default `false`. */
  readonly readOnly?: boolean;
}

/**
 * Shares keys through Redis or Valkey, ElastiCache and MemoryDB among them. `SET NX PX` makes one environment refresh
 * while the others read.
 *
 * @throws {OptionError}
 * @example
 * const chain = middy().use(auth0Authorizer({ jwks: { store: redisKeyStore({ client }) } }));
 */
export function redisKeyStore(options: RedisKeyStoreOptions): KeyStore {
  const known = plainObject(options, 'redisKeyStore', ['client', 'prefix', 'readOnly']);
  const client = redisClient(known.client);
  const prefix =
    known.prefix === undefined
      ? 'middy-auth0-authorizer:'
      : nonEmptyString(known.prefix, 'redisKeyStore.prefix');
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
