import { createVerifier } from 'fast-jwt';
import buildGetJwks from 'get-jwks';
import { allow, bearerOf, type Handler, type Settings } from './contender.ts';

/** fast-jwt and get-jwks, combined as in the README of get-jwks. Keys are kept for ten minutes, as by the others. */
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
