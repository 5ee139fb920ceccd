/** The declared routes that a path may belong to. The rules of all of them must pass. */
export interface Resolved {
  /** Indexes of routes, ascending. */
  readonly routes: readonly number[];
  /** Whether the rules for undeclared paths apply too, or alone if `routes` is empty. */
  readonly undeclared: boolean;
}
