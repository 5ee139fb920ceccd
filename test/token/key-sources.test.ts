import { expect } from 'chai';
import { bearerCredential } from '../../lib/token/credential.ts';
import { createVerifier } from '../../lib/token/verifier.ts';
import { parseVerifierOptions } from '../../lib/token/verifier-options.ts';
import { AUDIENCE, type Issuer, startIssuer, testKey } from '../support/issuer.ts';
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
    expect(await verifier.verify(bearerCredential(await issuer.token()), 5000)).to.have.property(
      'issuer',
      issuer.url,
    );
    expect(
      verifier.verify(bearerCredential(await issuer.token({ sub: 'auth0|other' })), 5000),
    ).to.have.property('keys', 'fresh');
    expect(issuer.requests).to.equal(1);
  });

  it('finds the keys of an issuer that has a path', async () => {
    const below = await startIssuer({ path: '/realms/one/' });
    const verifier = verifierWith({ issuer: below.url });
    expect(await verifier.verify(bearerCredential(await below.token()), 5000)).to.have.property(
      'issuer',
      below.url,
    );
    await below.close();
  });

  it('fetches the keys from `jwks.uri` if it is given', async () => {
    const verifier = verifierWith({ issuer: 'https://elsewhere.example/', jwks: { uri: issuer.jwksUri } });
    const token = await issuer.token({ iss: 'https://elsewhere.example/' });
    expect(await verifier.verify(bearerCredential(token), 5000)).to.have.property('keys', 'fetched');
  });

  it('fetches nothing when the keys are pinned', async () => {
    const verifier = verifierWith({ issuer: issuer.url, jwks: { keys: [issuer.key.jwk] } });
    verifier.prefetch();
    expect(verifier.verify(bearerCredential(await issuer.token()), 5000)).to.have.property('keys', 'pinned');
    const other = await testKey(1);
    await expectRefusal(
      async () => verifier.verify(bearerCredential(await issuer.token({}, { key: other })), 5000),
      'unknown_key',
    );
    expect(issuer.requests).to.equal(0);
  });

  it('does not verify a token with a key of another issuer', async () => {
    const other = await startIssuer({ keys: [await testKey(1)] });
    const verifier = verifierWith({ issuer: [issuer.url, other.url] });
    expect(await verifier.verify(bearerCredential(await other.token()), 5000)).to.have.property(
      'issuer',
      other.url,
    );
    await expectRefusal(
      async () => verifier.verify(bearerCredential(await other.token({}, { key: issuer.key })), 5000),
      'unknown_key',
    );
    await other.close();
  });

  it('fetches nothing for a token of an unknown issuer', async () => {
    const verifier = verifierWith({ issuer: issuer.url });
    await expectRefusal(
      async () => verifier.verify(bearerCredential(await issuer.token({ iss: 'https://x.example/' })), 5000),
      'unknown_issuer',
    );
    expect(issuer.requests).to.equal(0);
  });
});
