import jwt from 'jsonwebtoken';
import jwksClient from 'jwks-rsa';
import { allow, bearerOf, type Handler, type Settings } from './contender.ts';

/** Auth0's sample of a custom authorizer, with its cache and rate limit. */
export function create({ issuer, jwksUri, audience }: Settings): Handler {
  const client = jwksClient({ cache: true, rateLimit: true, jwksRequestsPerMinute: 10, jwksUri });
  return async (event) => {
    const token = bearerOf(event);
    const decoded = jwt.decode(token, { complete: true });
    if (decoded === null || decoded.header.kid === undefined) throw new Error('Unauthorized');
    const key = await client.getSigningKey(decoded.header.kid);
    const claims = jwt.verify(token, key.getPublicKey(), { issuer, audience, algorithms: ['RS256'] });
    return allow(event, claims as jwt.JwtPayload);
  };
}
