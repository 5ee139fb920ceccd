import { createHmac } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { REFUSALS } from '../../lib/decision/codes.ts';
import { bearerCredential } from '../../lib/token/credential.ts';
import { createVerifier, type Verifier } from '../../lib/token/verifier.ts';
import { parseVerifierOptions } from '../../lib/token/verifier-settings.ts';
import { NO_REQUEST } from '../support/bound-request.ts';
import { AUDIENCE, signToken, type TestKey, testKey, userClaims } from '../support/issuer.ts';
import { testKeySource } from '../support/key-source.ts';
import { refusalOf } from '../support/refusals.ts';

const ISSUER = 'https://tenant.eu.auth0.com/';
const RUNS = { numRuns: 500 };

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a good token that is tampered with', () => {
  let key: TestKey;
  let good: string;
  let parts: [string, string, string];
  let verifiers: readonly Verifier[];

  before(async () => {
    key = await testKey();
    good = await signToken(userClaims(ISSUER), key);
    parts = good.split('.') as [string, string, string];
    verifiers = [false as const, undefined].map((tokenCache) => {
      const options = { issuer: ISSUER, audience: AUDIENCE, ...(tokenCache === false ? { tokenCache } : {}) };
      return createVerifier(parseVerifierOptions(options, ''), new Map([[ISSUER, testKeySource(key)]]));
    });
    // From now on, one of the verifiers remembers the good token.
    for (const verifier of verifiers) await verifier.verify(bearerCredential(good), 1000, NO_REQUEST);
  });

  /** The invariant: any text except the good token is refused as untrusted, with a code of the closed set. */
  async function onlyTheGoodOnePasses(token: string): Promise<void> {
    for (const verifier of verifiers) {
      if (token === good) {
        expect(await verifier.verify(bearerCredential(token), 1000, NO_REQUEST)).to.have.property(
          'issuer',
          ISSUER,
        );
      } else {
        const refused = await refusalOf(() => verifier.verify(bearerCredential(token), 1000, NO_REQUEST));
        expect(REFUSALS).to.have.property(refused.code);
        expect(refused.status).to.equal(401);
      }
    }
  }

  const property = <Values extends [unknown, ...unknown[]]>(
    arbitraries: { [Index in keyof Values]: fc.Arbitrary<Values[Index]> },
    make: (...values: Values) => string,
  ) =>
    fc.assert(
      fc.asyncProperty(...arbitraries, (...values: Values) => onlyTheGoodOnePasses(make(...values))),
      RUNS,
    );

  const place = fc.nat({ max: 2000 });
  const partIndex = fc.nat({ max: 2 });

  it('is refused when a bit is flipped in any part', () =>
    property([partIndex, place, fc.nat({ max: 7 })], (index, at, bit) => {
      const bytes = Buffer.from(parts[index] as string, 'base64url');
      bytes[at % bytes.length] = (bytes[at % bytes.length] as number) ^ (1 << bit);
      return parts.with(index, bytes.toString('base64url')).join('.');
    }));

  it('is refused when a character is changed, added or removed', () =>
    property([place, fc.nat({ max: 2 }), fc.string({ maxLength: 3, unit: 'binary' })], (at, left, text) => {
      const start = at % (good.length + 1);
      return good.slice(0, start) + text + good.slice(start + left);
    }));

  it('is refused when it is cut short at either end', () =>
    property([place, place], (one, other) => {
      const [start, end] = [one % good.length, other % good.length].sort((a, b) => a - b);
      return good.slice(start, end);
    }));

  it('is refused when parts are swapped, repeated or added', () =>
    property([fc.array(partIndex, { maxLength: 6 })], (order) =>
      order.map((index) => parts[index]).join('.'),
    ));

  it('is refused in another spelling of the same bytes', () =>
    property([partIndex, fc.nat({ max: 5 }), place], (index, way, at) => {
      const part = parts[index] as string;
      const cut = at % part.length;
      const spelt = [
        Buffer.from(part, 'base64url').toString('base64'),
        `${part}=`,
        `${part}==`,
        `${part.slice(0, cut)}\n${part.slice(cut)}`,
        `${part.slice(0, cut)} ${part.slice(cut)}`,
        part.replaceAll('-', '+').replaceAll('_', '/'),
      ][way] as string;
      return parts.with(index, spelt).join('.');
    }));

  it('is refused with another header, and with a signature made without the private key', () => {
    const pem = key.publicKey.export({ format: 'pem', type: 'spki' });
    const der = key.publicKey.export({ format: 'der', type: 'spki' });
    const header = fc.record(
      {
        alg: fc.constantFrom(
          'none',
          'None',
          'NONE',
          'nOnE',
          'HS256',
          'HS384',
          'HS512',
          'RS256',
          'PS256',
          'ES256',
          '',
        ),
        typ: fc.constantFrom('JWT', 'at+jwt', 'JOSE'),
        kid: fc.constantFrom(key.kid, 'other', '', '../../dev/null', "' or 1=1"),
        jwk: fc.constant(key.jwk),
        crit: fc.constant(['b64']),
        b64: fc.boolean(),
      },
      { requiredKeys: ['alg'] },
    );
    return property([header, fc.nat({ max: 4 })], (members, way) => {
      const input = `${encode(members)}.${parts[1]}`;
      const signature = [
        '',
        parts[2],
        createHmac('sha256', pem).update(input).digest('base64url'),
        createHmac('sha256', der).update(input).digest('base64url'),
        createHmac('sha256', '').update(input).digest('base64url'),
      ][way] as string;
      return `${input}.${signature}`;
    });
  });

  it('is refused with other claims', () =>
    property([fc.dictionary(fc.string(), fc.jsonValue()), fc.boolean()], (claims, keepsOthers) => {
      const payload = keepsOthers ? { ...userClaims(ISSUER), ...claims, injected: true } : claims;
      return `${parts[0]}.${encode(payload)}.${parts[2]}`;
    }));

  it('is not replaced by any text: each is refused, and none breaks the verifier', () =>
    property(
      [
        fc.oneof(
          fc.string({ unit: 'binary', maxLength: 300 }),
          fc.string({ unit: fc.constantFrom('.', 'e', 'y', 'J', '=', '-'), maxLength: 60 }),
          fc
            .tuple(fc.json(), fc.json(), fc.string())
            .map((texts) => texts.map((text) => Buffer.from(text).toString('base64url')).join('.')),
        ),
      ],
      (text) => text,
    ));
});
