import type { Label, Labels } from './labels.ts';

/** What a caller may use: 1 or 0 for each label. The one form of it that the compiler works with. */
export type Grant = Uint8Array;

/** Why a grant has no exact policy: any glob that shuts `denied` shuts `granted` too, and an Allow opens it. */
export interface Obstacle {
  readonly kind: 'obstacle';
  /** Index of the route to deny; `null` for undeclared paths. */
  readonly denied: number | null;
  /** Index of the route that would be lost. */
  readonly granted: number;
}

/**
 * @param routes - by index of the route, truthy = granted
 * @param undeclared - whether paths that no route takes are granted
 */
export function grantOf(labels: Labels, routes: ArrayLike<number | boolean>, undeclared: boolean): Grant {
  const holds = (route: number | null) => (route === null ? undeclared : Boolean(routes[route]));
  const grant = new Uint8Array(labels.count);
  for (let index = 0; index < grant.length; index++) {
    const of = labels.kindOf(index as Label);
    const isGranted =
      of.kind === 'twin'
        ? holds(of.closed) && holds(of.open)
        : holds(of.kind === 'undeclared' ? null : of.route);
    grant[index] = isGranted ? 1 : 0;
  }
  return grant;
}

/** Whether a Deny must not touch the label's paths. Undeclared paths may be lost where it cannot be helped. */
export function isKept(labels: Labels, grant: Grant, label: Label): boolean {
  if (grant[label] !== 1) return false;
  const of = labels.kindOf(label);
  return of.kind === 'twin' ? of.open !== null : of.kind === 'route';
}
