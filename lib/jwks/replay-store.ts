/**
 * Remembers which DPoP proofs were used. Share one store between all execution environments: then a proof is good once in
 * all of them together, and not once in each.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9449#section-11.1
 * @example
 * // `add` of memcached succeeds only if the key does not exist.
 * const replay: ReplayStore = { claim: (id, seconds) => memcached.add(`proof ${id}`, '1', seconds) };
 */
export interface ReplayStore {
  /**
   * Claims an id if nobody holds it: of all calls for one id, also at the same time, exactly one gets `true`.
   *
   * @param id - 43 characters of base64url: the hash of the proof's key and `jti`. Upper and lower case differ.
   * @param seconds - how long the claim must hold at least, a whole number. It may hold longer.
   * @returns whether the id was free
   * @throws if the store cannot tell. Never return `true` in doubt.
   */
  claim(id: string, seconds: number): boolean | Promise<boolean>;
}
