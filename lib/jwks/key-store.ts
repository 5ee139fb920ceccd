/**
 * A store that many environments share, so that one of them fetches the keys and the others read them. It holds one
 * short text and one lease for each JWKS address.
 *
 * It is an optimisation only: if it fails, each environment fetches the keys itself, and its records are validated like
 * responses from the network. Any method may reject. No call is waited for longer than `jwks.storeTimeout`.
 *
 * @example
 * // `add` of memcached succeeds only if the key does not exist.
 * const store: KeyStore = {
 *   read: (id) => memcached.get(`keys ${id}`),
 *   write: (id, record, keepForSeconds) => memcached.set(`keys ${id}`, record, keepForSeconds),
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
}
