import { fieldsOf } from '../gateways/event-fields.ts';
import type { GatewayKind } from '../gateways/gateway.ts';
import {
  type EvaluablePolicy,
  evaluatePolicy,
  type PolicyRequest,
  type PolicyVerdict,
} from '../policy/evaluate.ts';

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

/**
 * Reads an answer as the gateway does.
 *
 * Whether an HTTP API with payload format 2.0 takes policies or simple answers cannot be told from its events, so that
 * either will do there.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 * @throws {Error} where the gateway finds the answer malformed, which it answers with a 5xx
 */
export function wordOf(answer: unknown, gateway: GatewayKind): AnswerWord {
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
