import { createVerifier } from 'fast-jwt';
import buildGetJwks from 'get-jwks';
import { allow, bearerOf, type Handler, type Settings } from './contender.ts';

/** The pair as the README of get-jwks joins them; keys are kept for ten minutes, as the others do. */
export function fastJwtWith({ issuer, jwksUri, audience }: Settings, cache: boolean): Handler {
  const { origin, pathname } = new URL(jwksUri);
  const getJwks = buildGetJwks({ ttl: 600_000, jwksPath: pathname });
  const verify = createVerifier({
    key: ({ header: { kid, alg } }: { header: Record<string, string> }) =>
      getJwks.getPublicKey({ kid: kid as string, alg: alg as string, domain: origin }),
    algorithms: ['RS256'],
    allowedIss: issuer,
    allowedAud: audience,
    cache,
  }) as (token: string) => Promise<Record<string, unknown>>;
  return async (event) => allow(event, await verify(bearerOf(event)));
}
