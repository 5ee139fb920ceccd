import type { Answer, Ask } from './ask.ts';
import type { SteadyClock } from './clock.ts';
import type { FetchJwks, FetchLimits } from './fetch-jwks.ts';
import { readJwks } from './jwks-document.ts';

/** Asks the endpoint itself: one request, whatever is needed. */
export function endpointAsker(uri: string, fetch: FetchJwks, limits: FetchLimits, clock: SteadyClock): Ask {
  async function ask(): Promise<Answer> {
    // Before the request goes out: keys are never younger than the question.
    const askedAt = clock.now();
    const publishedAt = clock.wall();
    const { body, maxAge } = await fetch(uri, limits);
    return { ...readJwks(body, uri), askedAt, publishedAt, maxAge, from: 'endpoint' };
  }
  return () =>
    ask().then(
      (answer) => ({ answer, error: null }),
      (error: unknown) => ({ answer: null, error }),
    );
}
