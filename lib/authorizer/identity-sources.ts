import type { GatewayKind } from '../gateways/gateway.ts';
import { gatewayKinds, gatewayOfKind } from '../gateways/index.ts';
import { bookNamed } from '../rules/api-books.ts';
import { oneOf } from '../util/option-checks.ts';
import type { CacheAdvice } from './cache-advice.ts';
import { GatewayAdvice } from './gateway-advice.ts';
import type { AuthorizerOptions } from './options.ts';
import { parseAuthorizerOptions, settingsFor } from './settings.ts';

/**
 * Returns how to configure the authorizer at the gateway so that cached answers stay correct: its identity sources, or
 * the reason why nothing may be cached (configure a TTL of 0). For the code that deploys the API.
 *
 * It does not know what your handler and the option `context` read. If either reads the request, do not cache.
 *
 * The identity sources may name the route: `$context.routeKey`, or `context.resourcePath` and `context.httpMethod`.
 * That is the route of the API, so each declared route must be a route of the API too. Requests for several routes
 * share one key behind
 *
 * - a catch-all, `$default` or `ANY /{proxy+}`;
 * - a route for `ANY` method, if the options tell methods apart.
 *
 * There a cached `isAuthorized: true` opens all of them, and a cached policy may deny some of them: configure the identity
 * sources in `behindCatchAll` instead. The authorizer logs a warning (`authorizer set-up`) when a request shows that a
 * route is shared.
 *
 * @param options - the same as for auth0Authorizer; `domain` and `audience` are not needed
 * @param gateway - what the authorizer is attached to: one of `rest-token`, `rest-request`, `http-api-1.0`,
 *   `http-api-2.0`, `websocket`, `appsync-graphql` and `appsync-events`
 * @param api - with the option `apis`: the API that the authorizer is attached to, by its key there
 * @throws {OptionError} for options that make no sense, and for another gateway
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/configure-api-gateway-lambda-authorization-with-console.html
 * @example
 * const advice = identitySources({ rules: { ip: { deny: ['203.0.113.0/24'] } } }, 'http-api-2.0');
 * // { cache: true, identitySources: ['$request.header.Authorization', '$context.identity.sourceIp'] }
 */
export function identitySources(options: AuthorizerOptions, gateway: GatewayKind, api?: string): CacheAdvice {
  oneOf(gateway, 'gateway', gatewayKinds());
  const all = parseAuthorizerOptions(options, null);
  const settings = settingsFor(all, bookNamed(all.books, api));
  return new GatewayAdvice(settings).advice(gatewayOfKind(gateway));
}
