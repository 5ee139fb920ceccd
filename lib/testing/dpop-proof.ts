import type { KeyObject } from 'node:crypto';
import { publicMembers, thumbprintOf } from '../binding/dpop/thumbprint.ts';
import type { SignatureAlgorithm } from '../token/signature.ts';
import { isObject } from '../util/is-object.ts';
import { nodeCrypto } from '../util/node-crypto.ts';
import { nonEmptyString, oneOf, optional, plainMap, plainObject, refuse } from '../util/option-checks.ts';
import { keyPairFor, signToken } from './sign-token.ts';

const ALGORITHMS = ['ES256', 'RS256'] as const satisfies readonly SignatureAlgorithm[];

/** A client's key for DPoP. */
export interface TestDpopKey {
  readonly algorithm: (typeof ALGORITHMS)[number];
  readonly privateKey: KeyObject;
  /** The public key, as proofs have it in their header. */
  readonly jwk: Readonly<Record<string, string>>;
  /** The claim of a token that is bound to the key (RFC 9449, section 6.1). */
  readonly cnf: { readonly jkt: string };
}

/**
 * Makes a key for DPoP.
 *
 * @param algorithm - `'ES256'` or `'RS256'`. Default: `'ES256'`
 * @throws {OptionError} for another algorithm
 * @example
 * const key = dpopKey();
 * const token = issuer.token.user({ scope: 'read:orders' }, { boundTo: key });
 */
export function dpopKey(algorithm: TestDpopKey['algorithm'] = 'ES256'): TestDpopKey {
  const checked = oneOf(algorithm, 'algorithm', ALGORITHMS);
  const { privateKey, publicKey } = keyPairFor(checked);
  const jwk = publicMembers(publicKey.export({ format: 'jwk' }) as Record<string, unknown>) as Readonly<
    Record<string, string>
  >;
  return { algorithm: checked, privateKey, jwk, cnf: { jkt: thumbprintOf(jwk) } };
}

/** What a proof is made for. */
export interface DpopProofOptions {
  /** The key that signs, from `dpopKey()`. */
  readonly key: TestDpopKey;
  /** The access token. */
  readonly token: string;
  /** The address of the request; query and fragment may stand in it. */
  readonly url: string;
  /**
   * The method of the request, in any case, as events take it. `htm` is in upper case.
   *
   * @default 'GET'
   */
  readonly method?: string;
  /**
   * Replaces or adds claims; one that is `undefined` is left out.
   *
   * @default none
   */
  readonly claims?: Readonly<Record<string, unknown>>;
  /**
   * Replaces or adds members of the header.
   *
   * @default none
   */
  readonly header?: Readonly<Record<string, unknown>>;
}

/**
 * Makes a proof for one request, as a client does (RFC 9449, section 4.2), with a new `jti` and the current time.
 *
 * @returns the value of the header `DPoP`
 * @throws {OptionError} for options that make no sense
 * @example
 * const key = dpopKey();
 * const token = issuer.token.user({}, { boundTo: key });
 * const headers = { DPoP: dpopProof({ key, token, url: 'https://api.example.com/orders/7' }) };
 * const event = httpApi2Event({ authorization: `DPoP ${token}`, headers, path: '/orders/7' });
 */
export function dpopProof(options: DpopProofOptions): string {
  const given = plainObject(options, '', ['key', 'token', 'url', 'method', 'claims', 'header']);
  const { algorithm, privateKey, jwk } = clientKey(given.key);
  const token = nonEmptyString(given.token, 'token');
  const payload = {
    jti: nodeCrypto().randomUUID(),
    htm: optional(given, '', 'method', 'GET', nonEmptyString).toUpperCase(),
    htu: nonEmptyString(given.url, 'url').replace(/[?#].*$/s, ''),
    iat: Math.floor(Date.now() / 1000),
    ath: nodeCrypto().hash('sha256', token, 'base64url'),
    ...optional(given, '', 'claims', {}, plainMap),
  };
  const header = { typ: 'dpop+jwt', alg: algorithm, jwk, ...optional(given, '', 'header', {}, plainMap) };
  return signToken(header, payload, algorithm, privateKey);
}

function clientKey(value: unknown): TestDpopKey {
  const isKey = isObject(value) && ['algorithm', 'privateKey', 'jwk'].every((name) => name in value);
  return isKey ? (value as unknown as TestDpopKey) : refuse('key', 'must be a key from dpopKey()');
}
