import type { ContextFacts, GatewayFacts } from '../gateways/facts.ts';
import type { GatewayKind } from '../gateways/gateway.ts';
import { gatewayOfKind } from '../gateways/index.ts';
import { fieldsOf } from '../gateways/reading/event-fields.ts';
import {
  type EvaluablePolicy,
  evaluatePolicy,
  type PolicyRequest,
  type PolicyVerdict,
} from '../iam/evaluate.ts';
import { isObject } from '../util/is-object.ts';
import { checkResources, checkSize, contextAtBackend } from './api-gateway-limits.ts';

/** The response of an authorizer, with every member that some gateway reads. */
export interface AuthorizerAnswer {
  /** In every answer with a policy. */
  readonly principalId?: string;
  readonly policyDocument?: EvaluablePolicy;
  /** REST, HTTP and WebSocket APIs. */
  readonly context?: Readonly<Record<string, unknown>>;
  /** REST APIs. */
  readonly usageIdentifierKey?: string;
  /** HTTP APIs with simple responses, AppSync. */
  readonly isAuthorized?: boolean;
  /** AppSync GraphQL. */
  readonly resolverContext?: Readonly<Record<string, unknown>>;
  /** AppSync GraphQL: `Type.field`. */
  readonly deniedFields?: readonly string[];
  /** AppSync Events. */
  readonly handlerContext?: Readonly<Record<string, unknown>>;
  /** AppSync: seconds for which the answer may be cached. */
  readonly ttlOverride?: number;
}

/** An answer as the gateway understands it. */
export interface ReadAnswer {
  readonly answer: AuthorizerAnswer;
  /** What the backend gets; empty if the answer has no context. */
  readonly context: Readonly<Record<string, unknown>>;
  /**
   * The verdict on a request: the one that was sent, or one that gets the answer from the cache. A policy is evaluated
   * for the request; `isAuthorized` holds for every request.
   *
   * @throws {OptionError} if the policy has an element that {@link evaluatePolicy} does not evaluate
   */
  verdict(request: PolicyRequest): PolicyVerdict;
}

export interface ReadAnswerOptions {
  /**
   * HTTP APIs with payload format 2.0: what the API is configured to take.
   *
   * @default either: the event does not show it
   */
  readonly httpApiResponse?: 'iam' | 'simple';
}

/**
 * Reads the response of an authorizer as the gateway does. AppSync documents too little about the contexts that it
 * refuses, so those of AppSync are not checked.
 *
 * @param response - as JSON carries it
 * @param gateway - the gateway that sent the event
 * @throws {Error} if the gateway would answer 5xx: the response is malformed or too large, or its context has values
 *   that the gateway does not carry
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 * @example
 * const { verdict, context } = readAnswer(await handler(event, lambdaContext()), 'rest-request');
 * assert.equal(verdict({ resource: event.methodArn }), 'allow');
 */
export function readAnswer(
  response: unknown,
  gateway: GatewayKind,
  options: ReadAnswerOptions = {},
): ReadAnswer {
  const facts = gatewayOfKind(gateway);
  const fields = fieldsOf(response);
  const verdict = isSimple(fields, facts, options) ? simpleVerdict(fields) : policyVerdict(fields);
  const answer = fields as AuthorizerAnswer;
  return { answer, verdict, context: contextIn(answer, facts.context) };
}

type Fields = ReturnType<typeof fieldsOf>;

function isSimple(
  { isAuthorized }: Fields,
  { answersWith }: GatewayFacts,
  { httpApiResponse }: ReadAnswerOptions,
): boolean {
  if (answersWith !== 'policy or simple') return answersWith === 'simple';
  return httpApiResponse === undefined ? isAuthorized !== undefined : httpApiResponse === 'simple';
}

function simpleVerdict({ isAuthorized }: Fields): ReadAnswer['verdict'] {
  if (typeof isAuthorized !== 'boolean') throw malformed('isAuthorized is neither true nor false');
  return () => (isAuthorized ? 'allow' : 'explicit-deny');
}

function policyVerdict({ principalId, policyDocument }: Fields): ReadAnswer['verdict'] {
  if (typeof principalId !== 'string') throw malformed('principalId is not a string');
  if (!isObject(policyDocument)) throw malformed('it has no policyDocument');
  const policy = policyDocument as unknown as EvaluablePolicy;
  checkResources(policy);
  return (request) => evaluatePolicy(policy, request);
}

/** The context that reaches the backend. Each gateway reads one field of the answer. */
function contextIn(answer: AuthorizerAnswer, { field, arrivesAs }: ContextFacts): ReadAnswer['context'] {
  const context: unknown = answer[field] ?? {};
  if (!isObject(context) || Array.isArray(context)) throw malformed(`${field} is not an object`);
  if (arrivesAs === null) return context;
  const arrived = contextAtBackend(context, arrivesAs);
  checkSize(answer);
  return arrived;
}

function malformed(problem: string): Error {
  return new Error(`the answer is malformed: ${problem}`);
}
