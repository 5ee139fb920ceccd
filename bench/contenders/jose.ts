import { createRemoteJWKSet, jwtVerify } from 'jose';
import { allow, bearerOf, type Handler, type Settings } from './contender.ts';

export function create({ issuer, jwksUri, audience }: Settings): Handler {
  const keys = createRemoteJWKSet(new URL(jwksUri));
  const expected = { issuer, audience, algorithms: ['RS256'] };
  return async (event) => {
    const { payload } = await jwtVerify(bearerOf(event), keys, expected);
    return allow(event, payload);
  };
}
