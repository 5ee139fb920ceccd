import type { Request } from '@middy/core';
import type { Allow, AuthorizerContext, Deny, Fault } from '../decision.ts';
import { faultAnswer } from '../gateways/answers.ts';
import type { Answer, AuthorizationRequest } from '../gateways/gateway.ts';
import { gatewayOfKind } from '../gateways/index.ts';
import { func, oneOf, plainObject, wholeNumber } from '../option-checks.ts';
import type { VerifiedToken } from '../token/verified-token.ts';
import { type AuthorizerMiddleware, exposeCaller, principalOf, subjectOf } from './auth0-context.ts';
import {
  type AllowParts,
  allow,
  decisionOnError,
  faultOf,
  type PassedCaller,
  passedCaller,
} from './final-decision.ts';
import { contextObject, handlerAdditions, nonEmpty } from './handler-result.ts';
import { parsedRequest } from './header-parser.ts';
import { type PolicyWriter, writeRequestPolicy } from './policy-writer.ts';
import { type AuthorizationState, stateOf } from './state.ts';

/** A function of yours over the verified token (`null` for an anonymous caller) and the request. */
export type CallerFunction<Result> = (token: VerifiedToken | null, request: AuthorizationRequest) => Result;

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
   * @default the token's `sub`
   */
  readonly principalId?: CallerFunction<string>;
  /**
   * AppSync only: how long the answer may be cached, seconds, never beyond the token's `exp`. Raise it only if your
   * rules, `context` and handler depend on the token alone.
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
 * Without requestRules before it, an allow covers the whole stage; with routes declared there, the request's own
 * resource.
 *
 * @throws {OptionError} at start-up, for options that make no sense
 */
export function policySerializer(options: PolicySerializerOptions = {}): AuthorizerMiddleware {
  return policySerializerWith(parseSerializerOptions(plainObject(options, '', OPTIONS)), writeRequestPolicy);
}

export function parseSerializerOptions(
  options: { readonly [key in keyof PolicySerializerOptions]?: unknown },
): PolicySerializerSettings {
  const { httpApiResponse, unauthorized, context, principalId, ttlOverride } = options;
  return {
    httpApiResponse:
      httpApiResponse === undefined ? 'iam' : oneOf(httpApiResponse, 'httpApiResponse', ['iam', 'simple']),
    unauthorized:
      unauthorized === undefined ? undefined : oneOf(unauthorized, 'unauthorized', ['throw', 'deny']),
    context: context === undefined ? undefined : func(context, 'context'),
    principalId: principalId === undefined ? undefined : func(principalId, 'principalId'),
    ttlOverride:
      ttlOverride === undefined ? 0 : wholeNumber(ttlOverride, 'ttlOverride', { min: 0, max: MAX_TTL }),
  };
}

/** The middleware for options that are parsed already. */
export function policySerializerWith(
  settings: PolicySerializerSettings,
  policyFor: PolicyWriter,
): AuthorizerMiddleware {
  /** Sets the response, or the error that the gateway expects in its place. */
  function answer(request: Request, state: AuthorizationState, decision: Allow | Deny): void {
    const { gateway } = parsedRequest(request, state);
    const policy = policyFor(decision, state);
    const answered = gatewayOfKind(gateway).answer(decision, {
      policy,
      httpApiResponse: settings.httpApiResponse,
      unauthorized: settings.unauthorized,
      ttl: settings.ttlOverride,
      now: Math.floor(Date.now() / 1000),
    });
    state.decision = decision;
    finish(request, answered);
  }

  return {
    before: function policySerializerBefore(request: Request): void {
      const state = stateOf(request);
      state.principalId = choosePrincipal(request, state, settings);
      exposeCaller(request, state);
    },
    after: function policySerializerAfter(request: Request): void {
      const state = stateOf(request);
      const caller = passedCaller(state);
      answer(request, state, allow(caller, allowParts(request, state, caller, settings)));
    },
    onError: function policySerializerOnError(request: Request): void {
      const state = stateOf(request);
      const decision = decisionOnError(request.error, state);
      if (decision.outcome === 'fault') return failWith(request, state, decision);
      try {
        answer(request, state, decision);
      } catch (error) {
        failWith(request, state, faultOf(error, 'internal_error'));
      }
    },
  };
}

function choosePrincipal(
  request: Request,
  state: AuthorizationState,
  settings: PolicySerializerSettings,
): string {
  if (settings.principalId === undefined || state.token === undefined) return subjectOf(state);
  const chosen = settings.principalId(state.token, parsedRequest(request, state));
  return nonEmpty(chosen, 'the result of the option principalId');
}

function allowParts(
  request: Request,
  state: AuthorizationState,
  { token }: PassedCaller,
  settings: PolicySerializerSettings,
): AllowParts {
  const additions = handlerAdditions(request.response);
  const chosen = settings.context === undefined ? {} : settings.context(token, parsedRequest(request, state));
  return {
    principalId: additions.principalId ?? principalOf(state),
    context: { ...contextObject(chosen, 'the result of the option context'), ...additions.context },
    usageIdentifierKey: additions.usageIdentifierKey,
  };
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
