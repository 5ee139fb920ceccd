import type { Landing } from '../routes/resolve.ts';
import type { Label } from './labels.ts';

/** What happens to paths that no route takes. */
export type Undeclared = 'deny' | 'absent' | 'rules';

/** What a document may do with the paths of a label. The higher, the worse it is if a Deny touches them. */
export const STATUS = {
  /** Must not get in. */
  closed: 0,
  /** May get in or not: nothing serves such a path, or its routes are left out of the document. */
  free: 1,
  /** Granted and undeclared: may be lost where it cannot be helped. */
  undeclared: 2,
  /** Granted, but a parameter spells a literal of the table: may be lost to make the document possible. */
  reserved: 3,
  /** Must get in. */
  kept: 4,
} as const;

/** The status of a label, for one caller. */
export type Grant = (label: Label) => Status;

export type Status = (typeof STATUS)[keyof typeof STATUS];

/** What a caller may use. */
export interface GrantedParts {
  /** By index of the route, truthy = granted. */
  readonly routes: ArrayLike<number | boolean>;
  readonly undeclared: Undeclared;
  /** With `rules`: whether the caller may use undeclared paths. */
  readonly mayUseUndeclared: boolean;
  /** Granted routes that the document need not cover. */
  readonly leftOut: ReadonlySet<number>;
}

/** Whether the caller may use paths that no route takes. */
export function mayUseRest({ undeclared, mayUseUndeclared }: GrantedParts): boolean {
  return undeclared === 'rules' && mayUseUndeclared;
}

/** Of few labels the status is asked for, and of those often. */
export function grantOf(landings: readonly Landing[], granted: GrantedParts): Grant {
  const known: (Status | undefined)[] = [];
  return (label) => {
    const status = known[label] ?? statusOf(landings[label] as Landing, granted);
    known[label] = status;
    return status;
  };
}

function statusOf({ routes, undeclared, spelled }: Landing, granted: GrantedParts): Status {
  if (undeclared && granted.undeclared === 'absent') return STATUS.free;
  if (undeclared && !mayUseRest(granted)) return STATUS.closed;
  if (!routes.every((route) => Boolean(granted.routes[route]))) return STATUS.closed;
  if (routes.some((route) => granted.leftOut.has(route))) return STATUS.free;
  if (undeclared) return STATUS.undeclared;
  return spelled ? STATUS.reserved : STATUS.kept;
}
