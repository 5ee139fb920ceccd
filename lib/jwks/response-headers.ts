/** The headers of the JWKS answer that say when to come back. */
type Headers = { readonly [name: string]: string | readonly string[] | undefined };

/** However long an endpoint asks us to stay away, we look again after this long. Milliseconds. */
export const LONGEST_RETRY_AFTER = 300_000;

/**
 * Seconds for which the answer may be taken as current: `max-age` less `Age` (RFC 9111, section 4.2). `no-store` and
 * `no-cache` count as 0; `null` when `Cache-Control` does not say.
 */
export function maxAgeOf(headers: Headers): number | null {
  const directives = text(headers['cache-control']).toLowerCase().split(',');
  let maxAge: number | null = null;
  for (const directive of directives) {
    const [name, value] = directive.trim().split('=');
    if (name === 'no-store' || name === 'no-cache') return 0;
    if (name === 'max-age') maxAge = digits(value?.replaceAll('"', ''));
  }
  if (maxAge === null) return null;
  return Math.max(0, maxAge - (digits(text(headers.age)) ?? 0));
}

/**
 * Milliseconds to stay away after a failure: `Retry-After` in seconds or as a date (RFC 9110, section 10.2.3), else
 * Auth0's `x-ratelimit-reset` in epoch seconds; 0 when neither says.
 */
export function retryAfterOf(headers: Headers, now: number): number {
  const wait = waitAsked(headers, now);
  return Math.min(LONGEST_RETRY_AFTER, Math.max(0, wait));
}

function waitAsked(headers: Headers, now: number): number {
  const retryAfter = text(headers['retry-after']);
  const seconds = digits(retryAfter);
  if (seconds !== null) return seconds * 1000;
  const date = Date.parse(retryAfter);
  if (!Number.isNaN(date)) return date - now;
  const reset = digits(text(headers['x-ratelimit-reset']));
  return reset === null ? 0 : reset * 1000 - now;
}

function text(value: string | readonly string[] | undefined): string {
  return value === undefined ? '' : String(value);
}

function digits(value: string | undefined): number | null {
  return value !== undefined && /^\d{1,12}$/.test(value) ? Number(value) : null;
}
