import middy from '@middy/core';
import { expect } from 'chai';
import { type Caller, caller, callerOf, type DefaultContext } from '../../lib/backend.ts';
import type { AuthorizerOptions, DecisionTracer, VerifiedToken } from '../../lib/index.ts';

/** The two types are the same. */
type Equal<One, Other> =
  (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? true : false;
type Flat<T> = { [Key in keyof T]: T[Key] };

const holds = <Claim extends true>(claim: Claim): void => {
  expect(claim).to.equal(true);
};

describe('the type Caller', () => {
  it('is the default context without a source, and for options without a context', () => {
    const options = { audience: 'a', routes: { 'GET /orders': {} } } satisfies AuthorizerOptions;
    holds<Equal<Flat<Caller>, Flat<DefaultContext>>>(true);
    holds<Equal<Flat<Caller<typeof options>>, Flat<DefaultContext>>>(true);
  });

  it('is empty for context: false', () => {
    const options = { context: false } satisfies AuthorizerOptions;
    holds<Equal<keyof Caller<typeof options>, never>>(true);
  });

  it('follows the context function, in the options or alone; what may be null or undefined may be absent', () => {
    const context = (token: VerifiedToken | null) => ({
      sub: token?.claims.sub,
      plan: token === null ? null : 'gold',
      roles: ['admin'],
      level: 3,
    });
    const options = { context } satisfies AuthorizerOptions;
    type Expected = {
      readonly roles: string[];
      readonly level: number;
      readonly sub?: string;
      readonly plan?: string;
    };
    holds<Equal<Flat<Caller<typeof context>>, Expected>>(true);
    holds<Equal<Flat<Caller<typeof options>>, Expected>>(true);
    const found = callerOf<typeof options>({});
    expect(found?.level).to.equal(undefined);
  });

  it('has the trace with contextTraceId', () => {
    const tracer = {} as DecisionTracer;
    const options = {
      context: () => ({ level: 3 }),
      tracer,
      contextTraceId: true,
    } satisfies AuthorizerOptions;
    holds<Equal<Flat<Caller<typeof options>>, { readonly level: number; readonly traceId?: string }>>(true);
    const byDefault = { tracer, contextTraceId: true } satisfies AuthorizerOptions;
    type Expected = Flat<DefaultContext & { readonly traceId?: string }>;
    holds<Equal<Flat<Caller<typeof byDefault>>, Expected>>(true);
    expect(options.contextTraceId).to.equal(byDefault.contextTraceId);
  });

  it('is unknown by key for options whose context may be anything', () => {
    holds<Equal<Caller<AuthorizerOptions>, Readonly<Record<string, unknown>>>>(true);
  });

  it('is what the middleware puts into the context', () => {
    const options = { context: () => ({ level: 3 }) } satisfies AuthorizerOptions;
    middy()
      .use(caller<typeof options>())
      .handler(async (_event: unknown, context) => {
        holds<Equal<typeof context.caller.level, number>>(true);
      });
    middy()
      .use(caller<typeof options>({ authorizer: 'optional' }))
      .handler(async (_event: unknown, context) => {
        // @ts-expect-error: null on public routes
        context.caller.level;
      });
  });
});
