import type { Issuer } from '../../support/issuer.ts';

export const COUNTRY_HEADER = 'cloudfront-viewer-country';
export const FORWARDED_HEADER = 'x-forwarded-for';
export const PROOF_HEADER = 'x-origin-proof';
export const SECRET = 'the edge alone knows this';
export const TOKEN_HEADER = 'x-access-token';
export const TOKEN_PARAMETER = 'access';
/** Address of the caller. On loopback every caller is 127.0.0.1, so the gateways read it from this header. */
export const FROM_HEADER = 'x-from';

/** A sender of requests. */
export interface Caller {
  /** Index of the token. */
  readonly token: number;
  readonly address: string;
  readonly country: string;
  readonly proof: string;
}

export const ADDRESSES = ['198.51.100.7', '198.51.100.8', '203.0.113.9'];
export const COUNTRIES = ['DE', 'US'];
export const PROOFS = [SECRET, 'what someone else would guess'];

const RIGHTS = [
  { scope: 'a', permissions: [], country: 'DE' },
  { scope: 'b', permissions: ['p'], country: 'US' },
  { scope: 'a b', permissions: ['p'], plan: 'gold', country: 'DE' },
  { scope: '', permissions: [], plan: 'gold', country: 'US' },
  { scope: 'a b', permissions: [], country: 'DE' },
  { scope: 'a', permissions: ['p'], plan: 'free', country: 'FR' },
];
export const GOOD_TOKENS = RIGHTS.length;
export const ALL_TOKENS = GOOD_TOKENS + 3;

/** Good tokens with different rights, an expired one, a text that is not a token, and `null` for no token. */
export async function makeTokens(issuer: Issuer): Promise<readonly (string | null)[]> {
  const good = await Promise.all(RIGHTS.map((claims) => issuer.token(claims)));
  const expired = await issuer.token({ scope: 'a b', exp: Math.floor(Date.now() / 1000) - 3600 });
  return [...good, expired, 'opaque', null];
}

/**
 * The headers of the caller's requests, except the token. Every request has the headers that the edge sets, since API
 * Gateway itself refuses a request that lacks a part of the cache key.
 */
export function headersOf({ address, country, proof }: Caller): Record<string, string> {
  return {
    [FROM_HEADER]: address,
    [FORWARDED_HEADER]: `192.0.2.1, ${address}`,
    [COUNTRY_HEADER]: country,
    [PROOF_HEADER]: proof,
  };
}
