import type { MiddlewareObj, Request } from '@middy/core';
import { auth0Authorizer } from '../authorizer/auth0-authorizer.ts';
import type { AuthorizerOptions } from '../authorizer/options.ts';
import { type Invocation, invocationOf } from '../invocation/invocation.ts';
import type { DecisionLog } from '../middlewares/decision-log.ts';
import type { LogLine } from '../middlewares/log-line.ts';
import { type Invocation as Invoked, invokeAsLambda, type TestedHandler } from '../testing/invocation.ts';
import { lambdaContext } from '../testing/lambda-context.ts';
import { defined } from '../util/defined.ts';
import type { ExplainedNotice } from './explanation.ts';

/** One run of the chain: what the gateway gets, and what the middlewares found out. */
export interface Observed {
  readonly invoked: Invoked;
  readonly invocation: Invocation;
  /** `null` for an event without a request. */
  readonly line: LogLine | null;
  readonly notices: readonly ExplainedNotice[];
}

/** The chain of `auth0Authorizer` under Middy, observed. */
export type ObservedChain = (event: unknown) => Promise<Observed>;

/**
 * Runs the chain of `auth0Authorizer` as a function does. Nothing of a run reaches the logger, the hooks and the stores of
 * the options: they belong to requests that were sent. The functions of rules run, because they decide.
 */
export async function observeChain(options: AuthorizerOptions): Promise<ObservedChain> {
  const { default: middy } = await import('@middy/core');
  const seen = new WeakMap<object, Invocation>();
  let logged: ExplainedNotice[] = [];
  // First in the list: Middy runs `after` and `onError` backwards, so this one sees the answer.
  const observe = (request: Request) => {
    seen.set(request.context, invocationOf(request));
  };
  const observer: MiddlewareObj = { after: observe, onError: observe };
  const handler = middy(allowing).use([
    observer,
    ...auth0Authorizer({ ...detached(options), logger: recorder((entry) => logged.push(entry)) }),
  ]) as TestedHandler;
  return async (event) => {
    logged = [];
    const context = lambdaContext({ getRemainingTimeInMillis: () => 10_000 });
    const invoked = await invokeAsLambda(handler, event, { context });
    const entries = logged;
    const decision = entries.find(({ line }) => 'decision' in line);
    return {
      invoked,
      invocation: seen.get(context) as Invocation,
      line: decision === undefined ? null : (decision.line as LogLine),
      notices: entries.filter((entry) => entry !== decision),
    };
  };
}

/** In place of the handler, which is not known here. It must say so if the options declare that it decides. */
const allowing = () => true;

/**
 * The options without what has effects outside, or reads what others wrote: hooks and stores. A DPoP proof is verified, but not
 * used up in the store that all environments share.
 */
export function detached(options: AuthorizerOptions): AuthorizerOptions {
  const { onDecision: _hook, revocations: _list, jwks, allowSampleRate: _rate, ...rest } = options;
  const { metrics: _metrics, metricsDimensions: _dimensions, tracer: _tracer, ...others } = rest;
  const { store: _store, storeTimeout: _timeout, onEvent: _event, ...keys } = jwks ?? {};
  return {
    ...others,
    ...(jwks === undefined ? {} : { jwks: keys }),
    ...defined({ dpop: others.dpop?.withoutReplay(), mtls: others.mtls?.withoutReplay() }),
  };
}

function recorder(record: (entry: ExplainedNotice) => void): DecisionLog {
  const at = (level: string): DecisionLog['info'] => {
    return (message, line) => record({ level, message, line });
  };
  return { info: at('info'), warn: at('warn'), error: at('error'), debug: at('debug') };
}
