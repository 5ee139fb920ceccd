import { auth } from 'express-oauth2-jwt-bearer';
import { allow, type Handler, type Settings } from './contender.ts';

/** Auth0's middleware for Express, with the parts of a request that it reads. */
export function create({ issuer, jwksUri, audience }: Settings): Handler {
  const check = auth({ issuer, jwksUri, audience, tokenSigningAlg: 'RS256' });
  return (event) =>
    new Promise((resolve, reject) => {
      const request = {
        headers: { authorization: event.headers?.Authorization },
        query: {},
        method: event.httpMethod,
        protocol: 'https',
        url: event.path,
        get: (name: string) => event.headers?.[name],
        is: () => false,
        auth: undefined as { payload: { sub?: string; scope?: unknown } } | undefined,
      };
      check(request as never, {} as never, (error?: unknown) => {
        if (error !== undefined) reject(error);
        else resolve(allow(event, request.auth?.payload ?? {}));
      });
    });
}
