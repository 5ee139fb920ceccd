/** The state of a key set at one moment. */
export interface KeySetStatus {
  /** Whether the keys are current. */
  readonly fresh: boolean;
  /** Whether the keys are no longer current, but still serve while no new ones can be fetched. */
  readonly stale: boolean;
  readonly fetchedAt: Date | null;
  /** When the next request for keys may be made. It is made when a token needs it. */
  readonly nextFetchAt: Date;
  /** Why the last refresh failed; `null` after a success. */
  readonly lastError: unknown;
  /** The `kid` of every key in memory, pinned ones first. */
  readonly kids: readonly string[];
}
