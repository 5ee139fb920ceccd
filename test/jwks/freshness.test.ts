import { expect } from 'chai';
import { lifeOf, longestRefresh } from '../../lib/jwks/freshness.ts';
import { parseJwksOptions } from '../../lib/jwks/jwks-settings.ts';

const store = { read: async () => null };

describe('lifeOf', () => {
  const settings = parseJwksOptions({ freshFor: 600, staleFor: 3600 }, 'jwks');

  it('lets keys be fresh for a tenth longer than freshFor, and usable for staleFor more', () => {
    expect(lifeOf({ askedAt: 1000, maxAge: null }, settings)).to.deep.equal({
      dueAt: 601_000,
      freshUntil: 661_000,
      usableUntil: 4_261_000,
    });
  });

  it('spreads the refreshes over half of that tenth', () => {
    expect(lifeOf({ askedAt: 0, maxAge: null }, settings, 0.5).dueAt).to.equal(615_000);
    expect(lifeOf({ askedAt: 0, maxAge: null }, settings, 1).dueAt).to.equal(630_000);
  });

  it('takes max-age in place of freshFor', () => {
    expect(lifeOf({ askedAt: 0, maxAge: 900 }, settings).dueAt).to.equal(900_000);
  });
});

describe('longestRefresh', () => {
  it('is the timeout and a second', () => {
    expect(longestRefresh(parseJwksOptions({ timeout: 3 }, 'jwks'))).to.equal(4000);
  });

  it('has room for waiting for another environment and for four calls of the store', () => {
    const options = { timeout: 3, store, storeTimeout: 0.25 };
    expect(longestRefresh(parseJwksOptions(options, 'jwks'))).to.equal(8000);
  });
});
