import type http from 'node:http';
import { type KeyPair, keyPairFor, signToken as signParts } from '../../lib/testing/sign-token.ts';
import type { SignatureAlgorithm } from '../../lib/token/signature.ts';
import { good, startJwksServer } from './jwks-server.ts';

/** The default audience of test tokens. */
export const AUDIENCE = 'https://api.example.com/';

/** A key pair with the `kid` that it is published under. */
export interface TestKey extends KeyPair {
  readonly kid: string;
  readonly algorithm: SignatureAlgorithm;
  /** The public half as in a JWKS: with `kid`, `alg` and `use`. */
  readonly jwk: Readonly<Record<string, unknown>>;
}

const pairs = new Map<string, KeyPair>();

/** Key pairs are slow to make, so the process makes each once: the n-th of a type is always the same. */
function keyPair(algorithm: SignatureAlgorithm, index: number): KeyPair {
  const name = `${algorithm === 'ES256' ? 'ec' : 'rsa'}-${index}`;
  const pair = pairs.get(name) ?? keyPairFor(algorithm);
  pairs.set(name, pair);
  return pair;
}

/**
 * The n-th test key for an algorithm. The RSA algorithms share their key pairs.
 *
 * @param kid - default `<algorithm>-key-<index>`
 */
export async function testKey(
  index = 0,
  algorithm: SignatureAlgorithm = 'RS256',
  kid = `${algorithm.toLowerCase()}-key-${index}`,
): Promise<TestKey> {
  const pair = keyPair(algorithm, index);
  const jwk = { ...pair.publicKey.export({ format: 'jwk' }), kid, alg: algorithm, use: 'sig' };
  return { kid, algorithm, ...pair, jwk };
}

export interface SignOptions {
  /** Replaces or adds members of the header; a member that is `undefined` is left out. */
  readonly header?: Readonly<Record<string, unknown>>;
  /** Default: the issuer's key. */
  readonly key?: TestKey;
}

/**
 * Signs a token with a key of the test's choice, whatever its header says.
 *
 * @param payload - the claims, or the text to sign
 */
export async function signToken(
  payload: Readonly<Record<string, unknown>> | string,
  { algorithm, kid, privateKey }: TestKey,
  header: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  return signParts({ alg: algorithm, typ: 'JWT', kid, ...header }, payload, algorithm, privateKey);
}

/**
 * Claims of a user's access token in the Auth0 profile. A claim that is `undefined` is left out.
 *
 * @param issuer - value of `iss`
 */
export function userClaims(
  issuer: string,
  overrides: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const now = Math.floor(Date.now() / 1000);
  return {
    iss: issuer,
    sub: 'auth0|abc',
    aud: AUDIENCE,
    iat: now,
    exp: now + 3600,
    scope: 'openid read:orders',
    azp: 'client-1',
    permissions: ['read:orders', 'write:orders'],
    ...overrides,
  };
}

export interface IssuerOptions {
  /** Published keys, of which the first signs. Default: one RS256 key. */
  readonly keys?: readonly TestKey[];
  /** Path of the issuer, with its slashes. Default `/`. */
  readonly path?: string;
}

/** An issuer with a JWKS endpoint on loopback. */
export interface Issuer {
  /** Value of `iss`, with a final slash as with Auth0. */
  readonly url: string;
  readonly jwksUri: string;
  /** Requests that arrived. */
  readonly requests: number;
  /** The key that signs. */
  readonly key: TestKey;
  /** A user's token that is good except for the overrides; a claim that is `undefined` is left out. */
  token(overrides?: Readonly<Record<string, unknown>>, options?: SignOptions): Promise<string>;
  /** Answers JWKS requests with the listener; `null` restores the keys. */
  respondWith(listener: http.RequestListener | null): void;
  close(): Promise<void>;
}

export async function startIssuer(options: IssuerOptions = {}): Promise<Issuer> {
  const { keys = [await testKey()], path = '/' } = options;
  const key = keys[0] as TestKey;
  let listener: http.RequestListener | null = null;
  const server = await startJwksServer(keys.map(({ jwk }) => jwk));
  const url = `http://127.0.0.1:${new URL(server.uri).port}${path}`;
  const jwksUri = `${url}.well-known/jwks.json`;
  server.behaviour = (request, response, jwks) => {
    if (request.url !== new URL(jwksUri).pathname) response.writeHead(404).end();
    else if (listener === null) good(request, response, jwks);
    else listener(request, response);
  };
  return {
    url,
    jwksUri,
    get requests() {
      return server.requests;
    },
    key,
    token: (overrides, { header, key: other = key } = {}) =>
      signToken(userClaims(url, overrides), other, header),
    respondWith(given) {
      listener = given;
    },
    close: server.close,
  };
}
