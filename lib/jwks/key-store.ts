import { isObject } from '../util/is-object.ts';
import { func, refuseValue } from '../util/option-checks.ts';

/**
 * A store that many environments share. It holds texts and leases under ids.
 *
 * - `jwks.store`: one of the environments fetches the keys, and the others read them. One short text and one lease for each
 *   JWKS address. It is an optimisation only: if it fails, each environment fetches the keys itself.
 * - `revocations.store`: one text with the list of revocations, under the id `revocations`.
 *
 * Texts are validated like responses from the network. Any method may reject. The authorizer waits for no call longer
 * than `jwks.storeTimeout`, or a second for the revocations.
 *
 * @example
 * // `add` of memcached succeeds only if the key does not exist.
 * const store: KeyStore = {
 *   read: (id) => memcached.get(`record ${id}`),
 *   write: (id, record, keepForSeconds) => memcached.set(`record ${id}`, record, keepForSeconds),
 *   lease: (id, seconds) => memcached.add(`lease ${id}`, '1', seconds),
 * };
 */
export interface KeyStore {
  /** Returns the text last written under that id, or `null`. */
  read(id: string): Promise<string | null>;
  /** Keeps the text for at least that many seconds. Leave it out if environments only read, and a refresher writes. */
  write?(id: string, record: string, keepForSeconds: number): Promise<void>;
  /**
   * Takes the lease on that id: `true` for exactly one caller until so many seconds have passed, `false` for the
   * others. A lease is never given back early: it also limits how often a fleet asks Auth0.
   */
  lease?(id: string, seconds: number): Promise<boolean>;
  /**
   * Writes the text if the one under that id still is `expected` (`null`: there is none), in one atomic step. Returns
   * whether it was written. Only for those who revoke tokens: without it, entries of two writers at the same time may be
   * lost.
   */
  update?(id: string, expected: string | null, record: string, keepForSeconds: number): Promise<boolean>;
}

/** Checks an option that is a store. Returns the object itself, not a copy: it has methods and connections of its own. */
export function keyStore(value: unknown, path: string): KeyStore {
  if (!isObject(value)) refuseValue(path, 'a KeyStore', value);
  const store = value as { readonly [name: string]: unknown };
  func(store.read, `${path}.read`);
  for (const name of ['write', 'lease', 'update']) {
    if (store[name] !== undefined) func(store[name], `${path}.${name}`);
  }
  return value as unknown as KeyStore;
}
