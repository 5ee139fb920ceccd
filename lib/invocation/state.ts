import type { Request } from '@middy/core';
import type { Decision } from '../decision/decision.ts';
import type { AuthorizationRequest } from '../gateways/gateway.ts';
import type { Judging } from '../rules/judging.ts';
import type { VerifiedToken } from '../token/verified-token.ts';
import { ticks } from '../util/ticks.ts';

/** What the middlewares pass on to each other within one invocation. */
export interface AuthorizationState {
  /** Time of arrival, milliseconds of `ticks`. */
  readonly startedAt: number;
  /** Set by headerParser. */
  request?: AuthorizationRequest;
  /** Set by auth0JwtVerifier; `null` = no credential, which only requestRules can turn into an allow. */
  token?: VerifiedToken | null;
  /** Set by requestRules before the rules are judged. */
  judging?: Judging;
  /** Set by policySerializer, before the handler runs, where the option `principalId` chooses it. */
  principalId?: string;
  /** Set by policySerializer when the handler returned additions or refused: its word is part of the answer. */
  handlerSpoke?: boolean;
  /** Set by policySerializer when there was no policy for all routes, so that the answer covers less. */
  policyNarrowed?: boolean;
  /** Set by policySerializer: the final word. */
  decision?: Decision;
}

const STATE = Symbol('middy-auth0-authorizer');

/**
 * The state of this invocation, made on first use. It hangs on Middy's request object itself: Middy makes that anew
 * for every invocation, whereas Middy 6 shares `request.internal` between invocations when a plugin sets it.
 */
export function stateOf(request: Request): AuthorizationState {
  const holder = request as Request & { [STATE]?: AuthorizationState };
  holder[STATE] ??= { startedAt: ticks() };
  return holder[STATE];
}
