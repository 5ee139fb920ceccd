/**
 * A place that many environments share, so that one of them fetches and the others read. It holds one short text and
 * one lease for each JWKS address. An optimisation and nothing else: whatever it does, each environment can go on by
 * itself, and what comes out of it is validated like what comes from the network.
 *
 * Any method may reject. Nobody waits for one longer than `jwks.storeTimeout`.
 */
export interface KeyStore {
  /** The text last written under that id, or `null`. */
  read(id: string): Promise<string | null>;
  /** Keeps the text for at least that many seconds. Leave it out where environments only read (a refresher writes). */
  write?(id: string, record: string, keepForSeconds: number): Promise<void>;
  /**
   * Takes the lease on that id: `true` for exactly one caller until so many seconds have passed, `false` for the
   * others. Nobody gives a lease back: it is also what keeps a fleet from asking Auth0 more often than that.
   */
  lease?(id: string, seconds: number): Promise<boolean>;
}
