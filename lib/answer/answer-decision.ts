import type { FaultCode } from '../decision/codes.ts';
import type { Allow, Decision, Deny, Fault, PolicyShortfall } from '../decision/decision.ts';
import { AuthorizerFault, isRefused } from '../decision/errors.ts';
import { tooLargeText } from '../gateways/answering/answer-budget.ts';
import { faultAnswer } from '../gateways/answering/answers.ts';
import { takesPolicy } from '../gateways/facts.ts';
import type { Answer, AuthorizationRequest, Gateway, GatewayAnswer } from '../gateways/gateway.ts';
import { gatewayOfKind } from '../gateways/index.ts';
import { isAllow } from '../iam/policy-document.ts';
import type { Caller, Phase } from '../invocation/invocation.ts';
import { passesUntil } from '../rules/expiry.ts';
import { type CallerParts, type CallerSettings, callerParts } from './caller-parts.ts';
import { type ClaimsLeftOut, smallerContext } from './default-context.ts';
import { denialOf, faultOf } from './final-decision.ts';
import type { HandlerRole } from './handler-role.ts';
import { policyForAllow, policyForDenial } from './policy-for-decision.ts';
import {
  type ChosenPolicy,
  ownAllow,
  type PolicySubject,
  requestOnly,
  stageDenial,
} from './policy-for-request.ts';
import { finished, type PolicyTerms } from './policy-terms.ts';

/** The options that decide how a request is answered, checked and complete. */
export interface AnswerOptions extends CallerSettings {
  readonly httpApiResponse: 'iam' | 'simple';
  readonly unauthorized: 'throw' | 'deny' | undefined;
  /** Upper bound of AppSync's `ttlOverride`, seconds. */
  readonly ttlOverride: number;
}

/** What the answers of one authorizer depend on besides the request. */
export interface AnswerTerms {
  readonly options: AnswerOptions;
  readonly role: HandlerRole;
  /** For the API that sent the request. `null` for policySerializer on its own, whose policies cover one request. */
  policiesOf(request: AuthorizationRequest): PolicyTerms | null;
}

/** A request that is to be answered. */
export interface Answerable {
  readonly phase: Phase;
  readonly request: AuthorizationRequest;
  readonly gateway: Gateway;
  readonly terms: AnswerTerms;
  readonly policies: PolicyTerms | null;
  /** What its policy is chosen by; `null` if the gateway takes no policy. */
  readonly subject: PolicySubject | null;
}

/** Prepares a request for its answer. */
export function answerableOf(phase: Phase, request: AuthorizationRequest, terms: AnswerTerms): Answerable {
  const gateway = gatewayOfKind(request.gateway);
  const { arn } = request;
  const hasPolicy = arn !== null && takesPolicy(gateway, terms.options.httpApiResponse);
  const { caller, judging } = phase;
  const subject = hasPolicy ? { caller, judging, arn, role: terms.role } : null;
  return { phase, request, gateway, terms, policies: terms.policiesOf(request), subject };
}

/** The end of a request: what was decided, and the answer that its gateway expects. */
export interface Answered {
  readonly decision: Decision;
  readonly answer: Answer;
  /** What the policy of the answer leaves out; `null` if nothing. */
  readonly shortfall: PolicyShortfall | null;
  /** The claims that the default context leaves out for want of room; `null` if none. */
  readonly claimsLeftOut: ClaimsLeftOut | null;
}

/**
 * Answers an allow; with a denial if no policy can carry it.
 *
 * @param chosen - what the options chose for the caller, without the handler's additions
 */
export function answerAllow(allow: Allow, chosen: CallerParts, answerable: Answerable): Answered {
  const { phase, subject, policies } = answerable;
  if (subject === null) return conclude(attempt(null, allow, answerable));
  const widest = policyForAllow(subject, policies);
  if (widest.kind === 'refused') return answerDenial(denialOf(widest.refusal, phase), chosen, answerable);
  const first = attempt(widest, allow, answerable);
  if (first.answer.kind !== 'too large' || widest.reach !== 'routes') return conclude(first);
  const own = requestOnly(ownAllow(subject));
  if (own.kind === 'refused') return answerDenial(denialOf(own.refusal, phase), chosen, answerable);
  return conclude(attempt(own, allow, answerable));
}

/**
 * Answers a denial. If its policy allows other requests, API Gateway may replay it for them, so it contains as much of the
 * caller as an allow does. If that is too large, or the options refuse the caller, the answer denies the stage.
 *
 * @param chosen - what the options chose for the caller; `null` if they were not called yet
 */
