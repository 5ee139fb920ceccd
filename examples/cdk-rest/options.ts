import type { AuthorizerOptions } from 'middy-auth0-authorizer';

/** Who may do what: shared by the authorizer, its tests and the deployment. */
export const options = {
  routes: {
    'GET /orders': { scopes: ['read:orders'] },
    'GET /orders/{id}': { scopes: ['read:orders'] },
    'POST /orders': { scopes: ['write:orders'] },
  },
  undeclared: 'absent',
} satisfies AuthorizerOptions;
