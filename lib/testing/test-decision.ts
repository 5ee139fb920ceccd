import type { FaultCode, RefusalCode } from '../decision/decision.ts';
import type { ConditionContext } from '../iam/evaluate-condition.ts';
import type { AuthorizerAnswer } from './answer.ts';

/** What every decision can be asked. */
export interface Replayable {
  /**
   * Whether the answer, replayed from the gateway's cache, lets another request of the same stage pass: the one thing
   * that a cache hit decides without your function. A policy is evaluated anew, for that request; the word of a simple
   * answer holds for every request, and so does that of AppSync and of a WebSocket API (which caches nothing, but
   * passes on all messages of a connection that it let in). Whether your API caches at all is its own setting.
   *
   * A failed invocation is not cached: there is nothing to replay, and so the answer is `false`.
   *
   * @param method - in any case
   * @param path - as the client sends it, without the stage and the query; with its leading slash
   * @param client - who asks, and when, where a policy has conditions. Default: the client of the first request, now
   * @throws {OptionError} for a method, a path, an address or a time that is none
   */
  allowsFromCache(method: string, path: string, client?: ConditionContext): boolean;
}

/** The request goes on to the backend. */
export interface TestAllow extends Replayable {
  readonly outcome: 'allow';
  /** `undefined` in simple answers and on AppSync, which have none. */
  readonly principalId: string | undefined;
  /**
   * What reaches the backend, in the form that it has there: REST and WebSocket APIs make text of every value, HTTP
   * APIs keep numbers and booleans, and with payload format 2.0 lists and objects, too. Empty if nothing does.
   *
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
   */
  readonly context: Readonly<Record<string, unknown>>;
  /** What the function returned, after its way through JSON. */
  readonly answer: AuthorizerAnswer;
}

/** The client is refused. */
export interface TestDeny extends Replayable {
  readonly outcome: 'deny';
  /**
   * What the client gets: 401 where `Unauthorized` was thrown, and on AppSync; 403 for an answer that denies.
   *
   * On an HTTP API do not count on the 401 of a thrown `Unauthorized`: it may be a 500. AWS documents that 401 for REST
   * and WebSocket APIs alone; for HTTP APIs it documents a 500 where the function fails. The client is refused either way.
   *
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
   */
  readonly status: 401 | 403;
  /** Why, where the answer has room for it: not when `Unauthorized` was thrown, and not on AppSync. */
  readonly refusal: RefusalCode | undefined;
  /**
   * `false` where no statement of the policy speaks of the request. The resource policy of a REST API may allow such a
   * request all the same.
   *
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
   */
  readonly explicit: boolean;
  /** What the function returned, after its way through JSON; `undefined` when `Unauthorized` was thrown. */
  readonly answer: AuthorizerAnswer | undefined;
}

/** There is no verdict, and the client gets a 5xx (on AppSync a 401). */
export interface TestFault extends Replayable {
  readonly outcome: 'fault';
  /**
   * `undefined` for an error that is not of this package, and for an answer that the gateway cannot read or carry:
   * malformed, beyond 8 KB, or with a context that holds reserved names or, but for payload format 2.0, lists and objects.
   */
  readonly code: FaultCode | undefined;
  /** What the function threw, or what is wrong with its answer. */
  readonly error: Error;
}

/** What a gateway makes of what an authorizer did. */
export type TestDecision = TestAllow | TestDeny | TestFault;
