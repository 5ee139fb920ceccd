import type { Answer, Ask } from './ask.ts';
import type { SteadyClock } from './clock.ts';
import type { FetchJwks, FetchLimits } from './fetch-jwks.ts';
import type { ImportKeys } from './import-keys.ts';
import { readJwks } from './jwks-document.ts';

export interface EndpointParts {
  readonly uri: string;
  readonly fetch: FetchJwks;
  readonly limits: FetchLimits;
  readonly clock: SteadyClock;
  readonly importKeys: ImportKeys;
}

/** Asks the endpoint itself: one request, whatever is needed. */
export function endpointAsker({ uri, fetch, limits, clock, importKeys }: EndpointParts): Ask {
  async function ask(): Promise<Answer> {
    // Before the request goes out: keys are never younger than the question.
    const askedAt = clock.now();
    const publishedAt = clock.wall();
    const { body, maxAge } = await fetch(uri, limits);
    return { ...readJwks(body, uri, importKeys), askedAt, publishedAt, maxAge, from: 'endpoint' };
  }
  return () =>
    ask().then(
      (answer) => ({ answer, error: null }),
      (error: unknown) => ({ answer: null, error }),
    );
}
