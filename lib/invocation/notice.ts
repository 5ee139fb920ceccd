import type { FaultCode, RefusalCode } from '../decision/codes.ts';
import type { Decision } from '../decision/decision.ts';
import type { GatewayKind } from '../gateways/gateway.ts';
import type { IdleEvent } from '../gateways/idle-event.ts';
import type { ReplayLine } from '../token/binding.ts';
import type { Phase } from './invocation.ts';

/** A log line besides those of decisions, about something that needs a change of the set-up or of your code. */
export interface Notice {
  readonly level: 'debug' | 'warn' | 'error';
  readonly message: string;
  readonly line:
    | SetUpLine
    | UndeclaredRouteLine
    | AudiencesLine
    | HandlerLine
    | KeyStoreLine
    | RevocationsLine
    | ReplayLine
    | HookFailureLine
    | LostAnswerLine
    | IdleEventLine;
}

/** Called after each decision; `null` if there is nothing to log, or if it was logged before. */
export type NoticeSource = (phase: Phase) => Notice | null;

/** Returns the first notice of the source. After it there is nothing to log, and the source is not called again. */
export function once(source: NoticeSource): NoticeSource {
  let isLogged = false;
  return (phase) => {
    if (isLogged) return null;
    const notice = source(phase);
    isLogged = notice !== null;
    return notice;
  };
}

/**
 * How the authorizer must be set up at a gateway. Logged once in an execution environment for each gateway, and only if
 * the cache key needs more than the token, or if the declared routes do not fit the gateway. Logged once more if a
 * request shows that the set-up does not work.
 */
export type SetUpLine = {
  gateway: GatewayKind;
  /** The key of `apis`, with that option. */
  api?: string;
  /** Whether answers may be cached at all. */
  cache: boolean;
  /** What to configure, and what happens otherwise; absent if the cache needs nothing. */
  advice?: string;
  /** The identity sources that make cached answers right. */
  identitySources?: readonly string[];
  /** The identity sources to use instead if a route of the API serves several declared routes. */
  behindCatchAll?: readonly string[];
  /** The longest TTL to configure, seconds. */
  maxTtl?: number;
  /** What some callers would lose under the token alone. */
  loss?: string;
  /** Why nothing may be cached: configure a TTL of 0. With `cache: true`: why the route in the key is not enough. */
  reason?: string;
  /** The routes for which no policy is exact, or which no request of this gateway can match, and what to do. */
  warning?: string;
};

/** Logged once in an execution environment, if a request arrives by a route that contradicts `undeclared: 'absent'`. */
export type UndeclaredRouteLine = {
  /** The key of `apis`, with that option. */
  api?: string;
  /** The route of the API that is not declared. */
  gatewayRoute: string;
  /** What follows, and what to do. */
  advice: string;
};

/** Logged once in an execution environment, if a token for one of several audiences is as good as one for the others. */
export type AudiencesLine = {
  audiences: readonly string[];
  /** The keys of `apis` where that is so, with that option. */
  apis?: readonly string[];
  /** What follows, and what to do. */
  advice: string;
};

/**
 * Logged once in an execution environment, the first time that the handler refuses a caller or adds to an answer without
 * the option `handlerDecides`.
 */
export type HandlerLine = {
  /** What follows, and what to do. */
  advice: string;
};

/** Logged once in an execution environment, if a call of `jwks.store` fails: each environment then asks Auth0. */
export type KeyStoreLine = {
  /** The call that failed. */
  operation: 'read' | 'write' | 'lease';
  /** What it threw, or why the answer is unusable. */
  error: unknown;
};

/** Logged once in an execution environment, when tokens pass because there is no current list of revocations. */
export type RevocationsLine = {
  /** Why the last read of the list failed. */
  error: unknown;
  /** What follows, and what to do. */
  advice: string;
};

/** Logged each time that the function of the option `onDecision` throws or rejects, or that `metrics` or `tracer` throws. */
export type HookFailureLine = {
  error: unknown;
};

/**
 * Logged if a middleware that was registered before the authorizer refuses or fails after the decision was logged, so that
 * the gateway gets another answer than the decision says.
 */
export type LostAnswerLine = {
  /** The `requestId` of the line with the decision. */
  requestId?: string;
  /** The outcome in the line with the decision. */
  decided: Decision['outcome'];
  /** What the gateway gets instead. */
  answered: 'deny' | 'fault';
  /** Why: the refusal code, or the code of the fault. */
  code: RefusalCode | FaultCode;
  /** What to do about it. */
  advice: string;
  /** The cause of a fault. */
  error?: unknown;
};

/** Logged for each event without a request. Such an event is answered with nothing. */
export type IdleEventLine = {
  event: IdleEvent;
};
