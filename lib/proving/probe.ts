import type { Spelling } from './spellings.ts';

/** Who sends a request: `thin` has a valid token without scopes, `expiring` one that expires during the run. */
export const CALLERS = ['good', 'thin', 'expired', 'expiring', 'none'] as const;
export type Caller = (typeof CALLERS)[number];

/** Why a request is sent. */
export type Purpose =
  | 'route'
  | 'route again'
  | 'undeclared path'
  | 'undeclared method'
  | 'header in lower case'
  | 'preflight'
  | Spelling
  | 'before expiry'
  | 'after expiry';

/** One request to the stage. */
export interface Probe {
  readonly purpose: Purpose;
  readonly caller: Caller;
  readonly method: string;
  /** Below the path of the stage's address, as it is sent. */
  readonly path: string;
  /** The declared route that the request is made from; `null` if none. */
  readonly route: string | null;
  /** Epoch seconds before which the request is not sent. */
  readonly notBefore?: number;
}

/**
 * What a client sees of a request.
 *
 * - `allowed`: the backend answered.
 * - `denied 401`, `denied 403`: the gateway refused the caller.
 * - `no route`: the gateway has no route for the method and path.
 * - `unclear`: the answer does not show which of these it is. Of a forecast: the authorizer fails, so that no answer is
 *   predicted. An unclear outcome is no difference.
 */
export type Outcome = 'allowed' | 'denied 401' | 'denied 403' | 'no route' | 'unclear';
