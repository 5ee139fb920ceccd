import { expect } from 'chai';
import type { KeySet } from '../../lib/jwks/key-set.ts';
import type { SigningKey } from '../../lib/jwks/signing-key.ts';
import { bearerCredential } from '../../lib/token/credential.ts';
import { awaitKeys, MOST_AT_ONCE } from '../../lib/token/key-sources.ts';
import { createVerifier } from '../../lib/token/verifier.ts';
import { parseVerifierOptions } from '../../lib/token/verifier-settings.ts';
import { NO_REQUEST } from '../support/bound-request.ts';
import { AUDIENCE, type Issuer, startIssuer, type TestKey, testKey } from '../support/issuer.ts';
import { testKeySource } from '../support/key-source.ts';
import { expectRefusal } from '../support/refusals.ts';

describe('a verifier with the issuers of its options', () => {
  let issuer: Issuer;

  beforeEach(async () => {
    issuer = await startIssuer();
  });

  afterEach(async () => {
    await issuer.close();
  });

  const verifierWith = (options: object) =>
    createVerifier(parseVerifierOptions({ audience: AUDIENCE, ...options }, ''));

  it('fetches the keys once from the address at which the issuer publishes them', async () => {
    const verifier = verifierWith({ issuer: issuer.url });
    verifier.prefetch();
    expect(await verifier.verify(bearerCredential(await issuer.token()), 5000, NO_REQUEST)).to.have.property(
      'issuer',
      issuer.url,
    );
    expect(
      verifier.verify(bearerCredential(await issuer.token({ sub: 'auth0|other' })), 5000, NO_REQUEST),
    ).to.have.property('keys', 'fresh');
    expect(issuer.requests).to.equal(1);
  });

  it('finds the keys of an issuer that has a path', async () => {
    const below = await startIssuer({ path: '/realms/one/' });
    const verifier = verifierWith({ issuer: below.url });
    expect(await verifier.verify(bearerCredential(await below.token()), 5000, NO_REQUEST)).to.have.property(
      'issuer',
      below.url,
    );
    await below.close();
  });

  it('fetches the keys from `jwks.uri` if it is given', async () => {
    const verifier = verifierWith({ issuer: 'https://elsewhere.example/', jwks: { uri: issuer.jwksUri } });
    const token = await issuer.token({ iss: 'https://elsewhere.example/' });
    expect(await verifier.verify(bearerCredential(token), 5000, NO_REQUEST)).to.have.property(
      'keys',
      'fetched',
    );
  });

  it('fetches nothing when the keys are pinned', async () => {
    const verifier = verifierWith({ issuer: issuer.url, jwks: { keys: [issuer.key.jwk] } });
    verifier.prefetch();
    expect(verifier.verify(bearerCredential(await issuer.token()), 5000, NO_REQUEST)).to.have.property(
      'keys',
      'pinned',
    );
    const other = await testKey(1);
    await expectRefusal(
      async () => verifier.verify(bearerCredential(await issuer.token({}, { key: other })), 5000, NO_REQUEST),
      'unknown_key',
    );
    expect(issuer.requests).to.equal(0);
  });

  it('does not verify a token with a key of another issuer', async () => {
    const other = await startIssuer({ keys: [await testKey(1)] });
    const verifier = verifierWith({ issuer: [issuer.url, other.url] });
    expect(await verifier.verify(bearerCredential(await other.token()), 5000, NO_REQUEST)).to.have.property(
      'issuer',
      other.url,
    );
    await expectRefusal(
      async () =>
        verifier.verify(bearerCredential(await other.token({}, { key: issuer.key })), 5000, NO_REQUEST),
      'unknown_key',
    );
    await other.close();
  });

  it('says why a key that is published is not used', async () => {
    const [short, encrypting, other] = [await testKey(1), await testKey(2), await testKey(0, 'PS256')];
    const keys = [
      issuer.key,
      { ...short, jwk: { kty: 'RSA', kid: short.kid, x5c: ['MII'] } },
      { ...encrypting, jwk: { ...encrypting.jwk, use: 'enc' } },
    ];
    const own = await startIssuer({ keys });
    const verifier = verifierWith({ issuer: own.url, algorithms: ['RS256', 'PS256'] });
    const refused = async (key: TestKey, detail: string | undefined) =>
      expectRefusal(
        async () => verifier.verify(bearerCredential(await own.token({}, { key })), 5000, NO_REQUEST),
        'unknown_key',
        detail,
      );
    await refused({ ...other, kid: issuer.key.kid }, 'published for RS256 only');
    await refused(short, 'published, not used: modulus missing');
    await refused(encrypting, 'published, not used: not for signatures');
    await refused({ ...short, kid: 'revoked' }, undefined);
    await own.close();
  });

  it('accepts tokens of a key that is published under one kid for several algorithms', async () => {
    const keys = await Promise.all((['RS256', 'RS512'] as const).map((alg) => testKey(0, alg, 'one')));
    const own = await startIssuer({ keys });
    const verifier = verifierWith({ issuer: own.url, algorithms: ['RS256', 'RS512'] });
    for (const key of keys) {
      const token = await own.token({}, { key });
      expect(await verifier.verify(bearerCredential(token), 5000, NO_REQUEST)).to.include({ kid: 'one' });
    }
    await own.close();
  });

  describe('given an RSA key without `alg`', () => {
    const named = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const;
    const detailOf = (algorithm: string) =>
      `published without \`alg\`, so it verifies ${algorithm} only, the first RSA algorithm of \`algorithms\``;

    for (const first of ['RS256', 'PS384'] as const) {
      it(`verifies ${first} only when it is the first RSA algorithm`, async () => {
        const keys = await Promise.all(named.map((alg) => testKey(0, alg, 'bare')));
        const [{ jwk }] = keys as [TestKey];
        const own = await startIssuer({
          keys: [{ ...(keys[0] as TestKey), jwk: { ...jwk, alg: undefined } }],
        });
        const algorithms = ['ES256' as const, first, ...named.filter((name) => name !== first)];
        const pinned = { keys: [{ ...jwk, alg: undefined }] } as never;
        for (const verifier of [
          verifierWith({ issuer: own.url, algorithms }),
          verifierWith({ issuer: own.url, algorithms, jwks: pinned }),
        ]) {
          for (const key of keys) {
            const token = bearerCredential(await own.token({}, { key }));
            const verify = async () => verifier.verify(token, 5000, NO_REQUEST);
            if (key.algorithm === first) expect(await verify()).to.include({ kid: 'bare', algorithm: first });
            else await expectRefusal(verify, 'unknown_key', detailOf(first));
          }
        }
        await own.close();
      });
    }

    it('forgets a token that it verified while it had an `alg`', async () => {
      const key = await testKey(0, 'RS512');
      const source = testKeySource(key);
      let isUnnamed = false;
      const found = source.findKey.bind(source);
      source.findKey = (...wanted) => ({ ...(found(...wanted) as SigningKey), isUnnamed });
      const settings = parseVerifierOptions(
        { issuer: issuer.url, audience: AUDIENCE, algorithms: ['RS256', 'RS512'] },
        '',
      );
      const verifier = createVerifier(settings, new Map([[issuer.url, source]]));
      const token = bearerCredential(await issuer.token({}, { key }));
      const verify = async () => verifier.verify(token, 5000, NO_REQUEST);
      expect(await verify()).to.include({ algorithm: 'RS512' });
      isUnnamed = true;
      await expectRefusal(verify, 'unknown_key', detailOf('RS256'));
    });
  });

  it('fetches the keys of four issuers at the start, and those of the others on demand', async () => {
    const issuers = await Promise.all(Array.from({ length: 6 }, () => startIssuer()));
    const verifier = verifierWith({ issuer: issuers.map(({ url }) => url) });
    verifier.prefetch();
    const last = issuers[5] as Issuer;
    expect(await verifier.verify(bearerCredential(await last.token()), 5000, NO_REQUEST)).to.include({
      keys: 'fetched',
    });
    await verifier.verify(bearerCredential(await (issuers[0] as Issuer).token()), 5000, NO_REQUEST);
    expect(issuers.map(({ requests }) => requests)).to.deep.equal([1, 1, 1, 1, 0, 1]);
    await Promise.all(issuers.map((one) => one.close()));
  });

  describe('with jwks.shared', () => {
    it('fetches once for all domains of a tenant, from the first that answers', async () => {
      const custom = await startIssuer({ path: '/custom/' });
      custom.respondWith((request) => request.socket.destroy());
      const verifier = verifierWith({ issuer: [custom.url, issuer.url], jwks: { shared: true } });
      verifier.prefetch();
      for (const iss of [custom.url, issuer.url]) {
        const token = await issuer.token({ iss });
        expect(await verifier.verify(bearerCredential(token), 5000, NO_REQUEST)).to.include({ issuer: iss });
      }
      expect([custom.requests, issuer.requests]).to.deep.equal([1, 1]);
      await custom.close();
    });

    it('allows one address for all domains, and pinned keys', async () => {
      const domain = ['tenant.eu.auth0.com', 'login.example.com'];
      const token = await issuer.token({ iss: 'https://login.example.com/' });
      for (const [jwks, keys] of [
        [{ uri: issuer.jwksUri }, 'fetched'],
        [{ keys: [issuer.key.jwk] }, 'pinned'],
      ] as const) {
        const verifier = verifierWith({ domain, jwks: { ...jwks, shared: true } });
        expect(await verifier.verify(bearerCredential(token), 5000, NO_REQUEST)).to.include({ keys });
      }
      expect(issuer.requests).to.equal(1);
    });
  });

  it('fetches nothing for a token of an unknown issuer', async () => {
    const verifier = verifierWith({ issuer: issuer.url });
    await expectRefusal(
      async () =>
        verifier.verify(
          bearerCredential(await issuer.token({ iss: 'https://x.example/' })),
          5000,
          NO_REQUEST,
        ),
      'unknown_issuer',
      `configured: ${issuer.url}`,
    );
    expect(issuer.requests).to.equal(0);
  });
});

describe('awaitKeys', () => {
  const sleep = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

  it('waits for each key set once, for a few at once, in the time that is left', async () => {
    const left: number[] = [];
    let [now, most] = [0, 0];
    const keySet = () =>
      ({
        async ready(timeoutMs: number) {
          left.push(timeoutMs);
          now += 1;
          most = Math.max(most, now);
          await sleep(20);
          now -= 1;
        },
      }) as KeySet;
    const sets = Array.from({ length: 6 }, keySet);
    await awaitKeys([...sets, ...sets], 1000);
    expect(left).to.have.length(6);
    expect([now, most]).to.deep.equal([0, MOST_AT_ONCE]);
    for (const milliseconds of left.slice(0, 4)) expect(milliseconds).to.be.within(900, 1000);
    for (const milliseconds of left.slice(4)) expect(milliseconds).to.be.within(0, 990);
  });
});
