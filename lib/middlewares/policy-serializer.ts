import type { Request } from '@middy/core';
import {
  type Answerable,
  type Answered,
  type AnswerOptions,
  type AnswerTerms,
  answerableOf,
  answerFault,
} from '../answer/answer-decision.ts';
import { answerResult, answerThrown } from '../answer/answer-request.ts';
import { choosePrincipal } from '../answer/caller-parts.ts';
import { faultOf } from '../answer/final-decision.ts';
import { HandlerRole } from '../answer/handler-role.ts';
import { isRefused } from '../decision/errors.ts';
import { type AuthorizerMiddleware, exposeCaller } from '../invocation/auth0-context.ts';
import { recordDecision } from '../invocation/decision-recorder.ts';
import { type Invocation, invocationOf, type Phase, verifiedPhase } from '../invocation/invocation.ts';
import { plainObject } from '../util/option-checks.ts';
import { parsedRequest } from './header-parser.ts';
import {
  type PolicySerializerOptions,
  parseSerializerOptions,
  SERIALIZER_OPTIONS,
} from './serializer-options.ts';

/**
 * Turns the decision into the answer that the gateway expects.
 *
 * On its own, without `auth0Authorizer`, it writes no policies for all routes: an allow covers the whole stage if
 * requestRules ran before it and all routes there have the same rules, else the request's own resource. Do not cache
 * answers of the second kind (a TTL of 0).
 *
 * @throws {OptionError} at start-up, for options that make no sense
 * @example
 * const chain = middy().use(policySerializer({ context: (token) => ({ sub: token?.claims.sub }) }));
 */
export function policySerializer(options: PolicySerializerOptions = {}): AuthorizerMiddleware {
  const parsed = parseSerializerOptions(plainObject(options, '', SERIALIZER_OPTIONS));
  return policySerializerWith({ options: parsed, role: new HandlerRole(false), policiesOf: () => null });
}

/** The middleware for options that are parsed already. */
export function policySerializerWith(terms: AnswerTerms): AuthorizerMiddleware {
  return {
    before: function policySerializerBefore(request: Request): void {
      // Without the option the principal is the subject, which the verifier exposed already.
      if (terms.options.principalId !== undefined) exposePrincipal(request, terms.options);
    },
    after: function policySerializerAfter(request: Request): void {
      const invocation = invocationOf(request);
      const { response } = request;
      const answered = guarded(request, invocation, terms, (answerable) =>
        answerResult(response, answerable),
      );
      conclude(request, invocation, answered);
      if (answered.answer.kind === 'throw') throw answered.answer.error;
      request.response = answered.answer.response;
    },
    onError: function policySerializerOnError(request: Request): void {
      const invocation = invocationOf(request);
      const { error } = request;
      request.response = undefined;
      if (isOwnAnswer(error, invocation.phase)) return;
      const answered = isRefused(error)
        ? guarded(request, invocation, terms, (answerable) => answerThrown(error, answerable))
        : answerFault(faultOf(error, 'handler_error'));
      conclude(request, invocation, answered);
      if (answered.answer.kind === 'throw') request.error = answered.answer.error;
      else request.response = answered.answer.response;
    },
  };
}

/** Chooses the principal by the option, and exposes it to the handler. */
function exposePrincipal(request: Request, options: AnswerOptions): void {
  const invocation = invocationOf(request);
  const phase = verifiedPhase(invocation.phase, 'policySerializer');
  const principalId = choosePrincipal(phase.caller, phase.request, options);
  const chosen = { ...phase, caller: { token: phase.caller.token, principalId, isChosen: true } };
  invocation.phase = chosen;
  exposeCaller(request, chosen);
}

/** Returns the result of `answer`; a fault if the event cannot be read, or if there is a bug in this package. */
function guarded(
  request: Request,
  invocation: Invocation,
  terms: AnswerTerms,
  answer: (answerable: Answerable) => Answered,
): Answered {
  try {
    const authorization = parsedRequest(request, invocation);
    return answer(answerableOf(invocation.phase, authorization, terms));
  } catch (error) {
    return answerFault(faultOf(error, 'internal_error'));
  }
}

function conclude(
  request: Request,
  invocation: Invocation,
  { decision, answer, shortfall, claimsLeftOut }: Answered,
): void {
  const { request: authorization, caller, judging } = invocation.phase;
  invocation.phase = {
    kind: 'decided',
    request: authorization,
    caller,
    judging,
    decision,
    answer,
    shortfall,
    claimsLeftOut,
  };
  recordDecision(request, decision);
}

/** Whether the error is the answer that `after` threw. Any other error after an answer takes that answer back. */
function isOwnAnswer(error: unknown, phase: Phase): boolean {
  return phase.kind === 'decided' && phase.answer.kind === 'throw' && phase.answer.error === error;
}