export function answerDenial(denial: Deny, chosen: CallerParts | null, answerable: Answerable): Answered {
  const { subject, policies } = answerable;
  if (subject === null) return conclude(attempt(null, denial, answerable));
  const widest = policyForDenial(denial, subject, policies);
  if (subject.caller === null || !widest.policy.Statement.some(isAllow)) {
    return conclude(attempt(widest, denial, answerable));
  }
  const parts = partsForReplay(subject.caller, chosen, answerable);
  if (parts.kind === 'fault') return answerFault(parts.fault);
  if (parts.kind === 'parts') {
    const first = attempt(widest, { ...denial, ...parts.parts }, answerable);
    if (first.answer.kind !== 'too large') return conclude(first);
  }
  return conclude(attempt(requestOnly(stageDenial(subject)), denial, answerable));
}

/** Answers with a fault: a failed invocation, which every gateway turns into a 5xx. */
export function answerFault(fault: Fault): Answered {
  return { decision: fault, answer: faultAnswer(fault), shortfall: null, claimsLeftOut: null };
}

type PartsForReplay =
  | { readonly kind: 'parts'; readonly parts: CallerParts }
  | { readonly kind: 'refused' }
  | { readonly kind: 'fault'; readonly fault: Fault };

function partsForReplay(
  caller: Caller,
  chosen: CallerParts | null,
  { request, terms }: Answerable,
): PartsForReplay {
  if (chosen !== null) return { kind: 'parts', parts: chosen };
  try {
    return { kind: 'parts', parts: callerParts(caller, request, terms.options) };
  } catch (error) {
    if (!isRefused(error)) return { kind: 'fault', fault: faultOf(error, 'internal_error') };
    // The options decide on callers as a handler does, and not only for this route.
    terms.role.decided();
    return { kind: 'refused' };
  }
}

/** A decision, and the answer of its gateway with a policy that was chosen for it. */
interface Attempt {
  readonly decision: Allow | Deny;
  readonly answer: GatewayAnswer;
  readonly chosen: ChosenPolicy | null;
  readonly claimsLeftOut: ClaimsLeftOut | null;
}

/**
 * Answers a decision with a policy. If that is too large, claims of the default context are left out.
 *
 * @param chosen - `null` if the gateway takes no policy
 */
function attempt(
  chosen: ChosenPolicy | null,
  decision: Allow | Deny,
  { phase, request, gateway, subject, terms, policies }: Answerable,
): Attempt {
  const { context: option, httpApiResponse, unauthorized, ttlOverride } = terms.options;
  const policy = chosen === null || subject === null ? null : finished(chosen.policy, subject, policies);
  const now = Math.floor(Date.now() / 1000);
  // AppSync caches under the token only.
  const longest = policies !== null && policies.rules.inputs.length > 0 ? 0 : ttlOverride;
  const ttl = longest === 0 ? 0 : Math.min(longest, secondsLeft(phase, now));
  const showsChallenge = policy === null || gateway.cache.kind === 'none' || !coversRoutes(policies);
  const accountId = request.arn?.accountId ?? null;
  const settings = { accountId, policy, httpApiResponse, unauthorized, showsChallenge, ttl, now };
  let fitting = decision;
  let claimsLeftOut: ClaimsLeftOut | null = null;
  let answer = gateway.answer(fitting, settings);
  while (answer.kind === 'too large' && option === undefined) {
    const context = smallerContext(fitting.context, phase.caller);
    if (context === null) break;
    claimsLeftOut = context.leftOut;
    fitting = { ...fitting, context };
    answer = gateway.answer(fitting, settings);
  }
  return { decision: fitting, answer, chosen, claimsLeftOut };
}

/** Whether policies are compiled because routes differ: then one may be repeated for a route with another challenge. */
function coversRoutes(policies: PolicyTerms | null): boolean {
  return policies !== null && policies.compiler !== null;
}

/** For how long the verdict of the rules lasts, seconds. */
function secondsLeft({ judging }: Phase, now: number): number {
  return judging === null ? Infinity : Math.floor(passesUntil(judging.rules, judging.token) - now);
}

function conclude({ decision, answer, chosen, claimsLeftOut }: Attempt): Answered {
  switch (answer.kind) {
    case 'response':
    case 'throw':
      return { decision, answer, shortfall: chosen?.shortfall ?? null, claimsLeftOut };
    case 'too large':
      return answerFault(faultWith('answer_too_large', tooLargeText(answer)));
    case 'unusable context':
      return answerFault(faultWith('handler_result', answer.problem));
  }
}

function faultWith(code: FaultCode, problem: string): Fault {
  return faultOf(new AuthorizerFault(code, problem), code);
}
