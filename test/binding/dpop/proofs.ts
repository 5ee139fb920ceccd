import { generateKeyPairSync, hash, type KeyObject, sign } from 'node:crypto';
import type { ProofTerms, ProvenRequest } from '../../../lib/binding/dpop/proof.ts';
import { PROOF_ALGORITHMS } from '../../../lib/binding/dpop/proof-key.ts';
import { BoundedMap } from '../../../lib/util/bounded-map.ts';

/** A key of a client, and how it signs. */
export interface ProofKey {
  readonly alg: string;
  readonly jwk: Readonly<Record<string, unknown>>;
  readonly privateJwk: Readonly<Record<string, unknown>>;
  /** Computed apart from the library. */
  readonly thumbprint: string;
  sign(input: string): Buffer;
}

const pairs = {
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  EdDSA: generateKeyPairSync('ed25519'),
};

/** The required members in order, by type of key (RFC 7638, section 3.2). */
const MEMBERS = {
  ES256: ['crv', 'kty', 'x', 'y'],
  RS256: ['e', 'kty', 'n'],
  EdDSA: ['crv', 'kty', 'x'],
};

export function proofKey(
  alg: keyof typeof pairs,
  pair: { readonly privateKey: KeyObject; readonly publicKey: KeyObject } = pairs[alg],
): ProofKey {
  const jwk = pair.publicKey.export({ format: 'jwk' }) as Record<string, unknown>;
  const required = Object.fromEntries(MEMBERS[alg].map((name) => [name, jwk[name]]));
  return {
    alg,
    jwk,
    privateJwk: pair.privateKey.export({ format: 'jwk' }) as Record<string, unknown>,
    thumbprint: hash('sha256', JSON.stringify(required), 'base64url'),
    sign: (input) =>
      sign(alg === 'EdDSA' ? null : 'sha256', Buffer.from(input), {
        key: pair.privateKey,
        dsaEncoding: 'ieee-p1363',
      }),
  };
}

export const NOW = 1_790_000_000;
export const TOKEN = 'header.payload.signature';
export const ADDRESS = 'https://api.example.com/prod/orders/7';

export const TERMS: ProofTerms = {
  algorithms: PROOF_ALGORITHMS,
  maxAge: 300,
  clockTolerance: 5,
  keys: new BoundedMap(1000),
};

export function requestOf(key: ProofKey, changes: Partial<ProvenRequest> = {}): ProvenRequest {
  const { thumbprint } = key;
  return { method: 'POST', addresses: [ADDRESS], token: TOKEN, thumbprint, now: NOW, ...changes };
}

type Members = Readonly<Record<string, unknown>>;

export function claimsOf(changes: Members = {}): Members {
  return {
    jti: 'id-1',
    htm: 'POST',
    htu: ADDRESS,
    iat: NOW,
    ath: hash('sha256', TOKEN, 'base64url'),
    ...changes,
  };
}

/** Signs a proof. Members that are `undefined` are left out. */
export function proofOf(key: ProofKey, claims: Members = {}, header: Members = {}): string {
  const head = { typ: 'dpop+jwt', alg: key.alg, jwk: key.jwk, ...header };
  const input = [head, claimsOf(claims)]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${input}.${key.sign(input).toString('base64url')}`;
}
