import type { Request } from '@middy/core';
import { allowParts, type CallerFunction, choosePrincipal, forReplay } from '../answer/caller-parts.ts';
import { allow, decisionOnError, faultOf, passedCaller } from '../answer/final-decision.ts';
import { handlerAdditions, NO_ADDITIONS } from '../answer/handler-result.ts';
import { type PolicyWriter, writeRequestPolicy } from '../answer/policy-for-decision.ts';
import type { Allow, AuthorizerContext, Deny, Fault } from '../decision/decision.ts';
import { Refused } from '../decision/errors.ts';
import { faultAnswer } from '../gateways/answering/answers.ts';
import { takesPolicy } from '../gateways/facts.ts';
import type { Answer, AnswerSettings } from '../gateways/gateway.ts';
import { gatewayOfKind } from '../gateways/index.ts';
import type { PolicyDocument } from '../iam/policy-document.ts';
import { type AuthorizerMiddleware, exposeCaller } from '../invocation/auth0-context.ts';
import { type AuthorizationState, stateOf } from '../invocation/state.ts';
import { oneOf, optional, plainObject, syncFunc, wholeNumber } from '../util/option-checks.ts';
import { parsedRequest } from './header-parser.ts';

export interface PolicySerializerOptions {
  /**
   * How an HTTP API with payload format 2.0 is answered; it must be what the API's authorizer is configured for,
   * since the event does not tell.
   *
   * @default 'iam', as in CloudFormation
   */
  readonly httpApiResponse?: 'iam' | 'simple';
  /**
   * How a token that cannot be trusted is refused: by throwing `Unauthorized`, which REST and WebSocket APIs answer
   * with 401, or by a deny policy, which is a 403.
   *
   * @default 'throw' on REST and WebSocket; 'deny' on HTTP APIs, where AWS documents no 401
   */
  readonly unauthorized?: 'throw' | 'deny';
  /**
   * What an allow passes on to the backend in `$context.authorizer`.
   *
   * Scalars everywhere; arrays and objects arrive as such on HTTP API 2.0, elsewhere as base64url of their JSON.
   *
   * @default nothing
   */
  readonly context?: CallerFunction<AuthorizerContext>;
  /**
   * Chooses the principal.
   *
   * @default the token's `sub`, `unknown` if it has none; `anonymous` without a token
   */
  readonly principalId?: CallerFunction<string>;
  /**
   * AppSync only: how long the answer may be cached, seconds, never beyond the token's `exp`. Raise it only if
   * `context` and your handler depend on the token alone. Has no effect where rules look at more than that.
   *
   * @default 0 seconds: not cached
   */
  readonly ttlOverride?: number;
}

export interface PolicySerializerSettings {
  readonly httpApiResponse: 'iam' | 'simple';
  readonly unauthorized: 'throw' | 'deny' | undefined;
  readonly context: CallerFunction<AuthorizerContext> | undefined;
  readonly principalId: CallerFunction<string> | undefined;
  readonly ttlOverride: number;
}

/** AppSync's own limit for a cached authorization, seconds. */
const MAX_TTL = 3600;

const OPTIONS = ['httpApiResponse', 'unauthorized', 'context', 'principalId', 'ttlOverride'] as const;

/**
 * Turns the decision into the answer that the gateway expects.
 *
 * Without requestRules before it, or where the routes declared there differ in their rules, an allow covers the
 * request's own resource: leave such answers uncached (a TTL of 0). Where they do not differ it covers the whole stage.
 * `auth0Authorizer` writes policies for all routes instead.
 *
 * @throws {OptionError} at start-up, for options that make no sense
 * @example
 * const chain = middy().use(policySerializer({ context: (token) => ({ sub: token?.claims.sub }) }));
 */
export function policySerializer(options: PolicySerializerOptions = {}): AuthorizerMiddleware {
  return policySerializerWith(parseSerializerOptions(plainObject(options, '', OPTIONS)), writeRequestPolicy);
}

