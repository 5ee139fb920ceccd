import type { Decision } from '../decision.ts';
import type { AuthorizationRequest } from '../gateways/gateway.ts';
import type { VerifiedToken } from '../token/verified-token.ts';

/**
 * What the middlewares pass on to each other, kept under one symbol in Middy's `request.internal`: nothing of one
 * invocation ever lives in a closure, since Lambda may run invocations side by side in one environment.
 */
export interface AuthorizationState {
  /** Time of arrival, milliseconds of `performance.now()`. */
  readonly startedAt: number;
  request?: AuthorizationRequest;
  /** Set by auth0JwtVerifier: `null` = no credential, which only requestRules can make an allow. */
  token?: VerifiedToken | null;
  judgement?: Judgement;
  decision?: Decision;
}

/** What requestRules found: the request passed. */
export interface Judgement {
  /** Key of the declared route; `null` when none matched. */
  readonly route: string | null;
  /** Rules that would have refused, were they enforced (`reportOnly`). */
  readonly reports: readonly { readonly rule: string; readonly code: string }[];
}
