import type { FaultCode, RefusalCode } from '../decision/codes.ts';
import type { ConditionContext } from '../iam/evaluate-condition.ts';
import type { AuthorizerAnswer } from './answer.ts';

/** What every decision has. */
export interface Replayable {
  /**
   * Whether the answer, replayed from the gateway's cache, lets another request of the same stage pass. On a cache hit
   * your function does not run, so the answer alone decides.
   *
   * - A policy is evaluated for the other request.
   * - A simple response and an AppSync answer hold for every request.
   * - The answer of a WebSocket API holds for every request: the API does not cache it, but accepts all messages of the
   *   connection.
   * - A failed invocation is not cached: always `false`.
   *
   * Whether your API caches at all is a setting of the API.
   *
   * @param method - in any case
   * @param path - as in the ARN: as the client sends it, or decoded if the event was built with `arnPath: 'decoded'`.
   *   Without the stage and the query; with its leading slash
   * @param client - address and time for the conditions of a policy. Default: the client of the first request, now
   * @throws {OptionError} for an invalid method, path, address or time
   * @example
   * const decision = await decide(handler, restRequestEvent({ token, path: '/orders' }));
   * assert.equal(decision.allowsFromCache('GET', '/admin'), false);
   */
  allowsFromCache(method: string, path: string, client?: ConditionContext): boolean;
}

/** The request goes on to the backend. */
export interface TestAllow extends Replayable {
  readonly outcome: 'allow';
  /** `undefined` in simple responses and on AppSync, which have none. */
  readonly principalId: string | undefined;
  /**
   * The context that reaches the backend; empty if none does. REST and WebSocket APIs turn every value into text. HTTP
   * APIs keep numbers and booleans, and with payload format 2.0 lists and objects.
   *
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
   */
  readonly context: Readonly<Record<string, unknown>>;
  /** The response of the function, as JSON carries it. */
  readonly answer: AuthorizerAnswer;
}

/** The client is refused. */
export interface TestDeny extends Replayable {
  readonly outcome: 'deny';
  /**
   * Status that the client gets: 401 if `Unauthorized` was thrown, and on AppSync; 403 for an answer that denies.
   *
   * Do not rely on the 401 of a thrown `Unauthorized` on an HTTP API: it may be a 500. AWS documents the 401 for REST and
   * WebSocket APIs only; for HTTP APIs it documents a 500 if the function fails. The client is refused in both cases.
   *
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
   */
  readonly status: 401 | 403;
  /**
   * The reason, as the log line has it, also where the answer does not carry it. `undefined` for an authorizer that was not
   * made with this package.
   */
  readonly refusal: RefusalCode | undefined;
  /**
   * `false` if no statement of the policy matches the request. The resource policy of a REST API may still allow it.
   *
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
   */
  readonly explicit: boolean;
  /** The response of the function, as JSON carries it; `undefined` if `Unauthorized` was thrown. */
  readonly answer: AuthorizerAnswer | undefined;
}

/** There is no verdict. The client gets a 5xx (on AppSync a 401). */
export interface TestFault extends Replayable {
  readonly outcome: 'fault';
  /**
   * `undefined` for an error that does not come from this package, and for a response that the gateway cannot use:
   * malformed, beyond 8 KB, with reserved names in its context, or with lists and objects in it (which only payload
   * format 2.0 carries).
   */
  readonly code: FaultCode | undefined;
  /** The error of the function, or the problem with its response. */
  readonly error: Error;
}

/** How a gateway treats the request after the authorizer ran. */
export type TestDecision = TestAllow | TestDeny | TestFault;
