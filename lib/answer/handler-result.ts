import type { AuthorizerContext } from '../decision/decision.ts';
import { AuthorizerFault, Forbidden } from '../decision/errors.ts';
import { isObject } from '../util/is-object.ts';
import { isPlain, kindOf } from '../util/option-checks.ts';

/**
 * What your handler may return: nothing, `false` to refuse (403), or additions to the answer. Anything else is a
 * fault, never an allow.
 */
export type HandlerResult =
  | undefined
  | null
  | boolean
  | {
      /** Added to what the `context` option gives; wins where both name a key. */
      readonly context?: AuthorizerContext;
      /** Replaces `sub` as the principal. */
      readonly principalId?: string;
      /** The API key value that a REST API with `apiKeySource: AUTHORIZER` meters by. */
      readonly usageIdentifierKey?: string;
    };

/** The additions, checked. */
export interface HandlerAdditions {
  readonly context: AuthorizerContext;
  readonly principalId: string | undefined;
  readonly usageIdentifierKey: string | undefined;
}

/** What a handler adds that returned nothing, or that is not there. */
export const NO_ADDITIONS: HandlerAdditions = {
  context: {},
  principalId: undefined,
  usageIdentifierKey: undefined,
};
const KNOWN = ['context', 'principalId', 'usageIdentifierKey'];

/**
 * @throws {Forbidden} for `false`
 * @throws {AuthorizerFault} `handler_result` for what an authorizer cannot answer
 */
export function handlerAdditions(result: unknown): HandlerAdditions {
  if (result === undefined || result === null || result === true) return NO_ADDITIONS;
  if (result === false) throw new Forbidden('the handler returned false');
  if (typeof result !== 'object' || !isPlain(result)) {
    throw unusable(`the handler must return nothing, false or a plain object, not ${nameOf(result)}`);
  }
  const unknown = Object.keys(result).find((key) => !KNOWN.includes(key));
  if (unknown !== undefined) {
    throw unusable(
      `the handler returned '${unknown}'; known are ${KNOWN.join(', ')}: put your own values under context`,
    );
  }
  const { context, principalId, usageIdentifierKey } = result as Record<string, unknown>;
  return {
    context: context === undefined ? {} : contextObject(context, 'context of the handler'),
    principalId: optionalString(principalId, 'principalId of the handler'),
    usageIdentifierKey: optionalString(usageIdentifierKey, 'usageIdentifierKey of the handler'),
  };
}

/** What it is, without what it says. */
function nameOf(value: unknown): string {
  return typeof value === 'object' ? kindOf(value) : `a ${typeof value}`;
}

/** @throws {AuthorizerFault} `handler_result` unless it is a plain object */
export function contextObject(value: unknown, name: string): AuthorizerContext {
  if (isObject(value) && isPlain(value)) return value as AuthorizerContext;
  throw unusable(`${name} must be a plain object${adviceOnPromise(value)}`);
}

/** @throws {AuthorizerFault} `handler_result` unless it is a non-empty string */
export function nonEmpty(value: unknown, name: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw unusable(`${name} must be a non-empty string${adviceOnPromise(value)}`);
}

/** A promise that nobody waits for must not end the process when it is rejected. */
function adviceOnPromise(value: unknown): string {
  if (!(value instanceof Promise)) return '';
  value.catch(() => undefined);
  return ', not a promise: leave what takes time to your handler';
}

function optionalString(value: unknown, name: string): string | undefined {
  return value === undefined ? undefined : nonEmpty(value, name);
}

function unusable(message: string): AuthorizerFault {
  return new AuthorizerFault('handler_result', message);
}
