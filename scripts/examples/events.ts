/** What the options of the examples give to a backend. */
const CALLER = { sub: 'auth0|ann', scope: 'read:orders' };

/** What a backend gets after the authorizer, as far as the examples read it. By the kind of API. */
export const BACKEND_EVENTS = {
  rest: {
    resource: '/orders',
    httpMethod: 'GET',
    requestContext: { apiId: 'a1b2c3d4e5', authorizer: { principalId: CALLER.sub, ...CALLER } },
  },
  http: {
    version: '2.0',
    routeKey: 'GET /orders',
    requestContext: { apiId: 'a1b2c3d4e5', authorizer: { lambda: CALLER } },
  },
  websocket: {
    body: 'hello',
    requestContext: {
      routeKey: '$default',
      eventType: 'MESSAGE',
      connectionId: 'c1',
      authorizer: { principalId: CALLER.sub, ...CALLER },
    },
  },
  appsync: { arguments: {}, identity: { resolverContext: CALLER }, info: { fieldName: 'orders' } },
};
