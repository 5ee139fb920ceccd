import type { AuthorizerOptions } from '../authorizer/options.ts';
import { OptionError } from '../decision/errors.ts';
import type { JsonWebKeySetLike } from '../jwks/jwks-options.ts';
import { encodePart, type KeyPair, keyPairFor, signatureOf } from '../testing/sign-token.ts';
import { parseObject } from '../token/compact-jws.ts';
import { SIGNATURE_ALGORITHMS, type SignatureAlgorithm } from '../token/signature.ts';
import type { Caller } from './probe.ts';

/** A caller with a token. */
export interface ProofCaller {
  /** The token that is sent to the stage. Never shown. */
  readonly token: string;
  /** The same header and claims, signed with a key of this process. The forecast is made with it. */
  readonly twin: string;
  /** Its `exp`, epoch seconds; NaN without one. */
  readonly expires: number;
}

export type ProofCallers = ReadonlyMap<Caller, ProofCaller>;

/** Signs twins of tokens whose algorithm the authorizer refuses by its name. An RSA key takes longer to make. */
const FALLBACK = 'ES256';

const JWT = /^[\w-]+\.[\w-]+\.[\w-]*$/;

/** Callers, and the options that make an authorizer trust their twins without a request to Auth0. */
export interface TwinnedCallers {
  readonly callers: ProofCallers;
  readonly jwks: { readonly keys: JsonWebKeySetLike; readonly shared: true };
}

/**
 * Makes a twin of each token, with the same header and claims, signed with a key of this process. So the forecast judges
 * what the stage judges, but for the signature, and asks Auth0 for nothing.
 *
 * @param now - epoch seconds
 * @throws {OptionError} for a token that is not a signed JWT, and for one that has expired or has not against its name;
 *   the message does not contain the token
 */
export function twinnedCallers(tokens: ReadonlyMap<Caller, string>, now: number): TwinnedCallers {
  const keys = new Map<SignatureAlgorithm, KeyPair>([[FALLBACK, keyPairFor(FALLBACK)]]);
  const callers = new Map<Caller, ProofCaller>();
  for (const [caller, token] of tokens) {
    const [header, claims] = JWT.test(token) ? token.split('.').slice(0, 2).map(decoded) : [];
    if (!header || !claims) {
      throw new OptionError(
        `token of ${caller}`,
        'is not a signed JWT: encrypted and opaque tokens have no forecast',
      );
    }
    const expires = Number(claims['exp']);
    checkExpiry(caller, expires, now);
    const algorithm = SIGNATURE_ALGORITHMS.find((known) => known === header['alg']) ?? FALLBACK;
    const pair = keys.get(algorithm) ?? keyPairFor(algorithm);
    keys.set(algorithm, pair);
    const input = `${encodePart({ ...header, kid: algorithm })}.${encodePart(claims)}`;
    const twin = `${input}.${signatureOf(input, algorithm, pair.privateKey)}`;
    callers.set(caller, { token, twin, expires });
  }
  const published = [...keys].map(([algorithm, { publicKey }]) => {
    const { kty = '', ...members } = publicKey.export({ format: 'jwk' });
    return { ...members, kty, kid: algorithm, alg: algorithm, use: 'sig' };
  });
  return { callers, jwks: { keys: { keys: published }, shared: true } };
}

function decoded(part: string): Record<string, unknown> | null {
  return parseObject(Buffer.from(part, 'base64url'));
}

/** How long a run waits for a token to expire, seconds. */
const LONGEST_WAIT_S = 600;

/** @throws {OptionError} */
function checkExpiry(caller: Caller, expires: number, now: number): void {
  if (caller === 'expiring' && !(expires <= now + LONGEST_WAIT_S)) {
    throw new OptionError('token of expiring', `must expire within ${LONGEST_WAIT_S} seconds`);
  }
  if (caller === 'expired' ? expires < now : !(expires <= now)) return;
  throw new OptionError(
    `token of ${caller}`,
    caller === 'expired' ? 'has not expired: wait until it has' : 'has expired: get a new one',
  );
}

/**
 * The options for the forecast: the rules are those of the stage, the keys those of the twins. Nothing outside is asked or
 * told: no logs, hooks and stores.
 *
 * @throws {OptionError} if the options read the client's address or country, and these are not given
 */
export function forecastOptions(
  options: AuthorizerOptions,
  jwks: TwinnedCallers['jwks'],
  client: { readonly ip?: string | undefined; readonly country?: string | undefined },
): AuthorizerOptions {
  const { decryption: _, revocations: _list, onDecision: _hook, ...others } = options;
  const rules = [options.rules ?? {}, ...Object.values(options.routes ?? {})];
  for (const [rule, value] of [['ip', client.ip] as const, ['country', client.country] as const]) {
    if (value !== undefined || !rules.some((one) => one[rule])) continue;
    throw new OptionError(
      `--${rule}`,
      `is missing: the rule ${rule} needs what the stage sees of this computer`,
    );
  }
  return { ...others, jwks, logger: false };
}
