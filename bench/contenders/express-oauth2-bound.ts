import { auth } from 'express-oauth2-jwt-bearer';
import { allow, type Event, type Handler, type Settings } from './contender.ts';

/** Auth0's middleware for Express, with its DPoP, and with the parts of a request that it reads. */
export function create({ issuer, jwksUri, audience }: Settings): Handler {
  const check = auth({ issuer, jwksUri, audience, tokenSigningAlg: 'ES256', dpop: { iatOffset: 3600 } });
  return (event) =>
    new Promise((resolve, reject) => {
      const request = requestOf(event);
      check(request as never, {} as never, (error?: unknown) => {
        if (error !== undefined) reject(error);
        else resolve(allow(event, request.auth?.payload ?? {}));
      });
    });
}

function requestOf({ headers, httpMethod, requestContext }: Event) {
  return {
    headers: {
      authorization: headers?.['Authorization'],
      ...(headers?.['DPoP'] && { dpop: headers['DPoP'] }),
    },
    query: {},
    method: httpMethod,
    protocol: 'https',
    url: requestContext.path,
    get: (name: string) => (name === 'Host' ? requestContext.domainName : undefined),
    is: () => false,
    auth: undefined as { payload: { sub?: string; scope?: unknown } } | undefined,
  };
}
