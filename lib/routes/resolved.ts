/** The declared routes that a path may belong to: the rules of each must pass. */
export interface Resolved {
  /** Indexes of routes, ascending. */
  readonly routes: readonly number[];
  /** Whether the rules for undeclared paths apply as well, or alone. */
  readonly undeclared: boolean;
}
