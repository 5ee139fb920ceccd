import type { ReadAnswer } from '../testing/answer.ts';
import { type Api, isAppSync, isHttpApi, requestArn } from './api.ts';
import type { Call } from './call.ts';

/** The end of a request. */
export type Outcome =
  | { readonly kind: 'allowed' }
  | { readonly kind: 'denied'; readonly explicit: boolean }
  /** An identity source is missing, or the authorizer threw exactly `Unauthorized`. */
  | { readonly kind: 'unauthorized' }
  | { readonly kind: 'failed'; readonly error: string };

/** The outcome of a failed invocation. */
export function failureOf(api: Pick<Api, 'kind'>, { message }: Error): Outcome {
  // AWS documents this message for REST and WebSocket APIs only; on HTTP APIs and AppSync every error is a failure.
  const isKnown = !isHttpApi(api.kind) && !isAppSync(api.kind);
  if (message === 'Unauthorized' && isKnown) return { kind: 'unauthorized' };
  return { kind: 'failed', error: message };
}

/** The outcome of a request with an answer, new or from the cache: a policy is evaluated for the request's own ARN. */
export function outcomeOf(api: Api, { verdict }: ReadAnswer, call: Call): Outcome {
  const resource = requestArn(api, call.method, call.path);
  try {
    const found = verdict({ resource, sourceIp: call.sourceIp, now: api.now() / 1000 });
    return found === 'allow' ? { kind: 'allowed' } : { kind: 'denied', explicit: found === 'explicit-deny' };
  } catch (error) {
    return { kind: 'failed', error: (error as Error).message };
  }
}

/**
 * HTTP APIs with payload format 1.0 were seen to fail on a cache hit if a context value is JSON text, although the
 * first request passed.
 */
export function survivesReplay(api: Api, { context }: ReadAnswer): boolean {
  if (api.kind !== 'http-api-1.0') return true;
  return !Object.values(context).some((value) => typeof value === 'string' && /^\s*[[{]/.test(value));
}
