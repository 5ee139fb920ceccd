import { constants, generateKeyPairSync, sign } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { calculateJwkThumbprint } from 'jose';
import { verifyProof } from '../../../lib/binding/dpop/proof.ts';
import { claimsOf, NOW, type ProofKey, proofKey, requestOf, TERMS } from './proofs.ts';
import { referenceVerdict } from './reference.ts';

type Members = Readonly<Record<string, unknown>>;

/** RSA keys serve RS256 and PS256. */
function pssKey(): ProofKey {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const options = { key: pair.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
  return {
    ...proofKey('RS256', pair),
    alg: 'PS256',
    sign: (input) => sign('sha256', Buffer.from(input), options),
  };
}

const KEYS = [proofKey('ES256'), proofKey('RS256'), pssKey(), proofKey('EdDSA')] as const;
const [EC, RSA, , EDWARDS] = KEYS;
const otherEc = proofKey('ES256', generateKeyPairSync('ec', { namedCurve: 'P-256' }));

/** Headers: what is changed beside a good one. */
const HEADERS: readonly Members[] = [
  ...['JWT', 'DPOP+JWT', 'application/dpop+jwt', '', 7, null, undefined, ['dpop+jwt']].map((typ) => ({
    typ,
  })),
  ...['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519', 'ES384', 'HS256', 'none', '', 7, null, undefined].map(
    (alg) => ({ alg }),
  ),
  ...[['b64'], ['x'], [], null, 'x'].map((crit) => ({ crit })),
  { kid: 'x' },
  { jku: 'https://evil.example/' },
  { x5c: ['x'] },
];

/** Keys in the header: what is changed beside the one that signs. */
const JWKS: readonly Members[] = [
  { kid: 'x' },
  { alg: undefined },
  { kty: 'oct', k: 'AAAA' },
  { kty: 'EC' },
  { kty: 'RSA' },
  { kty: 'OKP' },
  { kty: undefined },
  { crv: 'P-384' },
  { crv: 'Ed448' },
  { crv: 7 },
  { x: otherEc.jwk['x'] },
  { x: otherEc.jwk['x'], y: otherEc.jwk['y'] },
  { x: '' },
  { x: 'AAAA' },
  { y: undefined },
  { y: EC.jwk['x'] },
  { n: 'AQAB' },
  { n: `AA${RSA.jwk['n']}` },
  { e: 'AQ' },
  { e: '' },
  { d: EC.privateJwk['d'] },
  { d: EDWARDS.privateJwk['d'] },
];

const CLAIMS: readonly Members[] = [
  ...['', 'a', 7, null, undefined, 'x'.repeat(257), 'é😀', ['a']].map((jti) => ({ jti })),
  ...['GET', 'post', 'POST ', 7, undefined].map((htm) => ({ htm })),
  ...[
    'https://api.example.com/prod/orders/7?q#f',
    'https://API.EXAMPLE.com:443/prod/orders/7',
    'https://api.example.com/prod/./orders/7',
    'https://api.example.com/prod/%6frders/7',
    'https://api.example.com/prod/orders%2F7',
    'https://api.example.com//prod/orders/7',
    'https://api.example.com:8443/prod/orders/7',
    'https://api.example.com.evil.example/prod/orders/7',
    'wss://api.example.com/prod/orders/7',
    'orders/7',
    7,
    undefined,
  ].map((htu) => ({ htu })),
  ...[NOW - 305, NOW - 306, NOW + 5, NOW + 6, NOW - 0.5, -1, 0, String(NOW), null, undefined].map((iat) => ({
    iat,
  })),
  ...[NOW - 5, NOW - 4, NOW + 60, 'x', null].map((exp) => ({ exp })),
  ...[NOW + 5, NOW + 6, NOW - 60, 'x', null].map((nbf) => ({ nbf })),
  ...['', 'x', 7, undefined].map((ath) => ({ ath })),
  { nonce: 'n' },
];

/** The text of a JSON object, as some encoder might write it, or an attacker. */
const TEXTS: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => ` ${text}\n`,
  (text) => `\uFEFF${text}`,
  (text) => `[${text}]`,
  (text) => text.slice(0, -1),
  (text) => text.replace('{', '{"alg":"none","htm":"PUT",'),
  (text) => text.replace('{', '{"__proto__":{"alg":"none"},'),
  () => 'null',
  () => '{}',
];

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const STRANGE = ['+', '/', '=', '.', ' ', '\n', '\0', '%', '"', 'é'];

