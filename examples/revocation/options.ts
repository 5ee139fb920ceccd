import type { AuthorizerOptions } from 'middy-auth0-authorizer';
import { store } from './store.ts';

/** Who may do what: shared by the authorizer, its tests and the deployment. */
export const options = {
  routes: {
    'GET /orders': { scopes: ['read:orders'] },
    'POST /orders': { scopes: ['write:orders'] },
  },
  undeclared: 'absent',
  revocations: { store },
} satisfies AuthorizerOptions;
