import { generateKeyPairSync } from 'node:crypto';
import { expect } from 'chai';
import { calculateJwkThumbprint, decodeJwt, decodeProtectedHeader, EmbeddedJWK, jwtVerify } from 'jose';
import { dpop, mtls } from '../../lib/binding.ts';
import { OptionError } from '../../lib/decision/errors.ts';
import { decryption } from '../../lib/decryption.ts';
import { auth0Authorizer } from '../../lib/index.ts';
import {
  clientCertificate,
  createTestIssuer,
  type DpopProofOptions,
  decide,
  dpopKey,
  dpopProof,
  httpApi1Event,
  httpApi2Event,
  restRequestEvent,
  webSocketEvent,
} from '../../lib/testing.ts';
import { middy } from '../support/middy.ts';

const URL = 'https://api.example.com/orders/7';

describe('dpopProof', () => {
  it('makes proofs that jose verifies, each with its own jti', async () => {
    for (const algorithm of ['ES256', 'RS256'] as const) {
      const key = dpopKey(algorithm);
      expect(await calculateJwkThumbprint(key.jwk)).to.equal(key.cnf.jkt);
      const make = () => dpopProof({ key, token: 'a.b.c', url: `${URL}?a=b#c`, method: 'POST' });
      const { payload } = await jwtVerify(make(), EmbeddedJWK, { typ: 'dpop+jwt', algorithms: [algorithm] });
      expect(payload).to.include({ htm: 'POST', htu: URL });
      expect(payload.jti).not.to.equal(decodeJwt(make()).jti);
    }
  });

  it('replaces claims and members of the header', () => {
    expect(decodeJwt(dpopProof({ key: dpopKey(), token: 't', url: URL, method: 'post' }))).to.include({
      htm: 'POST',
    });
    const claims = { htm: 'PUT', jti: undefined };
    const proof = dpopProof({ key: dpopKey(), token: 't', url: URL, claims, header: { typ: 'x' } });
    expect(decodeJwt(proof)).to.include({ htm: 'PUT' }).and.not.to.have.property('jti');
    expect(decodeProtectedHeader(proof)).to.include({ typ: 'x' });
  });

  it('refuses options that make no sense', () => {
    const good = { key: dpopKey(), token: 't', url: URL };
    for (const options of [
      { ...good, key: undefined },
      { ...good, key: good.key.jwk },
      { ...good, key: clientCertificate() },
      { ...good, token: '' },
      { ...good, url: '' },
      { ...good, method: '' },
      { ...good, claims: 7 },
      { ...good, header: 7 },
      { ...good, nonce: 'n' },
    ]) {
      expect(() => dpopProof(options as unknown as DpopProofOptions)).to.throw(OptionError);
    }
    expect(() => dpopKey('EdDSA' as 'ES256')).to.throw(OptionError);
  });
});

describe('boundTo', () => {
  const issuer = createTestIssuer({ algorithm: 'ES256' });
  const options = { ...issuer.options, dpop: dpop('allowed'), mtls: mtls('allowed'), logger: false } as const;
  const handler = middy().use(auth0Authorizer(options));

  it('binds a token to a key, for which a proof is made', async () => {
    const key = dpopKey();
    for (const make of [issuer.token.user, issuer.token.machine, issuer.token.agent]) {
      const token = make({}, { boundTo: key });
      const event = (headers: Record<string, string>) =>
        httpApi2Event({
          authorization: `DPoP ${token}`,
          path: '/orders/7',
          stage: '$default',
          domainName: 'api.example.com',
          headers,
        });
      const proof = dpopProof({ key, token, url: URL });
      expect(await decide(handler, event({ DPoP: proof }))).to.include({ outcome: 'allow' });
      expect(await decide(handler, event({ DPoP: proof }))).to.include({ refusal: 'dpop_proof_replayed' });
      expect(await decide(handler, event({}))).to.include({ refusal: 'dpop_proof_missing' });
      const foreign = dpopProof({ key: dpopKey(), token, url: URL });
      expect(await decide(handler, event({ DPoP: foreign }))).to.include({ refusal: 'dpop_key_mismatch' });
    }
  });

  it('makes events with the proof, on each gateway that checks it', async () => {
    const key = dpopKey();
    const token = issuer.token({}, { boundTo: key });
    const domainName = 'a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com';
    for (const [build, url] of [
      [restRequestEvent, `https://${domainName}/prod/orders`],
      [httpApi1Event, `https://${domainName}/orders`],
      [httpApi2Event, `https://${domainName}/orders`],
      [webSocketEvent, `wss://${domainName}/prod`],
    ] as const) {
      const proof = dpopProof({ key, token, url });
      expect(await decide(handler, build({ token, proof })), build.name).to.include({ outcome: 'allow' });
      expect(await decide(handler, build({ token, proof, authorization: `Bearer ${token}` }))).to.include({
        refusal: 'dpop_proof_missing',
      });
    }
  });

  it('binds an encrypted token, whose proof is for the token as it is sent', async () => {
    const key = dpopKey();
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const kid = 'orders-1';
    const jwk = privateKey.export({ format: 'jwk' });
    const opening = middy().use(
      auth0Authorizer({
        ...issuer.options,
        dpop: dpop('required'),
        decryption: decryption({ keys: [{ ...jwk, kid }], required: true }),
        logger: false,
      }),
    );
    const encryptFor = { ...publicKey.export({ format: 'jwk' }), kid };
    const token = issuer.token({}, { boundTo: key, encryptFor });
    const url = 'https://api.example.com/orders';
    const event = { token, stage: '$default', domainName: 'api.example.com' };
    const proof = dpopProof({ key, token, url });
    expect(await decide(opening, httpApi2Event({ ...event, proof }))).to.include({ outcome: 'allow' });
    const ofSigned = dpopProof({ key, token: issuer.token({}, { boundTo: key }), url });
    expect(await decide(opening, httpApi2Event({ ...event, proof: ofSigned }))).to.include({
      refusal: 'dpop_proof_invalid',
    });
  });

  it('binds a token to a certificate', async () => {
    const certificate = clientCertificate();
    const token = issuer.token.user({}, { boundTo: certificate });
    const event = (pem: string) => httpApi2Event({ token, clientCertificate: pem });
    expect(await decide(handler, event(certificate.pem))).to.include({ outcome: 'allow' });
    expect(await decide(handler, event(clientCertificate().pem))).to.include({
      refusal: 'certificate_mismatch',
    });
  });

  it('is refused if it is neither', () => {
    for (const boundTo of ['key', {}, { cnf: 'k' }, null, dpopKey().jwk, dpopKey().privateKey]) {
      expect(() => issuer.token.user({}, { boundTo: boundTo as never })).to.throw(OptionError, /dpopKey\(\)/);
    }
  });
});
