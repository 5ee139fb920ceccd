import type { AuthorizerContext } from '../decision/decision.ts';
import { AuthorizerFault, isRefused } from '../decision/errors.ts';
import type { AuthorizationRequest } from '../gateways/gateway.ts';
import type { Caller } from '../invocation/invocation.ts';
import type { VerifiedToken } from '../token/verified-token.ts';
import { defaultContext } from './default-context.ts';
import { contextObject, nonEmpty } from './handler-result.ts';

/**
 * A function of yours over the verified token (`null` for an anonymous caller) and the request. It must return at once.
 * It may throw `Unauthorized` or `Forbidden` to refuse the caller; any other error is a fault (`handler_error`, a 5xx).
 */
export type CallerFunction<Result> = (token: VerifiedToken | null, request: AuthorizationRequest) => Result;

/** The options that choose what an answer contains about the caller. */
export interface CallerSettings {
  /** `undefined` = the default context; `false` = none. */
  readonly context: CallerFunction<AuthorizerContext> | false | undefined;
  readonly principalId: CallerFunction<string> | undefined;
  readonly usageIdentifierKey: CallerFunction<string | undefined> | undefined;
  /** The ID of the trace, for the context; `null` if it is not wanted there. */
  readonly traceId: (() => string | undefined) | null;
}

/** What an answer contains about a caller. */
export interface CallerParts {
  readonly principalId: string;
  readonly context: AuthorizerContext;
  readonly usageIdentifierKey?: string;
}

/**
 * What the options choose for a caller: without them the subject, and the default context.
 *
 * @throws {Refused} if a function of the options refuses the caller
 * @throws {AuthorizerFault} `handler_error` if one throws anything else; `handler_result` if its result is unusable
 */
export function callerParts(
  caller: Caller,
  request: AuthorizationRequest,
  settings: CallerSettings,
): CallerParts {
  const principalId = caller.isChosen ? caller.principalId : choosePrincipal(caller, request, settings);
  const context = chooseContext(caller, request, settings);
  const usageIdentifierKey = chooseUsageKey(caller, request, settings);
  return usageIdentifierKey === undefined
    ? { principalId, context }
    : { principalId, context, usageIdentifierKey };
}

/** The principal by the option `principalId`; the subject without that option. Throws as {@link callerParts} does. */
export function choosePrincipal(
  caller: Caller,
  request: AuthorizationRequest,
  { principalId }: CallerSettings,
): string {
  if (principalId === undefined) return caller.principalId;
  const chosen = resultOf('principalId', () => principalId(caller.token, request));
  return nonEmpty(chosen, 'the result of the option principalId');
}

function chooseContext(
  caller: Caller,
  request: AuthorizationRequest,
  settings: CallerSettings,
): AuthorizerContext {
  const { traceId } = settings;
  const context = ownContext(caller, request, settings);
  return traceId === null ? context : { traceId: traceId(), ...context };
}

function ownContext(
  { token }: Caller,
  request: AuthorizationRequest,
  { context }: CallerSettings,
): AuthorizerContext {
  if (context === undefined) return defaultContext(token);
  if (context === false) return NO_CONTEXT;
  const chosen = resultOf('context', () => context(token, request));
  return contextObject(chosen, 'the result of the option context');
}

const NO_CONTEXT: AuthorizerContext = Object.freeze({});

function chooseUsageKey(
  { token }: Caller,
  request: AuthorizationRequest,
  { usageIdentifierKey }: CallerSettings,
): string | undefined {
  if (usageIdentifierKey === undefined) return undefined;
  const chosen = resultOf('usageIdentifierKey', () => usageIdentifierKey(token, request));
  return chosen === undefined ? undefined : nonEmpty(chosen, 'the result of the option usageIdentifierKey');
}

/** Calls the function of an option. It may refuse as a handler may; any other error becomes a fault. */
function resultOf<Result>(option: string, call: () => Result): Result {
  try {
    return call();
  } catch (error) {
    if (isRefused(error)) throw error;
    throw new AuthorizerFault('handler_error', `the function of the option ${option} threw`, {
      cause: error,
    });
  }
}
