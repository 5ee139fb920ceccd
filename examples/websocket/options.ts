import type { AuthorizerOptions } from 'middy-auth0-authorizer';

/** Who may connect: shared by the authorizer, its tests and the deployment. */
export const options = {
  // A browser's WebSocket cannot send headers.
  tokenSource: { query: 'token' },
  routes: { $connect: { scopes: ['chat'] } },
  undeclared: 'deny',
} satisfies AuthorizerOptions;
