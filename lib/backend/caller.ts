import type { MiddlewareObj, Request } from '@middy/core';
import type { Context } from 'aws-lambda';
import { callerOf } from './caller-of.ts';
import type { Caller } from './caller-type.ts';

/** The Lambda context of a handler behind {@link caller}. */
export type CallerContext<Found> = Context & {
  /** Who is calling, as `callerOf` returns it. */
  caller: Found;
};

/** Options of {@link caller}. */
export interface CallerOptions {
  /**
   * `'optional'` lets events pass that no Lambda authorizer answered; `context.caller` is then `null`. For functions that
   * also serve public routes.
   *
   * @default 'required'
   */
  readonly authorizer?: 'required' | 'optional';
}

/** No Lambda authorizer answered for the event. The message says what to do. */
export class CallerMissing extends Error {
  override readonly name = 'CallerMissing';
  readonly code = 'caller_missing';
}

/**
 * A Middy middleware for backends: puts who is calling into `context.caller`. See {@link callerOf} for where it comes from and
 * what it proves.
 *
 * @typeParam Source - `typeof options` of the authorizer, or `typeof` its context function. Default: the default context
 * @throws {TypeError} at start-up, for an option that does not exist or has another value
 * @throws {CallerMissing} on an event that no Lambda authorizer answered, unless that is optional: such a request would be
 *   served without any check
 * @example
 * const hello = middy()
 *   .use(caller())
 *   .handler(async (_event, context) => ({ statusCode: 200, body: `Hello ${context.caller.sub}` }));
 */
export function caller<Source = unknown>(
  options?: CallerOptions & { readonly authorizer?: 'required' },
): MiddlewareObj<any, any, Error, CallerContext<Caller<Source>>>;
export function caller<Source = unknown>(
  options: CallerOptions,
): MiddlewareObj<any, any, Error, CallerContext<Caller<Source> | null>>;
export function caller(options: CallerOptions = {}): MiddlewareObj<any, any, Error, CallerContext<unknown>> {
  const isRequired = parse(options) === 'required';
  return {
    before: function callerBefore({
      event,
      context,
    }: Request<unknown, unknown, Error, CallerContext<unknown>>) {
      const found = callerOf(event);
      if (found === null && isRequired) throw new CallerMissing(MISSING);
      context.caller = found;
    },
  };
}

const MISSING =
  'no Lambda authorizer answered for this event: attach the authorizer to the route that invokes this function, ' +
  "or write caller({ authorizer: 'optional' })";

function parse({ authorizer = 'required', ...unknown }: CallerOptions): 'required' | 'optional' {
  const [name] = Object.keys(unknown);
  if (name !== undefined)
    throw new TypeError(`${name}: is not an option of caller; the only one is authorizer`);
  if (authorizer === 'required' || authorizer === 'optional') return authorizer;
  throw new TypeError("authorizer: must be 'required' or 'optional'");
}
