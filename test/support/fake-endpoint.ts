import type { FetchJwks } from '../../lib/jwks/fetch-jwks.ts';
import { JwksError } from '../../lib/jwks/jwks-error.ts';
import type { FakeClock } from './clock.ts';

/** A JWKS endpoint in the time of a fake clock. */
export interface FakeEndpoint {
  readonly fetch: FetchJwks;
  /** Times of the requests, milliseconds of the wall clock. */
  readonly requests: number[];
  keys: readonly unknown[];
  maxAge: number | null;
  /** Time of an answer, milliseconds. */
  delayMs: number;
  /** Thrown instead of an answer. */
  failure: Error | null;
  /** If true, requests get no answer. */
  isSilent: boolean;
}

export function fakeEndpoint(clock: FakeClock, keys: readonly unknown[]): FakeEndpoint {
  const self: FakeEndpoint = {
    requests: [],
    keys,
    maxAge: null,
    delayMs: 20,
    failure: null,
    isSilent: false,
    async fetch(uri, { timeoutMs }) {
      self.requests.push(clock.now());
      // The request determines the answer, however long it takes to arrive.
      const { failure, delayMs, maxAge, isSilent } = self;
      const body = JSON.stringify({ keys: self.keys });
      await new Promise<void>((resolve) => clock.after(isSilent ? timeoutMs : delayMs, resolve));
      if (isSilent) throw new JwksError('jwks_timeout', `${uri} did not answer`);
      if (failure !== null) throw failure;
      return { body, maxAge };
    },
  };
  return self;
}

export const outage = (retryAfterMs = 0): JwksError =>
  new JwksError('jwks_status', 'the endpoint answered 503', { status: 503, retryAfterMs });
