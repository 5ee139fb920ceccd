import type { Request } from '@middy/core';
import type { Decision } from '../decision/decision.ts';
import type { AuthorizationRequest } from '../gateways/gateway.ts';
import type { Judged, RuleSet } from '../rules/rule-book.ts';
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
  /** Set by requestRules once the rules are judged. */
  judgement?: Judgement;
  /** Set by policySerializer, before the handler runs, where the option `principalId` chooses it. */
  principalId?: string;
  /** Set by policySerializer when the handler returned additions or refused: its word is part of the answer. */
  handlerSpoke?: boolean;
  /** Set by policySerializer when there was no policy for all routes, so that the answer covers less. */
  policyNarrowed?: boolean;
  /** Set by policySerializer: the final word. */
  decision?: Decision;
}

/** What requestRules found out about a request that passed, or that failed a rule. */
export interface Judgement {
  /** What holds for the request: the declared route's rules, or those of undeclared paths. */
  readonly ruleSet: RuleSet;
  /** Whether routes differ in their rules: then the answer for one is none for the stage. */
  readonly routesDiffer: boolean;
  /** Whether the path is one of the route's; if not, the gateway's own word settled the route. */
  readonly covered: boolean;
  readonly judged: Judged;
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
