/**
 * Who may do what: shared by the authorizer, its tests and the deployment.
 *
 * @satisfies {import('middy-auth0-authorizer').AuthorizerOptions}
 */
export const options = {
  routes: {
    'GET /orders': { scopes: ['read:orders'] },
    'GET /orders/{id}': { scopes: ['read:orders'] },
    'POST /orders': { scopes: ['write:orders'] },
  },
  undeclared: 'absent',
};
