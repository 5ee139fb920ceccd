import middy from '@middy/core';
import { type AuthorizerChain, type AuthorizerOptions, auth0Authorizer } from '../../lib/index.ts';
import type { Handler, Settings } from './contender.ts';

/** This package through its public entry: the whole chain on Middy, with the same answer as the others. */
export function oursWith(settings: Settings, options: AuthorizerOptions): Handler {
  return handlerOf(chainWith(settings, options));
}

/** The same, with keys and compiled code before the handler exists. */
export async function oursReadyWith(settings: Settings, options: AuthorizerOptions): Promise<Handler> {
  const chain = chainWith(settings, options);
  await chain.ready();
  return handlerOf(chain);
}

function chainWith({ issuer, jwksUri, audience }: Settings, options: AuthorizerOptions): AuthorizerChain {
  return auth0Authorizer({
    issuer,
    audience,
    jwks: { uri: jwksUri },
    context: (token) => ({ scope: token?.claims.scope }),
    ...options,
  });
}

function handlerOf(chain: AuthorizerChain): Handler {
  return middy().use(chain) as unknown as Handler;
}
