import { expect } from 'chai';
import { OptionError } from '../../lib/decision/errors.ts';
import { parseJwksOptions } from '../../lib/jwks/jwks-settings.ts';
import { testKey } from '../support/issuer.ts';

const URI = 'https://tenant.eu.auth0.com/.well-known/jwks.json';

describe('parseJwksOptions', () => {
  it('has a default for every option', () => {
    expect(parseJwksOptions(undefined, 'jwks')).to.deep.equal({
      uri: null,
      pinned: null,
      freshMs: 600_000,
      staleMs: 86_400_000,
      cooldownMs: 30_000,
      timeoutMs: 3000,
      maxBytes: 262_144,
      fetch: null,
      shared: false,
      prefetch: true,
      store: null,
      storeTimeoutMs: 250,
      onEvent: null,
    });
  });

  it('reads durations in seconds', () => {
    const store = { read: async () => null, write: async () => undefined, lease: async () => true };
    const onEvent = () => undefined;
    const options = {
      uri: URI,
      freshFor: 300,
      staleFor: 0,
      cooldown: 10,
      timeout: 0.5,
      maxBytes: 4096,
      shared: true,
      prefetch: false,
      store,
      storeTimeout: 0.1,
      onEvent,
    };
    expect(parseJwksOptions(options, 'jwks')).to.deep.equal({
      uri: URI,
      pinned: null,
      freshMs: 300_000,
      staleMs: 0,
      cooldownMs: 10_000,
      timeoutMs: 500,
      maxBytes: 4096,
      fetch: null,
      shared: true,
      prefetch: false,
      store,
      storeTimeoutMs: 100,
      onEvent,
    });
  });

  it('shortens the default cooldown to half of a short freshFor', () => {
    expect(parseJwksOptions({ freshFor: 20 }, 'jwks').cooldownMs).to.equal(10_000);
  });

  it('accepts pinned keys as a JWKS or as its list, and does not prefetch with them', async () => {
    const { jwk } = await testKey();
    for (const keys of [[jwk], { keys: [jwk] }]) {
      const settings = parseJwksOptions({ keys, uri: URI }, 'jwks');
      expect([...(settings.pinned ?? new Map()).keys()]).to.deep.equal([jwk.kid]);
      expect(settings.prefetch).to.equal(false);
    }
    expect(parseJwksOptions({ keys: [jwk], uri: URI, prefetch: true }, 'jwks').prefetch).to.equal(true);
    expect(parseJwksOptions({ keys: [jwk] }, 'jwks').uri).to.equal(null);
  });

  it('accepts a store that only reads', () => {
    const store = { read: async () => null };
    expect(parseJwksOptions({ store }, 'jwks').store).to.equal(store);
  });

  const read = async () => null;
  const refused: readonly [string, unknown, string][] = [
    ['an unknown option', { freshfor: 600 }, 'jwks.freshfor'],
    ['no object', 'https://tenant.eu.auth0.com', 'jwks'],
    ['null', null, 'jwks'],
    ['a bad address', { uri: 'tenant.eu.auth0.com' }, 'jwks.uri'],
    ['a duration in text', { freshFor: '600' }, 'jwks.freshFor'],
    ['freshFor of nothing', { freshFor: 0 }, 'jwks.freshFor'],
    ['a negative staleFor', { staleFor: -1 }, 'jwks.staleFor'],
    ['an endless staleFor', { staleFor: Number.POSITIVE_INFINITY }, 'jwks.staleFor'],
    ['no cooldown at all', { cooldown: 0 }, 'jwks.cooldown'],
    ['a cooldown longer than half of freshFor', { freshFor: 50, cooldown: 30 }, 'jwks.cooldown'],
    ['a timeout in milliseconds', { timeout: 3000 }, 'jwks.timeout'],
    ['a storeTimeout in milliseconds', { storeTimeout: 250 }, 'jwks.storeTimeout'],
    ['half a byte', { maxBytes: 4096.5 }, 'jwks.maxBytes'],
    ['too few bytes for any key', { maxBytes: 100 }, 'jwks.maxBytes'],
    ['a prefetch that is no boolean', { prefetch: 'no' }, 'jwks.prefetch'],
    ['a store that is none', { store: 'dynamodb' }, 'jwks.store'],
    ['a store that is null', { store: null }, 'jwks.store'],
    ['a store that cannot read', { store: {} }, 'jwks.store.read'],
    ['a store that writes without leases', { store: { read, write: read } }, 'jwks.store'],
    ['a store that leases without writing', { store: { read, lease: read } }, 'jwks.store'],
    ['a store whose write is no function', { store: { read, write: 1, lease: read } }, 'jwks.store.write'],
    ['a store whose lease is no function', { store: { read, write: read, lease: 1 } }, 'jwks.store.lease'],
    ['a hook that is no function', { onEvent: true }, 'jwks.onEvent'],
    ['keys that are none', { keys: 'keys' }, 'jwks.keys'],
    ['no pinned keys', { keys: [] }, 'jwks.keys'],
    ['a JWKS without keys', { keys: {} }, 'jwks.keys.keys'],
    ['an empty JWKS', { keys: { keys: [] } }, 'jwks.keys.keys'],
    ['a pinned key that cannot be used', { keys: [{ kty: 'oct', kid: 'a', k: 'AA' }] }, 'jwks.keys[0]'],
    ['a JWKS with a key that cannot be used', { keys: { keys: [null] } }, 'jwks.keys.keys[0]'],
  ];
  for (const [title, options, path] of refused) {
    it(`refuses ${title}, and says why`, () => {
      expect(() => parseJwksOptions(options, 'jwks'))
        .to.throw(OptionError, /^[\w.[\]]+: \w+ \w+ \w+/)
        .with.property('option', path);
    });
  }

  it('says which cooldown fits, which key is missing and what is wrong with a pinned one', () => {
    const messageOf = (options: unknown) => {
      try {
        parseJwksOptions(options, 'jwks');
      } catch (error) {
        return (error as OptionError).message;
      }
      throw new Error('it is accepted');
    };
    expect(messageOf({ freshFor: 50, cooldown: 30 })).to.include('at most half of freshFor, so 25 seconds');
    expect(messageOf({ keys: [] })).to.include('at least one key');
    expect(messageOf({ keys: [null] })).to.include('not an object');
  });

  it('accepts shared, and undefined options, with pinned keys alone', async () => {
    const { jwk } = await testKey();
    const options = { keys: [jwk], shared: true, freshFor: undefined };
    expect(parseJwksOptions(options, 'jwks')).to.include({ shared: true, freshMs: 600_000 });
  });

  it('refuses options that have no effect when all keys are pinned', async () => {
    const { jwk } = await testKey();
    const parse = () => parseJwksOptions({ keys: [jwk], freshFor: 60 }, 'jwks');
    expect(parse).to.throw(OptionError, 'no effect').with.property('option', 'jwks.freshFor');
  });

  it('never shows a pinned key in a message', async () => {
    const { jwk } = await testKey();
    const parse = () => parseJwksOptions({ keys: [{ ...jwk, d: 'c2VjcmV0' }] }, 'jwks');
    expect(parse)
      .to.throw(OptionError)
      .with.property('message')
      .that.does.not.include('c2VjcmV0')
      .and.does.not.include(jwk.n as string);
  });
});
