import { fieldsOf } from '../gateways/reading/event-fields.ts';
import { lambdaContext } from './lambda-context.ts';

/**
 * A Lambda handler, wrapped by Middy or not, whatever event and context it takes. It may answer with a promise or
 * through a callback, its third parameter, as Lambda has it up to Node 22.
 */
export type TestedHandler = (event: never, context: never, callback: never) => unknown;

/** How an invocation ended, as whoever invoked the function sees it. */
export type Invocation =
  | { readonly kind: 'response'; readonly response: unknown }
  | { readonly kind: 'error'; readonly error: Error };

type AnyHandler = (event: unknown, context: unknown, callback: Callback) => unknown;
type Callback = (error?: unknown, response?: unknown) => void;

/** Invokes a handler as Lambda does: event and response travel as JSON, so that neither side sees the other's objects. */
export async function invokeAsLambda(handler: TestedHandler, event: unknown): Promise<Invocation> {
  const sent = asJson(event);
  try {
    return { kind: 'response', response: asJson(await endOf(handler as AnyHandler, sent)) };
  } catch (error) {
    return {
      kind: 'error',
      error: error instanceof Error ? error : new Error(String(error), { cause: error }),
    };
  }
}

/**
 * What the handler calls back with, or returns: whichever is first.
 *
 * Only a handler that names a third parameter is waited for, and no longer than its context says that time is left. Of
 * any other, what it returns counts, even without a promise.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
 */
async function endOf(handler: AnyHandler, event: unknown): Promise<unknown> {
  const context = lambdaContext();
  let timer: NodeJS.Timeout | undefined;
  const end = new Promise((resolve, reject) => {
    const callback: Callback = (error, response) =>
      error === null || error === undefined ? resolve(response) : reject(error);
    const returned = handler(event, context, callback);
    if (handler.length < 3 || isPromise(returned)) {
      // To resolve with the promise would let no callback come before its end.
      Promise.resolve(returned).then(resolve, reject);
    } else {
      const left = context.getRemainingTimeInMillis();
      timer = setTimeout(() => reject(neverCalled(left)), left);
    }
  });
  return end.finally(() => clearTimeout(timer));
}

function isPromise(value: unknown): boolean {
  return typeof fieldsOf(value).then === 'function';
}

function neverCalled(milliseconds: number): Error {
  return new Error(`the handler takes a callback, yet did not call it within ${milliseconds / 1000} seconds`);
}

function asJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value) ?? 'null');
}
