import type { Request } from '@middy/core';
import type { Decision, PolicyShortfall } from '../decision/decision.ts';
import { AuthorizerFault } from '../decision/errors.ts';
import type { Answer, AuthorizationRequest } from '../gateways/gateway.ts';
import type { Judging } from '../rules/judging.ts';
import type { AccessTokenClaims, VerifiedToken } from '../token/verified-token.ts';
import { ticks } from '../util/ticks.ts';
import type { OpenTrace } from './trace.ts';

/** What the middlewares pass on to each other within one invocation. */
export interface Invocation {
  /** Time of arrival, milliseconds of `ticks`. */
  readonly startedAt: number;
  phase: Phase;
  /** The claims of a token that was refused although its signature is valid, for the log line; `null` if there is none. */
  refusedClaims: AccessTokenClaims | null;
  /** The subsegment of X-Ray until the decision; `null` without one. */
  trace: OpenTrace | null;
  /** What decisionLogger wrote so far. A chain may have several of them, which write one line each. */
  reported: readonly ReportedDecision[];
}

/** A decision that was written to the log. */
export interface ReportedDecision {
  /** The decisionLogger that wrote it. */
  readonly by: object;
  readonly outcome: Decision['outcome'];
}

/** How far an invocation has come, and what is known by then. What is not known yet is `null`. */
export type Phase =
  | ({ readonly kind: 'arrived' } & Known<null, null, null>)
  /** By headerParser, or by the first middleware that needs the request. */
  | ({ readonly kind: 'read' } & Known<AuthorizationRequest, null, null>)
  | VerifiedPhase
  | JudgedPhase
  | DecidedPhase;

/** By auth0JwtVerifier. */
export type VerifiedPhase = { readonly kind: 'verified' } & Known<AuthorizationRequest, Caller, null>;

/** By requestRules, before the first rule is judged. */
export type JudgedPhase = { readonly kind: 'judged' } & Known<AuthorizationRequest, Caller, Judging>;

/** Set by policySerializer, after any earlier phase. */
export interface DecidedPhase extends Known<AuthorizationRequest | null, Caller | null, Judging | null> {
  readonly kind: 'decided';
  readonly decision: Decision;
  readonly answer: Answer;
  /** What the policy of the answer leaves out; `null` if nothing. */
  readonly shortfall: PolicyShortfall | null;
  /** Claims that the default context leaves out for want of room, `permissions scope` for example; `null` if none. */
  readonly claimsLeftOut: string | null;
}

interface Known<KnownRequest, KnownCaller, KnownJudging> {
  readonly request: KnownRequest;
  readonly caller: KnownCaller;
  readonly judging: KnownJudging;
}

/** The caller of a request whose credential was accepted. */
export interface Caller {
  /** `null` = no credential, which only requestRules can turn into an allow. */
  readonly token: VerifiedToken | null;
  /** The subject: `sub`, `unknown` if the token has none, `anonymous` without a token; or the principal that was chosen. */
  readonly principalId: string;
  /** Whether the option `principalId` chose the principal. */
  readonly isChosen: boolean;
}

const ARRIVED: Phase = Object.freeze({ kind: 'arrived', request: null, caller: null, judging: null });

const NOTHING_REPORTED: Invocation['reported'] = Object.freeze([]);

const INVOCATION = Symbol('middy-auth0-authorizer');

/**
 * The invocation of a Middy request, made on first use. It is a member of Middy's request object itself: Middy makes
 * that anew for every invocation, whereas Middy 6 shares `request.internal` between invocations when a plugin sets it.
 */
export function invocationOf(request: Request): Invocation {
  const holder = request as Request & { [INVOCATION]?: Invocation };
  holder[INVOCATION] ??= {
    startedAt: ticks(),
    phase: ARRIVED,
    refusedClaims: null,
    trace: null,
    reported: NOTHING_REPORTED,
  };
  return holder[INVOCATION];
}

/**
 * The phase of an invocation whose credential was accepted.
 *
 * @param needing - the middleware that cannot do without
 * @throws {AuthorizerFault} `configuration` if no token was verified: a missing middleware is never an allow
 */
export function verifiedPhase(phase: Phase, needing: string): VerifiedPhase | JudgedPhase {
  if (phase.kind === 'verified' || phase.kind === 'judged') return phase;
  const advice = `no token was verified: put auth0JwtVerifier before ${needing}`;
  throw new AuthorizerFault('configuration', advice);
}
