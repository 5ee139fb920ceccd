import type { FetchJwks, JwksResponse } from './fetch-jwks.ts';

/** The most addresses that are tried. */
const MOST_ADDRESSES = 4;

/** When the next address is tried if the one before has neither answered nor failed: share of the time. */
const SHARE = 1 / 4;

/**
 * Fetches a JWKS from the first of several addresses that answers. The next address is tried when the one before has
 * failed, or has not answered for a quarter of the time. Rejects with the error of the first address if all fail.
 */
export function fetchFirst(uris: readonly string[], fetch: FetchJwks): FetchJwks {
  return async (_uri, limits) => {
    const { timeoutMs } = limits;
    const attempts: Promise<JwksResponse>[] = [];
    for (const [index, uri] of uris.slice(0, MOST_ADDRESSES).entries()) {
      const attempt = fetch(uri, { ...limits, timeoutMs: timeoutMs * (1 - index * SHARE) });
      attempts.push(attempt);
      if (await hasAnswered(attempt, timeoutMs * SHARE)) return attempt;
    }
    return Promise.any(attempts).catch(() => attempts[0] as Promise<JwksResponse>);
  };
}

/** Whether it answers within so many milliseconds. Resolves earlier if it fails. */
function hasAnswered(attempt: Promise<JwksResponse>, milliseconds: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds, false);
    const settle = (isAnswer: boolean) => {
      clearTimeout(timer);
      resolve(isAnswer);
    };
    attempt.then(
      () => settle(true),
      () => settle(false),
    );
  });
}
