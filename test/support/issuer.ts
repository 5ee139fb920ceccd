import { generateKeyPair, type KeyObject } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { CompactSign } from 'jose';

/** The audience of the tokens that a test issuer makes, unless the test says otherwise. */
export const AUDIENCE = 'https://api.example.com/';

export type TestAlgorithm = 'RS256' | 'RS384' | 'RS512' | 'PS256' | 'PS384' | 'PS512' | 'ES256';

/** A key pair with the name it is published under. */
export interface TestKey {
  readonly kid: string;
  readonly algorithm: TestAlgorithm;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** The public half as a JWKS carries it: with `kid`, `alg` and `use`. */
  readonly jwk: Readonly<Record<string, unknown>>;
}

const makePair = promisify(generateKeyPair);
const pairs = new Map<string, Promise<{ privateKey: KeyObject; publicKey: KeyObject }>>();

/** Key pairs are slow to make, so the process makes each once: the n-th of its type is always the same. */
function keyPair(
  type: 'rsa' | 'ec',
  index: number,
): Promise<{ privateKey: KeyObject; publicKey: KeyObject }> {
  const name = `${type}-${index}`;
  let pair = pairs.get(name);
  if (pair === undefined) {
    pair =
      type === 'rsa' ? makePair('rsa', { modulusLength: 2048 }) : makePair('ec', { namedCurve: 'P-256' });
    pairs.set(name, pair);
  }
  return pair;
}

/**
 * The n-th test key for an algorithm. The RSA algorithms share their key pairs.
 *
 * @param kid - `<algorithm>-key-<index>` by default
 */
export async function testKey(
  index = 0,
  algorithm: TestAlgorithm = 'RS256',
  kid = `${algorithm.toLowerCase()}-key-${index}`,
): Promise<TestKey> {
  const pair = await keyPair(algorithm === 'ES256' ? 'ec' : 'rsa', index);
  const jwk = { ...pair.publicKey.export({ format: 'jwk' }), kid, alg: algorithm, use: 'sig' };
  return { kid, algorithm, ...pair, jwk };
}

export interface SignOptions {
  /** Over `alg`, `typ: 'JWT'` and `kid`; a member that is `undefined` is left out. */
  readonly header?: Readonly<Record<string, unknown>>;
  /** Default: the issuer's current key. */
  readonly key?: TestKey;
}

/** A real compact JWS over a payload: an object, or the very text to be signed. */
export async function signToken(
  payload: Readonly<Record<string, unknown>> | string,
  key: TestKey,
  header: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
  const members: Record<string, unknown> = { alg: key.algorithm, typ: 'JWT', kid: key.kid, ...header };
  for (const [name, value] of Object.entries(members)) if (value === undefined) delete members[name];
  return new CompactSign(new TextEncoder().encode(text))
    .setProtectedHeader(members as { alg: string })
    .sign(key.privateKey);
}

/**
 * Claims of a user's access token as in the Auth0 profile. A claim given as `undefined` is left out.
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
  /** Published from the start, the first one signs. Default: one RS256 key. */
  readonly keys?: readonly TestKey[];
  /** Path of the issuer, with its slashes. Default `/`. */
  readonly path?: string;
}

/** A stand-in for an Auth0 tenant: a JWKS behind real HTTP on loopback. */
export interface Issuer {
  /** What stands in `iss`: with a trailing slash, as with Auth0. */
  readonly url: string;
  readonly jwksUri: string;
  /** JWKS requests answered or in hand. */
  readonly requests: number;
  /** The key that signs. */
  readonly key: TestKey;
  /** A token over exactly these claims. */
  sign(payload: Readonly<Record<string, unknown>> | string, options?: SignOptions): Promise<string>;
  /** A good user's token, but for what is overridden; `undefined` leaves a claim out. */
  token(overrides?: Readonly<Record<string, unknown>>, options?: SignOptions): Promise<string>;
  /** A new key signs from now on; the older ones stay published. */
  rotate(algorithm?: TestAlgorithm): Promise<TestKey>;
  /** Takes keys out of the JWKS. Default: all but the one that signs. */
  revoke(kid?: string): void;
  /** Answers the JWKS requests instead; `null` goes back to good behaviour. */
  respondWith(handler: http.RequestListener | null): void;
  close(): Promise<void>;
}

export async function startIssuer(options: IssuerOptions = {}): Promise<Issuer> {
  const path = options.path ?? '/';
  let published = [...(options.keys ?? [await testKey()])];
  let key = published[0] as TestKey;
  let made = published.length;
  let requests = 0;
  let override: http.RequestListener | null = null;

  const server = http.createServer((request, response) => {
    if (request.url !== `${path}.well-known/jwks.json`) {
      response.writeHead(404).end();
      return;
    }
    requests += 1;
    if (override !== null) {
      override(request, response);
      return;
    }
    response.setHeader('content-type', 'application/json; charset=utf-8');
    response.end(JSON.stringify({ keys: published.map(({ jwk }) => jwk) }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;

  const sign: Issuer['sign'] = (payload, { header, key: other } = {}) =>
    signToken(payload, other ?? key, header);
  return {
    url,
    jwksUri: `${url}.well-known/jwks.json`,
    get requests() {
      return requests;
    },
    get key() {
      return key;
    },
    sign,
    token: (overrides, signOptions) => sign(userClaims(url, overrides), signOptions),
    async rotate(algorithm = 'RS256') {
      key = await testKey(made, algorithm);
      made += 1;
      published = [key, ...published];
      return key;
    },
    revoke(kid) {
      published = published.filter((one) => (kid === undefined ? one === key : one.kid !== kid));
    },
    respondWith(handler) {
      override = handler;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
