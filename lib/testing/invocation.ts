import type { Context } from 'aws-lambda';
import { fieldsOf } from '../gateways/reading/event-fields.ts';
import { lambdaContext } from './lambda-context.ts';

/**
 * A Lambda handler, wrapped by Middy or not, for any event and context. It returns its answer or a promise, or calls
 * its third parameter, the callback, which Lambda passes up to Node 22.
 */
export type TestedHandler = (event: never, context: never, callback: never) => unknown;

/** How an invocation ended, as its caller sees it. */
export type Invocation =
  | { readonly kind: 'response'; readonly response: unknown }
  | { readonly kind: 'error'; readonly error: Error };

export interface InvocationOptions {
  /** @default {@link lambdaContext} */
  readonly context?: Context;
  /**
   * Timeout of the function, milliseconds. The remaining time in the context then counts down.
   *
   * @default no timeout for a handler that returns or promises its answer; for one that takes a callback, the remaining
   *   time of the context
   */
  readonly timeout?: number;
}

type AnyHandler = (event: unknown, context: unknown, callback: Callback) => unknown;
type Callback = (error?: unknown, response?: unknown) => void;

/**
 * Invokes a handler as Lambda does. Event and response travel as JSON, so neither side sees the other's objects. A
 * handler that throws does not make this function throw: the error is part of the result.
 *
 * @param handler - any authorizer, made with this package or not
 * @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
 * @example
 * const invocation = await invokeAsLambda(handler, restRequestEvent({ token: issuer.token() }), { timeout: 3000 });
 * if (invocation.kind === 'error') throw invocation.error;
 */
export async function invokeAsLambda(
  handler: TestedHandler,
  event: unknown,
  options: InvocationOptions = {},
): Promise<Invocation> {
  const sent = asJson(event);
  try {
    return { kind: 'response', response: asJson(await endOf(handler as AnyHandler, sent, options)) };
  } catch (error) {
    return {
      kind: 'error',
      error: error instanceof Error ? error : new Error(String(error), { cause: error }),
    };
  }
}

/** Settles with the callback's argument or the returned value: the first of the two. */
async function endOf(handler: AnyHandler, event: unknown, options: InvocationOptions): Promise<unknown> {
  const { timeout, context = contextWith(timeout) } = options;
  let timer: NodeJS.Timeout | undefined;
  const end = new Promise((resolve, reject) => {
    const callback: Callback = (error, response) =>
      error === null || error === undefined ? resolve(response) : reject(error);
    const returned = handler(event, context, callback);
    // Only a handler with a third parameter can call back. Of any other the returned value counts.
    const returns = handler.length < 3 || isPromise(returned);
    // Not `resolve(returned)`: after that a callback that comes before the end of `returned` would be ignored.
    if (returns) Promise.resolve(returned).then(resolve, reject);
    const limit = timeout ?? (returns ? undefined : context.getRemainingTimeInMillis());
    if (limit !== undefined) timer = setTimeout(() => reject(outOfTime(limit, returns)), limit);
  });
  return end.finally(() => clearTimeout(timer));
}

function outOfTime(milliseconds: number, returns: boolean): Error {
  const seconds = `${milliseconds / 1000} seconds`;
  if (returns) return new Error(`Task timed out after ${seconds}`);
  return new Error(`the handler takes a callback, but did not call it within ${seconds}`);
}

function contextWith(timeout: number | undefined): Context {
  if (timeout === undefined) return lambdaContext();
  const deadline = performance.now() + timeout;
  return lambdaContext({
    getRemainingTimeInMillis: () => Math.max(0, Math.round(deadline - performance.now())),
  });
}

function isPromise(value: unknown): boolean {
  return typeof fieldsOf(value).then === 'function';
}

function asJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value) ?? 'null');
}
