import type { AuthorizerContext } from '../decision/decision.ts';
import { AuthorizerFault, Forbidden } from '../decision/errors.ts';
import { defined } from '../util/defined.ts';
import { isObject } from '../util/is-object.ts';
import { isPlain, kindOf } from '../util/kind-of.ts';

/**
 * What your handler may return: nothing or `true`, `false` to refuse (403), or additions to the answer. Anything else is
 * a fault, never an allow. An object without members adds nothing, like `true`. With `handlerDecides: true` nothing is a
 * fault, too: return `true`, so that a handler that was cut off allows nobody.
 *
 * @example
 * const handler = middy(async (): Promise<HandlerResult> => ({ context: { plan: 'gold' } })).use(auth0Authorizer());
 */
export type HandlerResult =
  // biome-ignore lint/suspicious/noConfusingVoidType: a handler without a return statement returns void to TypeScript
  | void
  | undefined
  | null
  | boolean
  | {
      /** Added to what the `context` option returns; wins if both have a key. */
      readonly context?: AuthorizerContext;
      /** Replaces `sub` as the principal. */
      readonly principalId?: string;
      /**
       * The API key value that a REST API with `apiKeySource: AUTHORIZER` meters by. Replaces the result of the option
       * `usageIdentifierKey`.
       */
      readonly usageIdentifierKey?: string;
    };

/** What a handler adds to an allow. */
export type HandlerAdditions =
  | { readonly kind: 'nothing' }
  | {
      readonly kind: 'additions';
      readonly context?: AuthorizerContext;
      readonly principalId?: string;
      readonly usageIdentifierKey?: string;
    };

const NOTHING: HandlerAdditions = Object.freeze({ kind: 'nothing' });
const KNOWN = ['context', 'principalId', 'usageIdentifierKey'];

/**
 * Reads what a handler returned.
 *
 * @param isDeclared - whether the option `handlerDecides` says that the handler decides. A handler that returns nothing
 * was then cut off, by `timeoutEarlyResponse` of Middy for example, or forgot a branch.
 * @throws {Forbidden} for `false`
 * @throws {AuthorizerFault} `handler_result` for what an authorizer cannot answer
 */
export function handlerAdditions(result: unknown, isDeclared: boolean): HandlerAdditions {
  if (result === true) return NOTHING;
  if (result === undefined || result === null) {
    if (isDeclared)
      throw unusable('the handler decides (`handlerDecides`), and returned nothing: return true to allow');
    return NOTHING;
  }
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
  const additions = defined({
    context: optional(context, 'context of the handler', contextObject),
    principalId: optional(principalId, 'principalId of the handler', nonEmpty),
    usageIdentifierKey: optional(usageIdentifierKey, 'usageIdentifierKey of the handler', nonEmpty),
  });
  return Object.keys(additions).length === 0 ? NOTHING : { kind: 'additions', ...additions };
}

function optional<Value>(
  value: unknown,
  name: string,
  check: (value: unknown, name: string) => Value,
): Value | undefined {
  return value === undefined ? undefined : check(value, name);
}

/** The kind of a value, without its content. */
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

/** Handles the rejection of a promise that is not awaited: otherwise it would end the process. */
function adviceOnPromise(value: unknown): string {
  if (!(value instanceof Promise)) return '';
  value.catch(() => undefined);
  return ', not a promise: leave what takes time to your handler';
}

function unusable(message: string): AuthorizerFault {
  return new AuthorizerFault('handler_result', message);
}
