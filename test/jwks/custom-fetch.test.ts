import { expect } from 'chai';
import { customFetch, type JwksFetch } from '../../lib/jwks/custom-fetch.ts';
import type { JwksError } from '../../lib/jwks/jwks-error.ts';
import { parseJwksOptions } from '../../lib/jwks/jwks-settings.ts';
import { createKeySet } from '../../lib/jwks/key-set.ts';
import { testKey } from '../support/issuer.ts';

const URI = 'https://tenant.eu.auth0.com/.well-known/jwks.json';
const LIMITS = { timeoutMs: 100, maxBytes: 1024 };
const GOOD = { status: 200, headers: { 'cache-control': 'max-age=60' }, body: '{"keys":[]}' };

describe('jwks.fetch', () => {
  const failureOf = (fetch: unknown, uri = URI) =>
    customFetch(fetch as JwksFetch)(uri, LIMITS).then(
      () => null,
      (error: unknown) => error as JwksError,
    );

  it('is called with the address, a signal and the longest body', async () => {
    const calls: unknown[][] = [];
    const fetched = await customFetch(async (url, { signal, maxBytes }) => {
      calls.push([url, signal.aborted, maxBytes]);
      return GOOD;
    })(URI, LIMITS);
    expect(fetched).to.deep.equal({ body: GOOD.body, maxAge: 60 });
    expect(calls).to.deep.equal([[URI, false, 1024]]);
  });

  it('is aborted after jwks.timeout', async () => {
    let signal: AbortSignal | undefined;
    const error = await failureOf((_url: string, limits: { signal: AbortSignal }) => {
      signal = limits.signal;
      return new Promise(() => undefined);
    });
    expect(error?.code).to.equal('jwks_timeout');
    expect(signal?.aborted).to.equal(true);
  });

  it('fails by its status, as any response does', async () => {
    const limited = await failureOf(async () => ({ ...GOOD, status: 429, headers: { 'retry-after': '2' } }));
    expect(limited).to.include({ code: 'jwks_status', status: 429, retryAfterMs: 2000 });
    expect((await failureOf(async () => ({ ...GOOD, status: 302 })))?.code).to.equal('jwks_redirect');
  });

  it('fails when it throws or rejects, with the error as its cause', async () => {
    const cause = new Error('no route');
    const functions = [
      () => {
        throw cause;
      },
      () => Promise.reject(cause),
    ];
    for (const fetch of functions) {
      expect(await failureOf(fetch)).to.include({ code: 'jwks_unreachable', cause });
    }
  });

  it('fails when the body is too long, in bytes', async () => {
    const longest = 'é'.repeat(512);
    expect(await customFetch(async () => ({ ...GOOD, body: longest }))(URI, LIMITS)).to.include({
      body: longest,
    });
    const error = await failureOf(async () => ({ ...GOOD, body: 'é'.repeat(513) }));
    expect(error?.code).to.equal('jwks_too_large');
  });

  it('fails when it returns something else', async () => {
    const wrong = [
      null,
      'text',
      { ...GOOD, status: '200' },
      { ...GOOD, headers: null },
      { ...GOOD, body: {} },
    ];
    for (const response of wrong) {
      const error = await failureOf(async () => response, `${URI}?key=secret`);
      expect(error?.code).to.equal('jwks_invalid');
      expect(error?.message).to.include('{ status, headers, body }').and.not.include('secret');
    }
  });

  it('is used by the key set', async () => {
    const { jwk } = await testKey();
    const fetch = async () => ({ ...GOOD, body: JSON.stringify({ keys: [jwk] }) });
    const set = createKeySet({ uri: URI, settings: parseJwksOptions({ fetch }, 'jwks') });
    expect(await set.findKey(jwk['kid'] as string, 'RS256', 5000)).to.include({ state: 'fetched' });
  });

  it('must be a function', () => {
    expect(() => parseJwksOptions({ fetch: URI }, 'jwks')).to.throw(/^jwks\.fetch: /);
  });
});
