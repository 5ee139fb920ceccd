import type { AuthorizationRequest } from '../../gateways/gateway.ts';
import { plainChecks, refuse, refuseValue } from '../../util/option-checks.ts';
import type { RequestInput, Subject } from '../rule.ts';
import { countryCodes } from './country-codes.ts';
import { compileProof, type HeaderProof, headerInputs, headerName, type Proof } from './header-proof.ts';

/**
 * Looks up the country of an address, synchronously or with a promise.
 *
 * - Returns ISO 3166-1 alpha-2, upper or lower case. `null`, `undefined` and any other text mean that it is unknown.
 * - Called for the request's own route only, at most once a request.
 * - `Unauthorized` or `Forbidden` refuses the request. Any other error is a fault (`rule_error`, a 5xx).
 * - `ip` is the address that the route's `ip` rule found, else the gateway's; `null` if there is no address.
 * - Do not log the request's headers, query or event whole: they contain the caller's credential.
 *
 * @example
 * const lookup: CountryLookup = async (ip) => (ip === null ? null : (await database.country(ip)).isoCode);
 */
export type CountryLookup = (
  ip: string | null,
  request: AuthorizationRequest,
) => string | null | undefined | Promise<string | null | undefined>;

/**
 * Where the country comes from.
 *
 * - `'cloudfront'`: the header `CloudFront-Viewer-Country`. Declares that all requests come through CloudFront, as with
 *   edge-optimised REST APIs. A client that can reach the API without CloudFront can forge that header.
 * - `{ header, proof }`: a header that counts only together with a secret header, which your CloudFront distribution adds.
 * - a function: your own look-up.
 */
export type CountrySource = 'cloudfront' | ProvenHeader | CountryLookup;

/** A header that counts only together with a secret header. */
export interface ProvenHeader {
  /** Header with the country's code. */
  readonly header: string;
  /**
   * The secret header that a request must have. Without it the request is refused (`country_unknown`), even if `unknown`
   * is `'allow'`: that option is for a proven request whose country is unknown.
   */
  readonly proof: HeaderProof;
}

/** A compiled source. */
export type CountryReader =
  | {
      readonly kind: 'header';
      readonly inputs: readonly RequestInput[];
      /** In lower case. */
      readonly header: string;
      /** The secret that the request must have before the header is read; `null` = no secret. */
      readonly proof: Proof | null;
    }
  | {
      readonly kind: 'lookup';
      readonly inputs: readonly RequestInput[];
      /** Returns the function's result, unchecked, or a promise of it. */
      call(subject: Subject, clientIp: string | null): unknown;
    };

const CLOUDFRONT_HEADER = 'cloudfront-viewer-country';

/** @throws {OptionError} */
export function compileCountrySource(value: unknown, path: string): CountryReader {
  if (value === undefined) {
    const advice = "is missing; write 'cloudfront' if CloudFront is always in front, or { header, proof }";
    refuse(path, `${advice}, or a function (ip, request) => country`);
  }
  if (value === 'cloudfront') {
    return headerReader(CLOUDFRONT_HEADER, null);
  }
  if (typeof value === 'function') {
    const lookup = value as CountryLookup;
    return {
      kind: 'lookup',
      inputs: ['anything'],
      call: ({ calls, request }, clientIp) => calls.once(lookup, 'country', () => lookup(clientIp, request)),
    };
  }
  if (typeof value !== 'object') {
    refuseValue(path, "'cloudfront', { header, proof } or a function", value);
  }
  return provenHeader(value, path);
}

function provenHeader(value: unknown, path: string): CountryReader {
  const options = plainChecks(value, path, ['header', 'proof']);
  const header = headerName(options.header, `${path}.header`);
  return headerReader(header, compileProof(options.proof, `${path}.proof`));
}

function headerReader(header: string, proof: Proof | null): CountryReader {
  return { kind: 'header', inputs: headerInputs(header, proof), header, proof };
}

/** The code in upper case; `null` if it is not a country, such as the `XX` and `ZZ` of some sources. */
export function countryCode(value: unknown): string | null {
  if (typeof value !== 'string' || value.length !== 2) return null;
  const code = value.toUpperCase();
  return countryCodes().has(code) ? code : null;
}
