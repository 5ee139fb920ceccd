import { expect } from 'chai';
import { LONGEST_RETRY_AFTER, maxAgeOf, retryAfterOf } from '../../lib/jwks/response-headers.ts';

describe('maxAgeOf', () => {
  const cases: readonly [string, Record<string, string>, number | null][] = [
    ['no Cache-Control', {}, null],
    ['a Cache-Control that says nothing of age', { 'cache-control': 'public, must-revalidate' }, null],
    ['max-age', { 'cache-control': 'public, max-age=15, stale-while-revalidate=15' }, 15],
    ['max-age before another directive with a number', { 'cache-control': 'max-age=900, s-maxage=60' }, 900],
    ['max-age before a directive without a number', { 'cache-control': 'max-age=900, public' }, 900],
    ['max-age in other letters and quotes', { 'cache-control': 'Public , MAX-AGE="900"' }, 900],
    ['max-age less the Age of the answer', { 'cache-control': 'max-age=900', age: '300' }, 600],
    ['an Age beyond max-age', { 'cache-control': 'max-age=900', age: '1000' }, 0],
    ['an Age that is no number', { 'cache-control': 'max-age=900', age: 'old' }, 900],
    ['no-store', { 'cache-control': 'max-age=900, no-store' }, 0],
    ['no-cache', { 'cache-control': 'no-cache' }, 0],
    ['a max-age that is no number', { 'cache-control': 'max-age=-1' }, null],
    ['a max-age without a number', { 'cache-control': 'max-age' }, null],
    ['a max-age beyond all numbers', { 'cache-control': `max-age=${'9'.repeat(400)}` }, null],
  ];
  for (const [title, headers, seconds] of cases) {
    it(`reads ${title} as ${seconds}`, () => {
      expect(maxAgeOf(headers)).to.equal(seconds);
    });
  }
});

describe('retryAfterOf', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  const cases: readonly [string, Record<string, string | string[]>, number][] = [
    ['no header', {}, 0],
    ['Retry-After in seconds', { 'retry-after': '120' }, 120_000],
    ['Retry-After as a date', { 'retry-after': 'Thu, 01 Jan 2026 00:01:00 GMT' }, 60_000],
    ['Retry-After as a date gone by', { 'retry-after': 'Wed, 31 Dec 2025 23:59:00 GMT' }, 0],
    ['Retry-After over x-ratelimit-reset', { 'retry-after': '1', 'x-ratelimit-reset': '9999999999' }, 1000],
    ['x-ratelimit-reset in epoch seconds', { 'x-ratelimit-reset': String(now / 1000 + 7) }, 7000],
    ['an x-ratelimit-reset gone by', { 'x-ratelimit-reset': '1' }, 0],
    ['nonsense', { 'retry-after': 'soon', 'x-ratelimit-reset': ['1', '2'] }, 0],
    ['a wish to be left alone for a year', { 'retry-after': '31536000' }, LONGEST_RETRY_AFTER],
  ];
  for (const [title, headers, milliseconds] of cases) {
    it(`reads ${title} as ${milliseconds} ms`, () => {
      expect(retryAfterOf(headers, now)).to.equal(milliseconds);
    });
  }
});