export function parseSerializerOptions(
  options: { readonly [key in keyof PolicySerializerOptions]?: unknown },
): PolicySerializerSettings {
  return {
    httpApiResponse: optional(options, '', 'httpApiResponse', 'iam', oneOf<'iam' | 'simple'>, [
      'iam',
      'simple',
    ]),
    unauthorized: optional(options, '', 'unauthorized', undefined, oneOf<'throw' | 'deny'>, [
      'throw',
      'deny',
    ]),
    context: optional(
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
    ttlOverride: optional(options, '', 'ttlOverride', 0, wholeNumber, 0, MAX_TTL),
  };
}

/** The middleware for options that are parsed already. */
export function policySerializerWith(
  settings: PolicySerializerSettings,
  policyFor: PolicyWriter,
): AuthorizerMiddleware {
  const { httpApiResponse, unauthorized, ttlOverride: ttl } = settings;

  function settingsFor(policy: PolicyDocument | null): AnswerSettings {
    return { policy, httpApiResponse, unauthorized, ttl, now: Math.floor(Date.now() / 1000) };
  }

  /** Sets the response, or the error that the gateway expects in its place. */
  function answer(request: Request, state: AuthorizationState, decided: Allow | Deny): void {
    const { gateway: kind } = parsedRequest(request, state);
    const gateway = gatewayOfKind(kind);
    const hasPolicy = takesPolicy(gateway, httpApiResponse);
    const policy = hasPolicy ? policyFor(decided, state, 'widest') : null;
    const decision = decided.outcome === 'deny' ? forReplay(decided, policy, state, settings) : decided;
    let answered: Answer;
    try {
      answered = gateway.answer(decision, settingsFor(policy));
    } catch (error) {
      // Too large together with the context, maybe: the policy for this request alone is the smallest that is right.
      const smallest = hasPolicy ? policyFor(decided, state, 'request') : null;
      if (smallest === null || JSON.stringify(smallest) === JSON.stringify(policy)) throw error;
      answered = gateway.answer(decided, settingsFor(smallest));
      state.policyNarrowed = true;
    }
    state.decision = decision;
    finish(request, answered);
  }

  function answerDenial(request: Request, state: AuthorizationState, denied: Deny): void {
    try {
      answer(request, state, denied);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      // `context` or `principalId` refuse the caller, too: like a handler, and not on this route alone.
      state.handlerSpoke = true;
      answer(request, state, denied);
    }
  }

  return {
    before: function policySerializerBefore(request: Request): void {
      // Without the option the principal is the subject, as the verifier has told the handler already.
      if (settings.principalId === undefined) return;
      const state = stateOf(request);
      state.principalId = choosePrincipal(state, settings);
      exposeCaller(request, state);
    },
    after: function policySerializerAfter(request: Request): void {
      const state = stateOf(request);
      const caller = passedCaller(state);
      const additions = handlerAdditions(request.response);
      state.handlerSpoke = additions !== NO_ADDITIONS;
      answer(request, state, allow(caller, allowParts(state, additions, settings)));
    },
    onError: function policySerializerOnError(request: Request): void {
      const state = stateOf(request);
      const decision = decisionOnError(request.error, state);
      if (decision.outcome === 'fault') return failWith(request, state, decision);
      try {
        state.handlerSpoke = isHandlersWord(decision);
        answerDenial(request, state, decision);
      } catch (error) {
        failWith(request, state, faultOf(error, 'internal_error'));
      }
    },
  };
}

/** Whether the handler refused, and no rule whose function threw the same. */
function isHandlersWord({ code, rule }: Deny): boolean {
  return rule === undefined && (code === 'handler_forbidden' || code === 'handler_unauthorized');
}

/** A fault has the same answer everywhere: a failed invocation, which every gateway turns into a 5xx. */
function failWith(request: Request, state: AuthorizationState, fault: Fault): void {
  state.decision = fault;
  finish(request, faultAnswer(fault));
}

function finish(request: Request, answer: Answer): void {
  if (answer.kind === 'response') {
    request.response = answer.response;
  } else {
    request.response = undefined;
    request.error = answer.error;
  }
}
