import type { PolicyDocument } from '../iam/policy-document.ts';
import type { Obstacle } from './settle.ts';

/** A document for a caller's routes. */
export type CompiledPolicy = CoveringPolicy | NoPolicy;

export interface CoveringPolicy {
  /** `exact`: right for every declared route. `partial`: right for what it allows, and it denies some granted routes. */
  readonly kind: 'exact' | 'partial';
  /** Frozen, and the same object for the same grant. */
  readonly document: PolicyDocument;
  /** Size as JSON. */
  readonly bytes: number;
  /** Indexes of granted routes that the document does not, or not wholly, allow. Empty if it is exact. */
  readonly leftOut: readonly number[];
  /** Indexes of granted routes of which it denies paths where a parameter spells a literal of the table. */
  readonly reserved: readonly number[];
  /** Whether the document allows all paths of a granted route, by its index. */
  allowsAllOf(route: number): boolean;
  /** Why there is no exact document; `null` if there is one, or if it would be too large. */
  readonly obstacle: Obstacle | null;
}

/** No document covers even the routes that were asked for. */
export interface NoPolicy {
  readonly kind: 'none';
  readonly document: null;
}
