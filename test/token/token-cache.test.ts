import { createPublicKey } from 'node:crypto';
import { expect } from 'chai';
import sinon from 'sinon';
import { AuthorizerFault } from '../../lib/decision/errors.ts';
import { bearerCredential } from '../../lib/token/credential.ts';
import { type RememberedToken, TokenCache } from '../../lib/token/token-cache.ts';
import { createVerifier, type Verifier } from '../../lib/token/verifier.ts';
import type { Auth0JwtVerifierOptions } from '../../lib/token/verifier-options.ts';
import { parseVerifierOptions } from '../../lib/token/verifier-settings.ts';
import { NO_REQUEST } from '../support/bound-request.ts';
import { AUDIENCE, signToken, type TestKey, testKey, userClaims } from '../support/issuer.ts';
import { type TestKeySource, testKeySource } from '../support/key-source.ts';
import { recordingBinding } from '../support/recording-binding.ts';
import { expectRefusal } from '../support/refusals.ts';

const ISSUER = 'https://tenant.eu.auth0.com/';

const OTHER_AUDIENCE = `configured: ${AUDIENCE}`;

describe('TokenCache', () => {
  const entry = { weight: 1 } as RememberedToken;

  const held = (cache: TokenCache, ids: readonly string[]) => ids.filter((id) => cache.get(id) === entry);

  it('keeps `max` entries and drops those first that were not used for a while', () => {
    const cache = new TokenCache(2);
    cache.set('a', entry);
    cache.set('b', entry);
    expect(cache.get('a')).to.equal(entry);
    cache.set('c', entry);
    expect(held(cache, ['b', 'a', 'c'])).to.deep.equal(['a', 'c']);
  });

  it('never exceeds `max`, and keeps the half that was used last', () => {
    const cache = new TokenCache(10);
    const ids = Array.from({ length: 37 }, (_, index) => `${index}`);
    for (let index = 0; index < 10_000; index += 1) cache.set(`${index % 37}`, entry);
    const lastHalf = [5, 6, 7, 8, 9].map((index) => `${(9990 + index) % 37}`);
    const kept = held(cache, ids);
    expect(kept).to.include.members(lastHalf);
    expect(kept.length).to.be.within(5, 10);
  });

  it('counts a long token for several', () => {
    const cache = new TokenCache(16);
    const long = { weight: TokenCache.weightOf('x'.repeat(16_384)) } as RememberedToken;
    expect(long.weight).to.equal(8);
    expect(TokenCache.weightOf('x'.repeat(2048))).to.equal(1);
    for (let index = 0; index < 100; index += 1) cache.set(`${index}`, long);
    const kept = Array.from({ length: 100 }, (_, index) => cache.get(`${index}`)).filter(Boolean);
    expect(kept.length).to.be.within(1, 2);
  });

  it('identifies a token by its SHA-256', () => {
    expect(TokenCache.idOf('abc')).to.equal('ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=');
  });
});

