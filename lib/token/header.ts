import { Refused } from '../decision/errors.ts';
import { decodeObject } from './compact-jws.ts';
import { malformed } from './malformed.ts';
import type { SignatureAlgorithm } from './signature.ts';

/** Longer than any key name in use: Auth0's have 21 characters, a SHA-256 thumbprint has 43. */
const MAX_KID_LENGTH = 256;

/** RFC 9068, section 2.1, with and without the `application/` that RFC 7515 lets one leave out. */
const ACCESS_TOKEN_TYPES: readonly string[] = ['at+jwt', 'application/at+jwt'];

/** What of the JOSE header verification goes by. `jku`, `jwk`, `x5u` and `x5c` are never looked at. */
export interface TokenHeader {
  readonly algorithm: SignatureAlgorithm;
  readonly kid: string;
  /** The header says `at+jwt`: an access token by its own word, whatever claims it has. */
  readonly saysAccessToken: boolean;
}

/** More than an issuer has keys, and long enough for any header that names one. */
const REMEMBERED_HEADERS = 32;
const LONGEST_REMEMBERED = 256;

/**
 * Reads headers, and remembers those it has read: the tokens of one key have the same header, to the letter. Nothing
 * rests on that memory but time, so what fills it with other headers gains nothing.
 */
export class HeaderReader {
  readonly #algorithms: readonly SignatureAlgorithm[];
  readonly #known = new Map<string, TokenHeader>();

  /** @param algorithms - those that are allowed */
  constructor(algorithms: readonly SignatureAlgorithm[]) {
    this.#algorithms = algorithms;
  }

  /**
   * Reads a token's header and judges it: type, critical extensions, algorithm, key name.
   *
   * @param part - the token's first part, base64url
   * @throws {Refused} `malformed_token`, `token_type_not_allowed`, `algorithm_not_allowed` or `missing_kid`
   */
  read(part: string): TokenHeader {
    const known = this.#known.get(part);
    if (known !== undefined) return known;
    const header = readHeader(part, this.#algorithms);
    if (part.length <= LONGEST_REMEMBERED) {
      if (this.#known.size >= REMEMBERED_HEADERS) this.#known.clear();
      // A copy: what was cut out of a token would keep the whole token in memory.
      this.#known.set(Buffer.from(part, 'latin1').toString('latin1'), header);
    }
    return header;
  }
}

function readHeader(part: string, algorithms: readonly SignatureAlgorithm[]): TokenHeader {
  const header = decodeObject(part);
  if (header === null) throw malformed('header is no JSON object');
  const saysAccessToken = judgeType(header);
  for (const name of ['crit', 'b64']) {
    // No extension is understood here, so one that must be understood is refused: RFC 7515, section 4.1.11.
    if (Object.hasOwn(header, name)) {
      throw malformed(`header has \`${name}\``);
    }
  }
  const algorithm = algorithms.find((allowed) => allowed === header.alg);
  if (algorithm === undefined) throw new Refused({ code: 'algorithm_not_allowed' });
  return { algorithm, kid: readKid(header), saysAccessToken };
}

function judgeType(header: Record<string, unknown>): boolean {
  if (!Object.hasOwn(header, 'typ')) return false;
  const type = typeof header.typ === 'string' ? header.typ.toLowerCase() : '';
  const saysAccessToken = ACCESS_TOKEN_TYPES.includes(type);
  if (!saysAccessToken && type !== 'jwt') throw new Refused({ code: 'token_type_not_allowed' });
  return saysAccessToken;
}

function readKid(header: Record<string, unknown>): string {
  if (!Object.hasOwn(header, 'kid') || header.kid === '') throw new Refused({ code: 'missing_kid' });
  if (typeof header.kid !== 'string' || header.kid.length > MAX_KID_LENGTH) {
    throw malformed('header has a `kid` that is no key name');
  }
  return header.kid;
}
