import {
  boolean,
  func,
  nonEmptyString,
  optional,
  plainObject,
  refuseValue,
} from '../../util/option-checks.ts';
import type { KeyStore } from '../key-store.ts';
import type { ReplayStore } from '../replay-store.ts';

/**
 * The methods of a Redis or Valkey client that the store needs, as the `redis` package has them for a single server,
 * a cluster or a sentinel. Wrap another client in an object with these.
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
  /** Only for those who revoke tokens: without it the store has no `update`. */
  eval?(script: string, options: { readonly keys: string[]; readonly arguments: string[] }): Promise<unknown>;
}

/**
 * Sets the key KEYS[1] to ARGV[1] for ARGV[2] milliseconds if its value is ARGV[3]; without ARGV[3], if it does not exist.
 * A script runs alone on the server. Servers that know `SET ... IFEQ` would not need it, but few do.
 */
const COMPARE_AND_SET = `
if redis.call('GET', KEYS[1]) ~= (ARGV[3] or false) then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`;

/** Options of {@link redisKeyStore}. */
export interface RedisKeyStoreOptions {
  /**
   * Your own client, connected or connecting. Set its `commandsQueueMaxLength` or `disableOfflineQueue`, so that
   * commands do not accumulate while the server cannot be reached, and add an `error` listener.
   */
  readonly client: RedisClient;
  /** Prefix of every key. Default `middy-auth0-authorizer:`. */
  readonly prefix?: string;
  /**
   * For environments that only read what a refresher writes. They need `GET` only. Such a store claims no DPoP proofs.
   * Default `false`.
   */
  readonly readOnly?: boolean;
}

/**
 * A store on Redis or Valkey, including ElastiCache and MemoryDB, for keys, for revocations, and for used DPoP proofs.
 * `SET NX PX` makes one environment refresh the keys while the others read, and lets each proof be used once. A script loses
 * no entry of two that revoke at the same time.
 *
 * A proof takes some 150 bytes until it is too old. A server that evicts keys (`maxmemory-policy` other than `noeviction`)
 * may forget proofs early.
 *
 * @see https://redis.io/docs/latest/commands/set/
 * @throws {OptionError} for an option that makes no sense
 * @example
 * // `client` is a client of the `redis` package.
 * const chain = middy().use(auth0Authorizer({ jwks: { store: redisKeyStore({ client }) } }));
 * @example
 * const binding = dpop({ mode: 'required', replay: redisKeyStore({ client }) });
 */
export function redisKeyStore(
  options: RedisKeyStoreOptions & { readonly readOnly?: false },
): KeyStore & ReplayStore;
export function redisKeyStore(options: RedisKeyStoreOptions): KeyStore;
export function redisKeyStore(options: RedisKeyStoreOptions): KeyStore & Partial<ReplayStore> {
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
      const record = await client.get(`${prefix}record:${id}`);
      return typeof record === 'string' ? record : null;
    },
  };
  if (readOnly) return reader;
  const hold = async (key: string, seconds: number) => (await put(key, '1', seconds, 'NX')) !== null;
  return {
    ...reader,
    async write(id, record, keepForSeconds) {
      await put(`${prefix}record:${id}`, record, keepForSeconds);
    },
    lease: (id, seconds) => hold(`${prefix}lease:${id}`, seconds),
    claim: (id, seconds) => hold(`${prefix}claim:${id}`, seconds),
    ...(client.eval === undefined ? {} : { update: updateWith(client, prefix) }),
  };
}

function updateWith(client: RedisClient, prefix: string): Required<KeyStore>['update'] {
  return async (id, expected, record, keepForSeconds) => {
    const milliseconds = String(Math.ceil(keepForSeconds * 1000));
    const written = await client.eval?.(COMPARE_AND_SET, {
      keys: [`${prefix}record:${id}`],
      arguments: [record, milliseconds, ...(expected === null ? [] : [expected])],
    });
    return Number(written) === 1;
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
  if (client.eval !== undefined) func(client.eval, `${path}.eval`);
  return client;
}