describe('a verifier that remembers tokens', () => {
  let key: TestKey;
  let source: TestKeySource;
  let good: string;

  before(async () => {
    key = await testKey();
  });

  beforeEach(async () => {
    source = testKeySource(key);
    good = await signToken(userClaims(ISSUER), key);
  });

  afterEach(() => {
    sinon.restore();
  });

  function verifierWith(options: Partial<Auth0JwtVerifierOptions> = {}): Verifier {
    const settings = parseVerifierOptions({ issuer: ISSUER, audience: AUDIENCE, ...options }, '');
    return createVerifier(settings, new Map([[ISSUER, source]]));
  }

  it('returns the same object for the same token', () => {
    const verifier = verifierWith();
    const first = verifier.verify(bearerCredential(good), 1000, NO_REQUEST);
    expect(verifier.verify(bearerCredential(good), 1000, NO_REQUEST)).to.equal(first);
  });

  it('returns another object when the cache is switched off', () => {
    const verifier = verifierWith({ tokenCache: false });
    const first = verifier.verify(bearerCredential(good), 1000, NO_REQUEST);
    const second = verifier.verify(bearerCredential(good), 1000, NO_REQUEST);
    expect(second).to.deep.equal(first);
    expect(second).not.to.equal(first);
  });

  it('remembers a token although its sender is refused', async () => {
    const bound = await signToken(userClaims(ISSUER, { cnf: { jkt: 'k' } }), key);
    const set = sinon.spy(TokenCache.prototype, 'set');
    const forget = sinon.spy(TokenCache.prototype, 'delete');
    for (const options of [{}, { dpop: recordingBinding('jkt', { code: 'custom_rule' }).binding }]) {
      const verifier = verifierWith(options);
      const code = 'dpop' in options ? 'custom_rule' : 'sender_constrained_token';
      set.resetHistory();
      for (let use = 0; use < 3; use += 1) {
        await expectRefusal(() => verifier.verify(bearerCredential(bound), 1000, NO_REQUEST), code);
      }
      expect([set.callCount, forget.callCount], code).to.deep.equal([1, 0]);
    }
  });

  it('waits for keys when the cache is switched off', async () => {
    source.waits = true;
    const verified = await verifierWith({ tokenCache: false }).verify(
      bearerCredential(good),
      1000,
      NO_REQUEST,
    );
    expect(verified.claims).to.have.property('iss', ISSUER);
  });

  it('looks up the key each time, and reports its current state', () => {
    const verifier = verifierWith();
    expect(verifier.verify(bearerCredential(good), 1000, NO_REQUEST)).to.have.property('keys', 'fresh');
    source.state = 'stale';
    expect(verifier.verify(bearerCredential(good), 700, NO_REQUEST)).to.have.property('keys', 'stale');
    expect(verifier.verify(bearerCredential(good), 700, NO_REQUEST), 'what others may not change').to.be
      .frozen;
    expect(source.lookups.at(-1)).to.deep.equal({ kid: key.kid, algorithm: 'RS256', remainingMs: 700 });
    source.waits = true;
    source.state = 'fetched';
    return Promise.resolve(verifier.verify(bearerCredential(good), 1000, NO_REQUEST)).then((token) => {
      expect(token).to.have.property('keys', 'fetched');
    });
  });

  it('forgets a token when its key is no longer published', async () => {
    const verifier = verifierWith();
    const first = await verifier.verify(bearerCredential(good), 1000, NO_REQUEST);
    source.keys = [];
    await expectRefusal(() => verifier.verify(bearerCredential(good), 1000, NO_REQUEST), 'unknown_key');
    source.keys = [key];
    const again = await verifier.verify(bearerCredential(good), 1000, NO_REQUEST);
    expect(again).to.deep.equal(first);
    expect(again).not.to.equal(first);
  });

  it('verifies again when another key has the `kid`', async () => {
    const verifier = verifierWith();
    await verifier.verify(bearerCredential(good), 1000, NO_REQUEST);
    source.keys = [await testKey(1, 'RS256', key.kid)];
    await expectRefusal(() => verifier.verify(bearerCredential(good), 1000, NO_REQUEST), 'invalid_signature');
  });

  it('recognises the same key after it was fetched and imported again', async () => {
    const verifier = verifierWith();
    const first = await verifier.verify(bearerCredential(good), 1000, NO_REQUEST);
    const again = createPublicKey({ key: key.publicKey.export({ format: 'jwk' }), format: 'jwk' });
    source.keys = [{ ...key, publicKey: again }];
    expect(verifier.verify(bearerCredential(good), 1000, NO_REQUEST)).to.equal(first);
    expect(verifier.verify(bearerCredential(good), 1000, NO_REQUEST)).to.equal(first);
  });

  it('passes on the fault of the key source', async () => {
    const verifier = verifierWith();
    await verifier.verify(bearerCredential(good), 1000, NO_REQUEST);
    source.failure = new AuthorizerFault('keys_unavailable', 'no keys');
    expect(() => verifier.verify(bearerCredential(good), 1000, NO_REQUEST)).to.throw(AuthorizerFault);
  });

  it('checks the times at each use', async () => {
    const clock = sinon.useFakeTimers({ now: 1_800_000_000_000, toFake: ['Date'] });
    const at = 1_800_000_000;
    const verifier = verifierWith({ maxTokenAge: 60 });
    const short = await signToken(userClaims(ISSUER, { exp: at + 30, nbf: at }), key);
    const long = await signToken(userClaims(ISSUER, { exp: at + 300 }), key);
    await verifier.verify(bearerCredential(short), 1000, NO_REQUEST);
    await verifier.verify(bearerCredential(long), 1000, NO_REQUEST);
    clock.tick(35_000);
    await expectRefusal(() => verifier.verify(bearerCredential(short), 1000, NO_REQUEST), 'token_expired');
    await verifier.verify(bearerCredential(long), 1000, NO_REQUEST);
    clock.tick(31_000);
    await expectRefusal(() => verifier.verify(bearerCredential(long), 1000, NO_REQUEST), 'token_too_old');
    clock.setSystemTime((at - 10) * 1000);
    await expectRefusal(
      () => verifier.verify(bearerCredential(short), 1000, NO_REQUEST),
      'token_not_yet_valid',
      'nbf',
    );
  });

  it('forgets a token when it is refused', async () => {
    const clock = sinon.useFakeTimers({ now: 1_800_000_000_000, toFake: ['Date'] });
    const short = bearerCredential(await signToken(userClaims(ISSUER, { exp: 1_800_000_030 }), key));
    const verifier = verifierWith();
    const first = await verifier.verify(short, 1000, NO_REQUEST);
    clock.tick(60_000);
    await expectRefusal(() => verifier.verify(short, 1000, NO_REQUEST), 'token_expired');
    clock.setSystemTime(1_800_000_000_000);
    const again = await verifier.verify(short, 1000, NO_REQUEST);
    expect(again).to.deep.equal(first);
    expect(again).not.to.equal(first);
  });

  it('remembers a token of the greatest length, and does not hash a longer one', async () => {
    const idOf = sinon.spy(TokenCache, 'idOf');
    const verifier = verifierWith();
    // The member `x` makes the header long enough for a payload to fill the rest: base64url never has 4n + 1 characters.
    const filled = (size: number) =>
      signToken(userClaims(ISSUER, { fill: 'x'.repeat(size) }), key, { x: 10 });
    const bytesIn = (characters: number) => Math.floor((characters * 3) / 4);
    const [header = '', payload = '', signature = ''] = (await filled(0)).split('.');
    const room = 16_384 - `${header}..${signature}`.length;
    const longest = bearerCredential(await filled(bytesIn(room) - bytesIn(payload.length)));
    expect(longest.token).to.have.length(16_384);
    const first = verifier.verify(longest, 1000, NO_REQUEST);
    expect(verifier.verify(longest, 1000, NO_REQUEST)).to.equal(first);
    idOf.resetHistory();
    const longer = bearerCredential(`${longest.token}A`);
    await expectRefusal(() => verifier.verify(longer, 1000, NO_REQUEST), 'malformed_token', 'too long');
    expect(idOf.callCount).to.equal(0);
  });

  it('does not remember refused tokens', async () => {
    const verifier = verifierWith();
    const wrong = await signToken(userClaims(ISSUER, { aud: 'https://else.example/' }), key);
    await expectRefusal(
      () => verifier.verify(bearerCredential(wrong), 1000, NO_REQUEST),
      'wrong_audience',
      OTHER_AUDIENCE,
    );
    await expectRefusal(
      () => verifier.verify(bearerCredential(wrong), 1000, NO_REQUEST),
      'wrong_audience',
      OTHER_AUDIENCE,
    );
    const [header, payload] = good.split('.');
    await verifier.verify(bearerCredential(good), 1000, NO_REQUEST);
    await expectRefusal(
      () => verifier.verify(bearerCredential(`${header}.${payload}.${'A'.repeat(342)}`), 1000, NO_REQUEST),
      'invalid_signature',
    );
  });

  it('remembers a token that had to wait for its keys', async () => {
    source.waits = true;
    const verifier = verifierWith();
    const first = await verifier.verify(bearerCredential(good), 1000, NO_REQUEST);
    source.waits = false;
    expect(verifier.verify(bearerCredential(good), 1000, NO_REQUEST)).to.have.property(
      'claims',
      first.claims,
    );
  });

  it('shares nothing with another verifier', async () => {
    await verifierWith().verify(bearerCredential(good), 1000, NO_REQUEST);
    await expectRefusal(
      () =>
        verifierWith({ audience: 'https://else.example/' }).verify(bearerCredential(good), 1000, NO_REQUEST),
      'wrong_audience',
      'configured: https://else.example/',
    );
  });
});
