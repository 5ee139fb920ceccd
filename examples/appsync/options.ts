import type { AuthorizerOptions } from 'middy-auth0-authorizer';

/** Who may query: shared by the authorizer, its tests and the deployment. AppSync has no routes. */
export const options = {
  rules: { scopes: ['read:orders'] },
  ttlOverride: 300,
} satisfies AuthorizerOptions;
