import { createHash } from 'node:crypto';
import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify } from 'jose';
import type { ProofTerms, ProvenRequest } from '../../../lib/binding/dpop/proof.ts';

/**
 * Verifies a proof with jose, step by step as RFC 9449, section 4.3, lists the checks. Shares no code with the library.
 *
 * @returns whether the proof is valid for the request
 */
export async function referenceVerdict(
  text: string,
  request: ProvenRequest,
  { maxAge, clockTolerance, algorithms }: ProofTerms,
): Promise<boolean> {
  try {
    const { payload, protectedHeader } = await jwtVerify(text, EmbeddedJWK, {
      typ: 'dpop+jwt',
      algorithms: [...algorithms],
      currentDate: new Date(request.now * 1000),
      clockTolerance,
      maxTokenAge: maxAge,
      requiredClaims: ['jti', 'htm', 'htu', 'iat', 'ath'],
    });
    const { jti, htm, htu, ath } = payload as Record<string, string>;
    const jwk = protectedHeader.jwk as never;
    return (
      typeof jti === 'string' &&
      jti !== '' &&
      jti.length <= 256 &&
      htm === request.method &&
      request.addresses.some((address) => isSameAddress(address, htu ?? '')) &&
      ath === createHash('sha256').update(request.token).digest('base64url') &&
      (await calculateJwkThumbprint(jwk)) === request.thumbprint
    );
  } catch {
    return false;
  }
}

function isSameAddress(address: string, htu: string): boolean {
  const url = new URL(htu);
  url.search = '';
  url.hash = '';
  return decodeURI(url.href) === decodeURI(address);
}
