/** What a caller may use, by label: the routes by index, what no route takes, then the slash twins. 1 = granted. */
export type Grant = Uint8Array;

/** Why a grant has no exact policy: any glob that shuts `denied` shuts `granted` too, and an Allow opens it. */
export interface Obstacle {
  /** Index of the route to deny; the number of routes for undeclared paths. */
  readonly denied: number;
  /** Index of the route that would be lost. */
  readonly granted: number;
}
