/** What was fetched, as it was at one moment. */
export interface Snapshot {
  /** When it was asked for, milliseconds of the steady clock. */
  readonly askedAt: number;
  readonly from: 'endpoint' | 'store';
}

/** What this environment has and what it needs. */
export interface Need<Fetched extends Snapshot> {
  /** What is in memory, however old. */
  readonly have: Fetched | null;
  /** The key that a token names and that is not in memory; `null` for a refresh that is merely due. */
  readonly kid: string | null;
  /** From here on nobody waits for the result, since a freeze came in between. Milliseconds of the steady clock. */
  readonly abandonedAt: number;
}

export type Supply<Fetched extends Snapshot> =
  | { readonly kind: 'new'; readonly snapshot: Fetched }
  /** What is in memory is still what is published. */
  | { readonly kind: 'no change' }
  /** `older`: what is stale, but newer than what is in memory. */
  | { readonly kind: 'failed'; readonly error: unknown; readonly older: Fetched | null };

/** What a supply brings, whether or not it also failed. */
export function snapshotOf<Fetched extends Snapshot>(supply: Supply<Fetched>): Fetched | null {
  if (supply.kind === 'new') return supply.snapshot;
  return supply.kind === 'failed' ? supply.older : null;
}

/** Fetches from an endpoint or from a store. Never rejects. */
export type Supplier<Fetched extends Snapshot> = (need: Need<Fetched>) => Promise<Supply<Fetched>>;
