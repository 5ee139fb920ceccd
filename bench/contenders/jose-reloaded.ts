import { createRemoteJWKSet, jwtVerify } from 'jose';
import { allow, bearerOf, type Handler, type Settings } from './contender.ts';

/** Fetches the keys before the handler exists. */
export async function create({ issuer, jwksUri, audience }: Settings): Promise<Handler> {
  const keys = createRemoteJWKSet(new URL(jwksUri));
  await keys.reload();
  const expected = { issuer, audience, algorithms: ['RS256'] };
  return async (event) => {
    const { payload } = await jwtVerify(bearerOf(event), keys, expected);
    return allow(event, payload);
  };
}
