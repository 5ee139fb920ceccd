import { lambdaContext } from './lambda-context.ts';

/**
 * A Lambda handler, wrapped by Middy or not, whatever event and context it takes. One that answers through a callback
 * gets none: Lambda has given that up with Node 24.
 */
export type TestedHandler = (event: never, context: never, rest: never) => unknown;

/** How an invocation ended, as whoever invoked the function sees it. */
export type Invocation =
  | { readonly kind: 'response'; readonly response: unknown }
  | { readonly kind: 'error'; readonly error: Error };

/** Invokes a handler as Lambda does: event and response travel as JSON, so that neither side sees the other's objects. */
export async function invokeAsLambda(handler: TestedHandler, event: unknown): Promise<Invocation> {
  const call = handler as (event: unknown, context: unknown) => unknown;
  const sent = asJson(event);
  try {
    return { kind: 'response', response: asJson(await call(sent, lambdaContext())) };
  } catch (error) {
    return {
      kind: 'error',
      error: error instanceof Error ? error : new Error(String(error), { cause: error }),
    };
  }
}

function asJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value) ?? 'null');
}
