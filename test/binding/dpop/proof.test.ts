import { generateKeyPairSync } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { calculateJwkThumbprint } from 'jose';
import { MAX_JTI_LENGTH, MAX_PROOF_LENGTH, verifyProof } from '../../../lib/binding/dpop/proof.ts';
import { publicMembers, thumbprintOf } from '../../../lib/binding/dpop/thumbprint.ts';
import { runs } from '../../support/property-runs.ts';
import { rocaPair } from '../../vectors/roca-key.ts';
import { NOW, type ProofKey, proofKey, proofOf, requestOf, TERMS, TOKEN } from './proofs.ts';
import { referenceVerdict } from './reference.ts';

const ec = proofKey('ES256');
const rsa = proofKey('RS256');
const edwards = proofKey('EdDSA');

function verdict(text: string, key: ProofKey = ec, changes: Parameters<typeof requestOf>[1] = {}): string {
  const outcome = verifyProof(text, requestOf(key, changes), TERMS);
  return 'code' in outcome ? outcome.code : outcome.kind;
}

describe('verifyProof', () => {
  it('verifies the example of RFC 9449, section 7.1', () => {
    const proof =
      'eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRj' +
      'QyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGki' +
      'OiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0ZWRyZXNvdXJjZS' +
      'IsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNFc05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9.2oW9RP35yRqzhrtNP86' +
      'L-Ey71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA';
    const request = {
      method: 'GET',
      addresses: ['https://resource.example.org/protectedresource'],
      token: 'Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU',
      thumbprint: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I',
      now: 1_562_262_618,
    };
    expect(verifyProof(proof, request, TERMS)).to.deep.equal({
      kind: 'verified',
      jti: 'e1j3V_bKic8-LAEB',
      expiresAt: 1_562_262_618 + 305,
    });
    const altered = { ...request, token: `${request.token}x` };
    expect(verifyProof(proof, altered, TERMS)).to.include({ code: 'dpop_proof_invalid' });
  });

  it('refuses the example of RFC 9449, section 4.1, which is for the token endpoint and names no access token', () => {
    const proof =
      'eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRj' +
      'QyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGki' +
      'OiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMj' +
      'YyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg';
    const request = {
      method: 'POST',
      addresses: ['https://server.example.com/token'],
      token: 'any',
      thumbprint: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I',
      now: 1_562_262_618,
    };
    const detail = '`ath` is not the hash of the access token';
    expect(verifyProof(proof, request, TERMS)).to.deep.equal({ code: 'dpop_proof_invalid', detail });
  });

  it('verifies proofs of EC, RSA and Ed25519 keys', () => {
    for (const key of [ec, rsa, edwards]) expect(verdict(proofOf(key), key), key.alg).to.equal('verified');
    expect(verdict(proofOf(rsa, {}, { alg: 'PS256' }), rsa)).to.equal('dpop_proof_invalid');
    expect(verdict(proofOf(edwards, {}, { alg: 'Ed25519' }), edwards)).to.equal('verified');
    // One byte too few.
    expect(verdict(proofOf(edwards).slice(0, -2), edwards)).to.equal('dpop_proof_invalid');
  });

  const other = proofKey('ES256', generateKeyPairSync('ec', { namedCurve: 'P-256' }));

  it('refuses a proof of another key', () => {
    expect(verdict(proofOf(other))).to.equal('dpop_key_mismatch');
    // The key in the header is the right one, but does not sign.
    expect(verdict(proofOf(other, {}, { jwk: ec.jwk }))).to.equal('dpop_proof_invalid');
  });

  const headers: Readonly<Record<string, Record<string, unknown>>> = {
    'typ JWT': { typ: 'JWT' },
    'no typ': { typ: undefined },
    'a typ that is no text': { typ: 7 },
    none: { alg: 'none' },
    'a symmetric algorithm': { alg: 'HS256' },
    'an algorithm for another key': { alg: 'RS256' },
    'Ed25519 with an EC key': { alg: 'EdDSA' },
    'no jwk': { jwk: undefined },
    'a jwk that is a text': { jwk: 'key' },
    'a private jwk': { jwk: ec.privateJwk },
    'a jwk with an empty private member': { jwk: { ...ec.jwk, d: '' } },
    'a symmetric jwk': { jwk: { kty: 'oct', k: 'AAAA' } },
    'a jwk of an unknown type': { jwk: { ...ec.jwk, kty: 'toString' } },
    'a jwk whose type is no text': { jwk: { ...ec.jwk, kty: 7 } },
    'a jwk without a member': { jwk: { ...ec.jwk, y: undefined } },
    crit: { crit: ['x'] },
    b64: { b64: true },
  };
  for (const [name, header] of Object.entries(headers)) {
    it(`refuses a header with ${name}`, () => {
      expect(verdict(proofOf(ec, {}, header))).to.equal('dpop_proof_invalid');
    });
  }

  const claims: Readonly<Record<string, Record<string, unknown>>> = {
    'no jti': { jti: undefined },
    'an empty jti': { jti: '' },
    'a jti that is a number': { jti: 1 },
    'a jti that is too long': { jti: 'x'.repeat(MAX_JTI_LENGTH + 1) },
    'no htm': { htm: undefined },
    'another method': { htm: 'GET' },
    'a method in lower case': { htm: 'post' },
    'no htu': { htu: undefined },
    'an htu that is no URL': { htu: '/prod/orders/7' },
    'another path': { htu: 'https://api.example.com/prod/orders/8' },
    'another host': { htu: 'https://api.example.org/prod/orders/7' },
    'another scheme': { htu: 'http://api.example.com/prod/orders/7' },
    'a user in htu': { htu: 'https://api.example.com@evil.example/prod/orders/7' },
    'a password in htu': { htu: 'https://:x@api.example.com/prod/orders/7' },
    'a backslash in htu': { htu: 'https://api.example.com\\prod/orders/7' },
    'no iat': { iat: undefined },
    'an iat that is a text': { iat: String(NOW) },
    'an iat in the future': { iat: NOW + 6 },
    'an iat too long ago': { iat: NOW - 306 },
    'an exp in the past': { exp: NOW - 5 },
    'an exp that is no number': { exp: 'later' },
    'an nbf in the future': { nbf: NOW + 6 },
    'an nbf that is no number': { nbf: 'now' },
    'no ath': { ath: undefined },
    'the ath of another token': { ath: 'fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo' },
  };
  for (const [name, changes] of Object.entries(claims)) {
    it(`refuses claims with ${name}`, () => {
      expect(verdict(proofOf(ec, changes))).to.equal('dpop_proof_invalid');
    });
  }

  it('accepts what is at the edge of its window, and members that it does not know', () => {
    for (const changes of [
      { iat: NOW + 5 },
      { iat: NOW - 305 },
      { exp: NOW + 1 },
      { nbf: NOW },
      { nonce: 'n' },
      { jti: 'x'.repeat(MAX_JTI_LENGTH) },
    ]) {
      expect(verdict(proofOf(ec, changes)), JSON.stringify(changes)).to.equal('verified');
    }
    expect(verdict(proofOf(ec, {}, { typ: 'application/dpop+JWT', kid: 'x' }))).to.equal('verified');
  });

  it('refuses what is not one JWS', () => {
    const good = proofOf(ec);
    const [head = '', body = '', signature = ''] = good.split('.');
    for (const text of [
      '',
      'x',
      '..',
      `${good}, ${good}`,
      `${good},`,
      `${head}.${body}.`,
      `${head}.${body}.${signature}=`,
      `${head}.W10.${signature}`,
      `W10.${body}.${signature}`,
      `a!.${body}.${signature}`,
      proofOf(ec, { filler: 'x'.repeat(MAX_PROOF_LENGTH) }),
    ]) {
      expect(verdict(text), text.slice(0, 40)).to.equal('dpop_proof_invalid');
    }
  });

  it('refuses weak and malformed keys, although the token is bound to them', () => {
    const short = proofKey('RS256', generateKeyPairSync('rsa', { modulusLength: 1024 }));
    expect(verdict(proofOf(short), short)).to.equal('dpop_proof_invalid');
    const factorable = proofKey('RS256', rocaPair());
    expect(verdict(proofOf(factorable), factorable)).to.equal('dpop_proof_invalid');
    const curve = generateKeyPairSync('ec', { namedCurve: 'P-384' });
    const wide = proofKey('ES256', curve);
    expect(verdict(proofOf(wide), wide)).to.equal('dpop_proof_invalid');
    for (const [key, changes] of [
      [ec, { x: 'AAAA' }],
      [rsa, { e: 'AQ' }],
      [rsa, { e: 'BA' }],
      [edwards, { crv: 'X25519' }],
    ] as const) {
      const jwk = { ...key.jwk, ...changes };
      const thumbprint = thumbprintOf(publicMembers(jwk) ?? {});
      expect(verdict(proofOf(key, {}, { jwk }), key, { thumbprint })).to.equal('dpop_proof_invalid');
    }
  });

  it('holds for one method, one address, one token and one key', () => {
    const good = proofOf(ec);
    expect(verdict(good)).to.equal('verified');
    expect(verdict(good, ec, { method: 'GET' })).to.equal('dpop_proof_invalid');
    expect(verdict(good, ec, { addresses: ['https://api.example.com/prod/orders'] })).to.equal(
      'dpop_proof_invalid',
    );
    expect(verdict(good, ec, { token: `${TOKEN}x` })).to.equal('dpop_proof_invalid');
    expect(verdict(good, ec, { thumbprint: rsa.thumbprint })).to.equal('dpop_key_mismatch');
    expect(verdict(good, ec, { now: NOW + 306 })).to.equal('dpop_proof_invalid');
  });

  it('judges as jose and RFC 9449 do, whatever a proof says', async () => {
    const header = {
      typ: ['JWT', 'application/dpop+jwt', undefined, 7],
      alg: ['RS256', 'none', 'HS256', undefined],
      jwk: [other.jwk, rsa.jwk, ec.privateJwk, {}, null, 'x'],
      crit: [['x']],
    };
    const body = {
      jti: ['a', '', 7, undefined, 'x'.repeat(300)],
      htm: ['GET', 'post', undefined],
      htu: [
        'HTTPS://API.example.com:443/prod/orders/%37?a=b#c',
        'https://api.example.com/prod/x/../orders/7',
        'https://api.example.com/prod/orders/7/',
        'https://evil.example/prod/orders/7',
        'orders',
        undefined,
      ],
      iat: [NOW - 300, NOW - 400, NOW + 60, '1', undefined],
      exp: [NOW + 60, NOW - 60, 'x'],
      nbf: [NOW - 60, NOW + 60, 'x'],
      ath: ['x', undefined],
      nonce: ['n'],
    };
    /** Few changes at once, so that many proofs are good. */
    const changesOf = (members: Readonly<Record<string, readonly unknown[]>>) =>
      fc
        .subarray(
          Object.entries(members).flatMap(([name, values]) => values.map((value) => [name, value] as const)),
          { maxLength: 2 },
        )
        .map((entries) => Object.fromEntries(entries));
    const signer = fc.constantFrom(ec, ec, ec, other);
    const verdicts = { accepted: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(
        signer,
        changesOf(header),
        changesOf(body),
        fc.nat({ max: 9 }),
        async (key, head, claim, damage) => {
          const proof = proofOf(key, claim, head);
          const text = damage === 0 ? `${proof.slice(0, -6)}AAAAAA` : proof;
          const expected = await referenceVerdict(text, requestOf(ec), TERMS);
          expect(verdict(text) === 'verified', text).to.equal(expected);
          verdicts[expected ? 'accepted' : 'refused'] += 1;
        },
      ),
      { numRuns: runs(300) },
    );
    expect(verdicts.accepted, 'good proofs').to.be.greaterThan(0);
    expect(verdicts.refused, 'bad proofs').to.be.greaterThan(0);
  });
});

describe('thumbprintOf', () => {
  it('computes the example of RFC 7638, section 3.1', () => {
    const n =
      '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhM' +
      'stn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5h' +
      'ajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw';
    const members = publicMembers({ kty: 'RSA', n, e: 'AQAB', alg: 'RS256', kid: '2011-04-29' });
    expect(members && thumbprintOf(members)).to.equal('NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs');
  });

  it('computes the example of RFC 8037, appendix A.3', () => {
    const x = '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo';
    const members = publicMembers({ kty: 'OKP', crv: 'Ed25519', x });
    expect(members && thumbprintOf(members)).to.equal('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
  });

  it('agrees with jose', async () => {
    for (const { jwk, thumbprint } of [ec, rsa, edwards]) {
      const members = publicMembers(jwk);
      expect(members && thumbprintOf(members)).to.equal(thumbprint);
      expect(await calculateJwkThumbprint(jwk as never, 'sha256')).to.equal(thumbprint);
    }
  });
});