const one = (changes: readonly Members[]) => fc.constantFrom(...changes);
/** Most of the time nothing, so that many proofs are good. */
const seldom = <Value>(usual: Value, unusual: fc.Arbitrary<Value>) =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: unusual });

const NONE: Members = {};
/** Index in {@link TEXTS}. */
const texts = seldom(0, fc.integer({ min: 1, max: TEXTS.length - 1 }));

/** Good and forged proofs, as plain data: keys differ each time. */
export const forgedProofs = fc.record({
  /** Index in {@link KEYS}. */
  key: fc.nat(KEYS.length - 1),
  header: seldom(NONE, one(HEADERS)),
  /** Index in {@link JWKS}; -1 = none. */
  jwk: seldom(-1, fc.nat(JWKS.length - 1)),
  claims: seldom(NONE, one(CLAIMS)),
  headText: texts,
  bodyText: texts,
  /** Whether the token is bound to the key in the header, and not to the one that signs. */
  isBoundToHeader: fc.boolean(),
  damage: seldom<readonly [string, number, string] | null>(
    null,
    fc.tuple(
      fc.constantFrom('replace', 'insert', 'delete', 'repeat', 'cut'),
      fc.nat({ max: 9999 }),
      fc.constantFrom(...LETTERS, ...STRANGE),
    ),
  ),
});
export type ForgedProof = typeof forgedProofs extends fc.Arbitrary<infer Value> ? Value : never;

const keyOf = ({ key }: ForgedProof): ProofKey => KEYS[key] as ProofKey;
const jwkOf = (made: ForgedProof): Members => ({ ...keyOf(made).jwk, ...JWKS[made.jwk] });

function textOf(made: ForgedProof): string {
  const { header, claims, headText, bodyText, damage } = made;
  const key = keyOf(made);
  const head = JSON.stringify({ typ: 'dpop+jwt', alg: key.alg, jwk: jwkOf(made), ...header });
  const body = JSON.stringify(claimsOf(claims));
  const parts = [TEXTS[headText]?.(head), TEXTS[bodyText]?.(body)];
  const input = parts.map((part) => Buffer.from(String(part)).toString('base64url')).join('.');
  const text = `${input}.${key.sign(input).toString('base64url')}`;
  return damage === null ? text : damaged(text, ...damage);
}

function damaged(text: string, how: string, seed: number, letter: string): string {
  const at = seed % text.length;
  if (how === 'replace') return text.slice(0, at) + letter + text.slice(at + 1);
  if (how === 'insert') return text.slice(0, at) + letter + text.slice(at);
  if (how === 'delete') return text.slice(0, at) + text.slice(at + 1);
  const parts = text.split('.');
  return how === 'repeat' ? `${text}.${parts[seed % 3]}` : parts.slice(0, 1 + (seed % 2)).join('.');
}

async function thumbprintOf(made: ForgedProof): Promise<string> {
  const { thumbprint } = keyOf(made);
  if (!made.isBoundToHeader) return thumbprint;
  return calculateJwkThumbprint(jwkOf(made) as never).catch(() => thumbprint);
}

/** Where this package is stricter than jose on purpose. */
const STRICTER = [
  'not a JWS compact serialization', // base64url that is not canonical (RFC 4648, section 3.5)
  'the header is not a JSON object', // members that occur twice (RFC 7515, section 4), a byte order mark
  'the payload is not a JSON object',
];

/** The verdicts on a proof that agree, or that differ on purpose. */
export type ProofAgreement =
  | { readonly kind: 'accepted'; readonly alg: string }
  | { readonly kind: 'refused' }
  /** Refused here, accepted by jose. */
  | { readonly kind: 'stricter'; readonly detail: string };

/** Algorithms of the keys that sign. */
export const PROOF_KEY_ALGORITHMS: readonly string[] = KEYS.map(({ alg }) => alg);

/** @throws if the verdicts differ, unless this package is stricter on purpose */
export async function compareProof(made: ForgedProof): Promise<ProofAgreement> {
  const text = textOf(made);
  const key = keyOf(made);
  const request = requestOf(key, { thumbprint: await thumbprintOf(made) });
  const outcome = verifyProof(text, request, TERMS);
  const reference = await referenceVerdict(text, request, TERMS);
  if (!('code' in outcome)) {
    expect(reference, text).to.equal(true);
    return { kind: 'accepted', alg: key.alg };
  }
  if (!reference) return { kind: 'refused' };
  const { detail = '' } = outcome;
  expect(STRICTER, `${text} ${JSON.stringify(outcome)}`).to.include(detail);
  return { kind: 'stricter', detail };
}
