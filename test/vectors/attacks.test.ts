import { createHmac, generateKeyPairSync } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { expect } from 'chai';
import { auth0Authorizer } from '../../lib/index.ts';
import { encodePart, signatureOf } from '../../lib/testing/sign-token.ts';
import { decide, restRequestEvent } from '../../lib/testing.ts';
import { encryptionPair, makeJwe } from '../support/encryption.ts';
import { AUDIENCE, signToken, type TestKey, testKey, userClaims } from '../support/issuer.ts';
import { type JwksServer, startJwksServer } from '../support/jwks-server.ts';
import { middy } from '../support/middy.ts';
import { rocaPair } from './roca-key.ts';
import { countedOf, setsOf, summaryOf, Tally } from './tally.ts';

const GROUP = 'RFC 8725: attacks';
const ISSUER = 'https://vectors.example.com/';
const ALGORITHMS = ['RS256', 'ES256'] as const;

/** What is refused, with which code, and the token. */
type Attack = readonly [title: string, code: string, token: () => string | Promise<string>];
type Members = Readonly<Record<string, unknown>>;

describe('the attacks of RFC 8725', () => {
  let rsa: TestKey;
  let ec: TestKey;
  let stranger: TestKey;
  let server: JwksServer;
  /** Serves the attacker's keys, which nobody may fetch. */
  let hostile: JwksServer;

  before(async () => {
    [rsa, ec, stranger] = await Promise.all([testKey(), testKey(0, 'ES256'), testKey(1)]);
    const weak = { kid: 'weak', alg: 'RS256', use: 'sig' };
    const short = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey;
    server = await startJwksServer([
      ...[rsa.jwk, ec.jwk],
      { ...short.export({ format: 'jwk' }), ...weak, kid: '1024 bits' },
      { ...rocaPair().publicKey.export({ format: 'jwk' }), ...weak, kid: 'ROCA' },
      { ...rsa.jwk, kid: 'exponent 1', e: 'AQ' },
      { ...ec.jwk, kid: 'off the curve', x: ec.jwk['y'] },
      {
        kty: 'EC',
        crv: 'P-256',
        kid: 'zero',
        x: encodePart('\0'.repeat(32)),
        y: encodePart('\0'.repeat(32)),
      },
      { kty: 'oct', kid: 'symmetric', k: encodePart('secret'), alg: 'HS256' },
    ]);
    hostile = await startJwksServer([{ ...stranger.jwk, kid: rsa.kid }]);
  });
  after(() => Promise.all([server.close(), hostile.close()]));

  const claims = (changes: Members = {}) => userClaims(ISSUER, changes);
  const signed = (header: Members = {}, changes: Members = {}, key = rsa) =>
    signToken(claims(changes), key, header);
  /** A good token of the stranger's key. */
  const forged = (header: Members = {}) => signed({ kid: rsa.kid, ...header }, {}, stranger);
  const unsigned = (header: Members, signature = '') =>
    `${encodePart(header)}.${encodePart(claims())}.${signature}`;
  const mac = (hash: string, secret: string | Buffer, header: Members = {}) => {
    const input = `${encodePart({ alg: `HS${hash.slice(3)}`, kid: rsa.kid, ...header })}.${encodePart(claims())}`;
    return `${input}.${createHmac(hash, secret).update(input).digest('base64url')}`;
  };
  const raw = (header: Members | Buffer, payload: Buffer, key = rsa) => {
    const first = Buffer.isBuffer(header) ? header.toString('base64url') : encodePart(header);
    const input = `${first}.${payload.toString('base64url')}`;
    return `${input}.${signatureOf(input, key.algorithm, key.privateKey)}`;
  };
  const head = () => ({ alg: 'RS256', kid: rsa.kid });
  const text = (encoding: BufferEncoding) => Buffer.from(JSON.stringify(claims({ name: 'é' })), encoding);
  const der = () => rsa.publicKey.export({ format: 'der', type: 'spki' });
  const pem = () => String(rsa.publicKey.export({ format: 'pem', type: 'spki' }));

  const ATTACKS: Readonly<Record<string, readonly Attack[]>> = {
    '3.1 and 2.1, algorithms': [
      ...['none', 'None', 'NONE', 'nOnE', ' none', 'none\0'].flatMap((alg): Attack[] => [
        [`${alg} without a signature`, 'algorithm_not_allowed', () => unsigned({ alg, kid: rsa.kid })],
        [`${alg} with a signature`, 'algorithm_not_allowed', () => signed({ alg })],
      ]),
      ['none without a kid', 'algorithm_not_allowed', () => unsigned({ alg: 'none' })],
      ['RS256 without a signature', 'invalid_signature', () => unsigned(head())],
      ['the public key as a secret: PEM', 'algorithm_not_allowed', () => mac('sha256', pem())],
      ['a PEM without its last line end', 'algorithm_not_allowed', () => mac('sha256', pem().trimEnd())],
      ['the public key as a secret: DER', 'algorithm_not_allowed', () => mac('sha256', der())],
      ['the public key as a secret: JWK', 'algorithm_not_allowed', () => mac('sha256', encodePart(rsa.jwk))],
      ['HS384', 'algorithm_not_allowed', () => mac('sha384', pem())],
      ['HS512', 'algorithm_not_allowed', () => mac('sha512', pem())],
      ['a MAC that says RS256', 'invalid_signature', () => mac('sha256', pem(), { alg: 'RS256' })],
      [
        'a symmetric key that is published',
        'algorithm_not_allowed',
        () => mac('sha256', 'secret', { kid: 'symmetric' }),
      ],
      ...[undefined, null, 256, ['RS256'], { RS256: true }, 'rs256', 'RS256 ', '', 'PS256', 'RSA-OAEP'].map(
        (alg): Attack => [`alg ${JSON.stringify(alg)}`, 'algorithm_not_allowed', () => signed({ alg })],
      ),
      ['RS256 with the key for ES256', 'unknown_key', () => signed({ kid: ec.kid })],
      ['ES256 with the key for RS256', 'unknown_key', () => signed({ kid: rsa.kid }, {}, ec)],
    ],
    '3.2 and 3.5, weak keys': [
      ...['1024 bits', 'ROCA', 'exponent 1'].map(
        (kid): Attack => [kid, 'unknown_key', () => signed({ kid })],
      ),
      [
        'a signature that equals its message',
        'unknown_key',
        () => unsigned({ ...head(), kid: 'exponent 1' }, 'AAEC'),
      ],
      ['a MAC with an empty secret', 'algorithm_not_allowed', () => mac('sha256', '')],
    ],
    '3.3, nested tokens': [
      ['a token in a token', 'malformed_token', async () => signToken(await signed(), rsa, { cty: 'JWT' })],
      [
        'a forged token in a token',
        'malformed_token',
        async () => signToken(await forged(), rsa, { cty: 'JWT' }),
      ],
      ['an encrypted token', 'encrypted_token', async () => makeJwe(await signed(), encryptionPair())],
    ],
    '3.4, cryptographic inputs': [
      ['a public key off the curve', 'unknown_key', () => signed({ kid: 'off the curve' }, {}, ec)],
      ['a public key at zero', 'unknown_key', () => signed({ kid: 'zero' }, {}, ec)],
      ...[0, 1, 64, 65, 71].map(
        (length): Attack => [
          `ES256 with ${length} zeros`,
          'invalid_signature',
          () => unsigned({ alg: 'ES256', kid: ec.kid }, Buffer.alloc(length).toString('base64url')),
        ],
      ),
    ],
    '3.6, compression': [
      [
        'a compressed payload',
        'malformed_token',
        () => raw({ ...head(), zip: 'DEF' }, deflateRawSync(JSON.stringify(claims()))),
      ],
      [
        'a megabyte of claims in a kilobyte',
        'malformed_token',
        () => raw({ ...head(), zip: 'DEF' }, deflateRawSync(JSON.stringify(claims({ x: 'x'.repeat(1e6) })))),
      ],
    ],
    '3.7, UTF-8': [
      ...(['latin1', 'utf16le'] as const).map(
        (encoding): Attack => [`claims in ${encoding}`, 'malformed_token', () => raw(head(), text(encoding))],
      ),
      [
        'a header in UTF-16',
        'malformed_token',
        () => raw(Buffer.from(JSON.stringify(head()), 'utf16le'), text('utf8')),
      ],
      [
        'a header with a byte order mark',
        'malformed_token',
        () => raw(Buffer.from(`\uFEFF${JSON.stringify(head())}`), text('utf8')),
      ],
    ],
    '3.8 and 3.9, issuer and audience': [
      ['another issuer', 'unknown_issuer', () => signed({}, { iss: 'https://evil.example/' })],
      ['the issuer without its slash', 'unknown_issuer', () => signed({}, { iss: ISSUER.slice(0, -1) })],
      ['the issuer in capitals', 'unknown_issuer', () => signed({}, { iss: ISSUER.toUpperCase() })],
      ['a list of issuers', 'invalid_claim', () => signed({}, { iss: [ISSUER] })],
      ['no issuer', 'missing_claim', () => signed({}, { iss: undefined })],
      ['another audience', 'wrong_audience', () => signed({}, { aud: 'https://other.example.com/' })],
      ['a longer audience', 'wrong_audience', () => signed({}, { aud: `${AUDIENCE}admin` })],
      ['an object as audience', 'invalid_claim', () => signed({}, { aud: { [AUDIENCE]: true } })],
      ['no audience', 'missing_claim', () => signed({}, { aud: undefined })],
      ['an empty list of audiences', 'wrong_audience', () => signed({}, { aud: [] })],
    ],
    '3.10, received claims': [
      ...["' or 1=1 --", '../../dev/null', 'http://127.0.0.1/', '__proto__', 'constructor', 'kid\0', '*'].map(
        (kid): Attack => [`kid ${JSON.stringify(kid)}`, 'unknown_key', () => signed({ kid })],
      ),
      ['no kid', 'missing_kid', () => signed({ kid: undefined })],
      ['a kid that is a list', 'malformed_token', () => signed({ kid: [rsa.kid] })],
      ['jwk', 'invalid_signature', () => forged({ jwk: stranger.jwk })],
      ['jku', 'invalid_signature', () => forged({ jku: hostile.uri })],
      ['x5u', 'invalid_signature', () => forged({ x5u: hostile.uri })],
      ['x5c', 'invalid_signature', () => forged({ x5c: [encodePart(stranger.jwk)] })],
      ['jku and an unknown kid', 'unknown_key', () => forged({ jku: hostile.uri, kid: stranger.kid })],
      [
        'an issuer with the attacker’s keys',
        'unknown_issuer',
        () => signed({}, { iss: `${new URL(hostile.uri).origin}/` }),
      ],
      ['crit', 'malformed_token', () => signed({ crit: ['exp'] })],
      ['an empty crit', 'malformed_token', () => signed({ crit: [] })],
      ['b64', 'malformed_token', () => signed({ b64: false, crit: ['b64'] })],
      ['b64 that is not in crit', 'malformed_token', () => signed({ b64: false })],
    ],
    '3.11 and 3.12, tokens of another kind': [
      ...['dpop+jwt', 'logout+jwt', 'secevent+jwt', 'client-authentication+jwt', 'JOSE', 7, ''].map(
        (typ): Attack => [`typ ${typ}`, 'token_type_not_allowed', () => signed({ typ })],
      ),
      ['an ID token for this API', 'id_token', () => signed({}, { nonce: 'n', at_hash: 'h' })],
      [
        'an ID token for the client',
        'id_token',
        () => signed({}, { aud: 'client-1', nonce: 'n', scope: undefined }),
      ],
      ['a bound token', 'sender_constrained_token', () => signed({}, { cnf: { jkt: 'x' } })],
    ],
  };

  const outcomeOf = async (token: string) => {
    const options = { issuer: ISSUER, audience: AUDIENCE, algorithms: ALGORITHMS, logger: false } as const;
    const authorizer = middy().use(auth0Authorizer({ ...options, jwks: { uri: server.uri } }));
    const decision = await decide(authorizer, restRequestEvent({ token }));
    return decision.outcome === 'deny' ? String(decision.refusal) : decision.outcome;
  };

  for (const [set, attacks] of Object.entries(ATTACKS)) {
    it(`section ${set}: refused with their codes`, async () => {
      const tally = new Tally();
      for (const [title, code, token] of attacks) {
        const outcome = await outcomeOf(await token());
        expect(outcome, title).to.equal(code);
        tally.add(title, 'invalid', outcome);
      }
      expect(hostile.requests, 'requests for the keys of the attacker').to.equal(0);
      expect(tally.counted).to.deep.equal(countedOf(GROUP, set));
    });
  }

  it('are near a token that passes, with each key', async () => {
    for (const token of [signed(), signed({}, {}, ec), signed({ typ: 'at+jwt' }), signed({ other: 1 })]) {
      expect(await outcomeOf(await token)).to.equal('allow');
    }
  });

  it(`${GROUP}: ${summaryOf(GROUP)}`, () => {
    expect(setsOf(GROUP)).to.have.members(Object.keys(ATTACKS));
  });
});
