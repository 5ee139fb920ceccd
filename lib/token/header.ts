import { Refused } from '../decision/errors.ts';
import { decodeObject } from './compact-jws.ts';
import { malformed } from './malformed.ts';
import type { SignatureAlgorithm } from './signature.ts';

/** Longest `kid`, characters. Auth0's have 21; a SHA-256 thumbprint has 43. */
export const MAX_KID_LENGTH = 256;

/** Types of access tokens (RFC 9068, section 2.1), with and without `application/` (RFC 7515, section 4.1.9). */
const ACCESS_TOKEN_TYPES: readonly string[] = ['at+jwt', 'application/at+jwt'];

/** Which access tokens pass: of any profile, or of RFC 9068 alone. */
export type TokenProfile = 'any' | 'rfc9068';

/** Extensions are not supported, so a header that requires one is refused (RFC 7515, section 4.1.11; RFC 7797). */
const UNSUPPORTED_MEMBERS = ['crit', 'b64'] as const;

/** The members of the JOSE header that verification uses. `jku`, `jwk`, `x5u` and `x5c` are never read. */
export interface TokenHeader {
  readonly algorithm: SignatureAlgorithm;
  readonly kid: string;
  /** Whether `typ` is `at+jwt`. Such a token is an access token, with any claims. */
  readonly isTypedAccessToken: boolean;
}

/** Headers kept in memory at most: more than an issuer has keys. */
const MAX_HEADERS = 32;
/** Longest header that is kept in memory, characters of base64url: enough for any header that names a key. */
const MAX_KEPT_LENGTH = 256;

/**
 * Reads headers and remembers them: all tokens of one key have the same header text. The memory only saves time, so
 * an attacker gains nothing by filling it.
 */
export class HeaderReader {
  readonly #algorithms: readonly SignatureAlgorithm[];
  readonly #profile: TokenProfile;
  readonly #known = new Map<string, TokenHeader>();

  /**
   * @param algorithms - those that are allowed
   * @param profile - `'rfc9068'` requires `typ: 'at+jwt'`
   */
  constructor(algorithms: readonly SignatureAlgorithm[], profile: TokenProfile) {
    this.#algorithms = algorithms;
    this.#profile = profile;
  }

  /**
   * Reads a token's header and checks type, critical extensions, algorithm and key name.
   *
   * @param part - the token's first part, base64url
   * @returns the header; or refuses with `malformed_token`, `token_type_not_allowed`, `algorithm_not_allowed` or
   *   `missing_kid`
   */
  read(part: string): TokenHeader | Refused {
    const known = this.#known.get(part);
    if (known !== undefined) return known;
    const header = readHeader(part, this.#algorithms, this.#profile);
    if (!(header instanceof Refused) && part.length <= MAX_KEPT_LENGTH) this.#remember(part, header);
    return header;
  }

  #remember(part: string, header: TokenHeader): void {
    if (this.#known.size >= MAX_HEADERS) this.#known.clear();
    // A copy of the text: a slice would keep the whole token in memory.
    this.#known.set(Buffer.from(part, 'latin1').toString('latin1'), header);
  }
}

function readHeader(
  part: string,
  algorithms: readonly SignatureAlgorithm[],
  profile: TokenProfile,
): TokenHeader | Refused {
  const header = decodeObject(part);
  if (header instanceof Refused) return header;
  if (header === null) return malformed('header is no JSON object');
  const type = Object.hasOwn(header, 'typ') ? lowerCase(header.typ) : 'jwt';
  const isTypedAccessToken = ACCESS_TOKEN_TYPES.includes(type);
  if (!isTypedAccessToken && (type !== 'jwt' || profile === 'rfc9068')) {
    return new Refused({ code: 'token_type_not_allowed' });
  }
  const unsupported = UNSUPPORTED_MEMBERS.find((name) => Object.hasOwn(header, name));
  if (unsupported !== undefined) return malformed(`header has \`${unsupported}\``);
  const algorithm = algorithms.find((allowed) => allowed === header.alg);
  if (algorithm === undefined) return new Refused({ code: 'algorithm_not_allowed' });
  const kid = Object.hasOwn(header, 'kid') ? header.kid : '';
  if (kid === '') return new Refused({ code: 'missing_kid' });
  if (typeof kid !== 'string' || kid.length > MAX_KID_LENGTH) {
    return malformed('header has a `kid` that is no key name');
  }
  return { algorithm, kid, isTypedAccessToken };
}

function lowerCase(value: unknown): string {
  return typeof value === 'string' ? value.toLowerCase() : '';
}
