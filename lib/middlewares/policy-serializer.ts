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
import { type CallerFunction, choosePrincipal } from '../answer/caller-parts.ts';
import { faultOf } from '../answer/final-decision.ts';
import { HandlerRole } from '../answer/handler-role.ts';
import type { AuthorizerContext } from '../decision/decision.ts';
import { isRefused } from '../decision/errors.ts';
import { type AuthorizerMiddleware, exposeCaller } from '../invocation/auth0-context.ts';
import { recordDecision } from '../invocation/decision-recorder.ts';
import {
  type DecidedPhase,
  type Invocation,
  invocationOf,
  type Phase,
  verifiedPhase,
} from '../invocation/invocation.ts';
import { oneOf, optional, plainObject, syncFunc, wholeNumber } from '../util/option-checks.ts';
import { parsedRequest } from './header-parser.ts';

export interface PolicySerializerOptions {
  /**
   * How an HTTP API with payload format 2.0 is answered. It must match the configuration of the API's authorizer: the
   * event does not contain it.
   *
   * @default 'iam', as in CloudFormation
   */
  readonly httpApiResponse?: 'iam' | 'simple';
  /**
   * How a token that cannot be trusted is refused: by throwing `Unauthorized`, which REST and WebSocket APIs answer
   * with 401, or by a deny policy, which is a 403.
   *
   * @default 'throw' on REST and WebSocket; 'deny' on HTTP APIs, for which AWS documents no 401
   */
  readonly unauthorized?: 'throw' | 'deny';
  /**
   * What an allow passes to the backend in `$context.authorizer`; `false` for nothing. The function must return at once.
   *
   * Scalars everywhere; arrays and objects arrive as such on HTTP API 2.0, elsewhere as base64url of their JSON. `callerOf`
   * of the entry point `backend` decodes it.
   *
   * @default the claims `sub`, `scope` and `permissions`, as far as they fit
   */
  readonly context?: CallerFunction<AuthorizerContext> | false;
  /**
   * Chooses the principal. Must return at once.
   *
   * @default the token's `sub`, `unknown` if it has none; `anonymous` without a token
   */
  readonly principalId?: CallerFunction<string>;
  /**
   * REST APIs with `apiKeySource: AUTHORIZER` only: chooses the value of the API key that the request is metered by.
   * `undefined` for a caller without one. Must return at once. Cached answers carry it to all routes that they open.
   *
   * @default none
   */
  readonly usageIdentifierKey?: CallerFunction<string | undefined>;
  /**
   * AppSync only: how long the answer may be cached, seconds, never beyond the token's `exp`. Raise it only if
   * `context` and your handler depend only on the token. Has no effect if rules read more than the token.
   *
   * @default 0 seconds: not cached
   */
  readonly ttlOverride?: number;
}

/** AppSync's own limit for a cached authorization, seconds. */
const MAX_TTL = 3600;

/** The options of policySerializer. */
export const SERIALIZER_OPTIONS = [
  'httpApiResponse',
  'unauthorized',
  'context',
  'principalId',
  'usageIdentifierKey',
  'ttlOverride',
] as const satisfies readonly (keyof PolicySerializerOptions)[];

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
  return policySerializerWith({ options: parsed, role: new HandlerRole(false), policies: null });
}

export function parseSerializerOptions(
  options: { readonly [key in keyof PolicySerializerOptions]?: unknown },
): AnswerOptions {
  return {
    httpApiResponse: optional(options, '', 'httpApiResponse', 'iam', oneOf<'iam' | 'simple'>, [
      'iam',
      'simple',
    ]),
    unauthorized: optional(options, '', 'unauthorized', undefined, oneOf<'throw' | 'deny'>, [
      'throw',
      'deny',
    ]),
    context:
      options.context === false
        ? false
        : optional(
            options,
            '',
            'context',
            undefined,
            syncFunc<CallerFunction<AuthorizerContext>>,
            'your handler',
          ),
    principalId: optional(
      options,
      '',
      'principalId',
      undefined,
      syncFunc<CallerFunction<string>>,
      'your handler',
    ),
    usageIdentifierKey: optional(
      options,
      '',
      'usageIdentifierKey',
      undefined,
      syncFunc<CallerFunction<string | undefined>>,
      'your handler',
    ),
    ttlOverride: optional(options, '', 'ttlOverride', 0, wholeNumber, 0, MAX_TTL),
  };
}

/** The middleware for options that are parsed already. */
export function policySerializerWith(terms: AnswerTerms): AuthorizerMiddleware {
  const { options } = terms;

  /** What `answer` gives; a fault if the event cannot be read, or if there is a bug in this package. */
  function guarded(
    request: Request,
    invocation: Invocation,
    answer: (answerable: Answerable) => Answered,
  ): Answered {
    try {
      const authorization = parsedRequest(request, invocation);
      return answer(answerableOf(invocation.phase, authorization, terms));
    } catch (error) {
      return answerFault(faultOf(error, 'internal_error'));
    }
  }

  return {
    before: function policySerializerBefore(request: Request): void {
      // Without the option the principal is the subject, which the verifier exposed already.
      if (options.principalId === undefined) return;
      const invocation = invocationOf(request);
      const phase = verifiedPhase(invocation.phase, 'policySerializer');
      const principalId = choosePrincipal(phase.caller, phase.request, options);
      const chosen = { ...phase, caller: { token: phase.caller.token, principalId, isChosen: true } };
      invocation.phase = chosen;
      exposeCaller(request, chosen);
    },
    after: function policySerializerAfter(request: Request): void {
      const invocation = invocationOf(request);
      const { response } = request;
      const answered = guarded(request, invocation, (answerable) => answerResult(response, answerable));
      invocation.phase = decided(invocation.phase, answered);
      recordDecision(request, answered.decision);
      if (answered.answer.kind === 'throw') throw answered.answer.error;
      request.response = answered.answer.response;
    },
    onError: function policySerializerOnError(request: Request): void {
      const invocation = invocationOf(request);
      const { error } = request;
      request.response = undefined;
      if (isOwnAnswer(error, invocation.phase)) return;
      const answered = isRefused(error)
        ? guarded(request, invocation, (answerable) => answerThrown(error, answerable))
        : answerFault(faultOf(error, 'handler_error'));
      invocation.phase = decided(invocation.phase, answered);
      recordDecision(request, answered.decision);
      if (answered.answer.kind === 'throw') request.error = answered.answer.error;
      else request.response = answered.answer.response;
    },
  };
}

function decided({ request, caller, judging }: Phase, answered: Answered): DecidedPhase {
  const { decision, answer, shortfall } = answered;
  return { kind: 'decided', request, caller, judging, decision, answer, shortfall };
}

/** Whether the error is the answer that `after` threw. Any other error after an answer takes that answer back. */
function isOwnAnswer(error: unknown, phase: Phase): boolean {
  return phase.kind === 'decided' && phase.answer.kind === 'throw' && phase.answer.error === error;
}
