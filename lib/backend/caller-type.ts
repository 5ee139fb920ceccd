import type { DefaultContext } from '../answer/default-context.ts';

/**
 * What the context of an authorizer has, by its options or by its context function. Options whose `context` may be anything
 * give a context that may be anything. `contextTraceId` adds `traceId`.
 */
export type ContextOf<Source> = Source extends { readonly contextTraceId: true }
  ? ContextOf<Omit<Source, 'contextTraceId'>> & { readonly traceId: string | undefined }
  : Source extends (...args: never[]) => infer Context
    ? Context
    : 'context' extends keyof Source
      ? [Source['context']] extends [false]
        ? Readonly<Record<never, never>>
        : [Source['context']] extends [(...args: never[]) => infer Context]
          ? Context
          : Readonly<Record<string, unknown>>
      : DefaultContext;

/** A context as it arrives: what is `null` or `undefined` is left out on the way. */
export type ArrivedContext<Context> = Context extends unknown
  ? string extends keyof Context
    ? Context
    : {
          [Key in keyof Context as null extends Context[Key]
            ? never
            : undefined extends Context[Key]
              ? never
              : Key]: Context[Key];
        } & {
          [Key in keyof Context as null extends Context[Key]
            ? Key
            : undefined extends Context[Key]
              ? Key
              : never]?: NonNullable<Context[Key]>;
        } extends infer Both
      ? { readonly [Key in keyof Both]: Both[Key] }
      : never
  : never;

/**
 * The caller as the backend sees it: what the authorizer's `context` option returned.
 *
 * - `Caller` is the default context: `sub`, `scope`, `permissions`, and `leftOut` if there was no room for one of them.
 * - `Caller<typeof options>` follows the options of the authorizer. Declare them with `satisfies AuthorizerOptions`:
 *   a declaration as `: AuthorizerOptions` forgets what the function returns.
 * - `Caller<typeof contextOf>` follows the function of the option `context`.
 *
 * What the handler of the authorizer adds is not part of the type.
 *
 * @example
 * const ordersOptions = {
 *   context: (token) => ({ sub: token?.claims.sub, roles: ['admin'] }),
 * } satisfies AuthorizerOptions;
 *
 * type OrdersCaller = Caller<typeof ordersOptions>; // { readonly roles: string[]; readonly sub?: string }
 */
export type Caller<Source = unknown> = ArrivedContext<ContextOf<Source>>;
