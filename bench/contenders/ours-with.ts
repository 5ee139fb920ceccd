import middy from '@middy/core';
import { type AuthorizerOptions, auth0Authorizer } from '../../lib/index.ts';
import type { Handler, Settings } from './contender.ts';

/** This package through its public entry: the whole chain on Middy, with the same answer as the others. */
export function oursWith({ issuer, jwksUri, audience }: Settings, options: AuthorizerOptions): Handler {
  const chain = auth0Authorizer({
    issuer,
    audience,
    jwks: { uri: jwksUri },
    context: (token) => ({ scope: token?.claims.scope }),
    ...options,
  });
  return middy().use(chain) as unknown as Handler;
}
