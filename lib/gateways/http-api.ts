import type { GatewayFacts } from './facts.ts';

/**
 * The facts of HTTP APIs that both payload format versions share.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
export const HTTP_API_FACTS = {
  sends: { headers: true, address: true, certificate: true },
  routeKinds: ['path', 'default'],
  routing: 'http',
  // Identity sources of headers ignore case, those of the query do not.
  cache: {
    kind: 'identity sources',
    header: (name) => `$request.header.${name}`,
    query: (name) => `$request.querystring.${name}`,
    address: '$context.identity.sourceIp',
    route: ['$context.routeKey'],
    path: ['$context.path', '$context.httpMethod'],
  },
  // A thrown `Unauthorized` is documented for REST and WebSocket APIs only.
  unauthorized: 'deny',
  // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
  denial: { status: 403, keepsContext: true },
  // Resource policies, API keys and usage plans are for REST APIs:
  // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-vs-rest.html
  takesResourcePolicy: false,
  metersUsage: false,
} as const satisfies Partial<GatewayFacts>;
