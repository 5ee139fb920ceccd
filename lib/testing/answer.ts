import type { GatewayKind } from '../gateways/gateway.ts';
import { fieldsOf } from '../gateways/reading/event-fields.ts';
import {
  type EvaluablePolicy,
  evaluatePolicy,
  type PolicyRequest,
  type PolicyVerdict,
} from '../iam/evaluate.ts';
import { isObject } from '../util/is-object.ts';
import { checkSize, handedOn } from './api-gateway-limits.ts';

/** What an authorizer answers, with every member that some gateway's answer has. */
export interface AuthorizerAnswer {
  /** Wherever a policy is answered. */
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

/** What of an answer decides: a policy, or one word for every request. */
export type AnswerWord = EvaluablePolicy | boolean;

/** An answer as the gateway takes it. */
export interface ReadAnswer {
  readonly answer: AuthorizerAnswer;
  readonly word: AnswerWord;
  /** As the backend gets it; empty if there is none. */
  readonly context: Readonly<Record<string, unknown>>;
}

/**
 * Reads an answer as the gateway does. What AppSync refuses of a context is not known well enough to judge by.
 *
 * @param response - after its way through JSON
 * @throws {Error} for what the gateway answers with a 5xx: a malformed answer, one that is too large, a context that it
 *   does not carry
 */
export function readAnswer(response: unknown, gateway: GatewayKind): ReadAnswer {
  const word = wordOf(response, gateway);
  const answer = response as AuthorizerAnswer;
  if (gateway === 'appsync-graphql') return { answer, word, context: contextIn(answer, 'resolverContext') };
  if (gateway === 'appsync-events') return { answer, word, context: contextIn(answer, 'handlerContext') };
  const context = handedOn(contextIn(answer, 'context'), gateway);
  checkSize(answer);
  return { answer, word, context };
}

/** The gateways look at one field each, and at no other. */
function contextIn(
  answer: AuthorizerAnswer,
  field: 'context' | 'resolverContext' | 'handlerContext',
): Readonly<Record<string, unknown>> {
  const context: unknown = answer[field] ?? {};
  if (isObject(context) && !Array.isArray(context)) return context;
  throw new Error(`the answer is malformed: ${field} is not an object`);
}

/**
 * Whether an HTTP API with payload format 2.0 takes policies or simple answers cannot be told from its events, so that
 * either will do there.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 * @throws {Error} where the gateway finds the answer malformed
 */
function wordOf(answer: unknown, gateway: GatewayKind): AnswerWord {
  const { isAuthorized, policyDocument, principalId } = fieldsOf(answer);
  const isSimple = gateway === 'http-api-2.0' && isAuthorized !== undefined;
  if (isSimple || gateway.startsWith('appsync')) {
    if (typeof isAuthorized === 'boolean') return isAuthorized;
    throw new Error('the answer is malformed: isAuthorized is neither true nor false');
  }
  if (typeof principalId !== 'string') {
    throw new Error('the answer is malformed: principalId is not a string');
  }
  if (typeof policyDocument === 'object' && policyDocument !== null) return policyDocument as EvaluablePolicy;
  throw new Error('the answer is malformed: it has no policyDocument');
}

/** @throws {OptionError} when the policy has what `evaluatePolicy` does not judge */
export function verdictOn(word: AnswerWord, request: PolicyRequest): PolicyVerdict {
  if (typeof word !== 'boolean') return evaluatePolicy(word, request);
  return word ? 'allow' : 'explicit-deny';
}
