/** The headers of a response. */
export type Headers = { readonly [name: string]: string | readonly string[] | undefined };

/** Longest pause that an endpoint can impose, milliseconds. */
export const LONGEST_RETRY_AFTER = 300_000;

/**
 * How long the response is current, seconds: `max-age` less `Age` (RFC 9111, section 4.2). `no-store` and `no-cache`
 * count as 0. `null` if `Cache-Control` does not say.
 */
export function maxAgeOf(headers: Headers): number | null {
  const directives = headerText(headers['cache-control']).toLowerCase().split(',');
  let maxAge: number | null = null;
  for (const directive of directives) {
    const [name, value] = directive.trim().split('=');
    if (name === 'no-store' || name === 'no-cache') return 0;
    if (name === 'max-age') maxAge = digits(value?.replaceAll('"', ''));
  }
  if (maxAge === null) return null;
  return Math.max(0, maxAge - (digits(headerText(headers.age)) ?? 0));
}

/**
 * How long to wait after a failure, milliseconds: `Retry-After` in seconds or as a date (RFC 9110, section 10.2.3), else
 * Auth0's `x-ratelimit-reset` in epoch seconds, else 0.
 */
export function retryAfterOf(headers: Headers, now: number): number {
  return Math.min(LONGEST_RETRY_AFTER, Math.max(0, requestedWait(headers, now)));
}

/** In the past, thus negative, if no header says. */
function requestedWait(headers: Headers, now: number): number {
  const retryAfter = headerText(headers['retry-after']);
  const seconds = digits(retryAfter);
  if (seconds !== null) return seconds * 1000;
  const date = Date.parse(retryAfter);
  if (!Number.isNaN(date)) return date - now;
  const reset = digits(headerText(headers['x-ratelimit-reset'])) ?? 0;
  return reset * 1000 - now;
}

function headerText(value: string | readonly string[] | undefined): string {
  return value === undefined ? '' : String(value);
}

function digits(value: string | undefined): number | null {
  return value !== undefined && /^\d{1,12}$/.test(value) ? Number(value) : null;
}
