import type { RouteRules, RoutesOptions } from '../rules/rule-options.ts';
import { OpenApiError } from './problem.ts';
import { type OpenApiOptions, type OpenApiReading, readOpenApi } from './read-openapi.ts';

/**
 * Returns the option `routes` for an OpenAPI document: a route for each operation that requires a token.
 *
 * | in the document | in the options |
 * | --- | --- |
 * | `security` of the operation, or else of the document | `scopes`: alternatives (OR) of lists (AND) as `{ all, any }` |
 * | `{}` among its alternatives | `token: 'optional'` |
 * | `security: []` | no route: API Gateway serves it without the authorizer |
 * | `x-auth0-permissions`, a list or `{ all, any }` | `permissions` |
 * | `servers` with a base path | part of each key |
 * | `x-amazon-apigateway-any-method`, `/{proxy+}`, `isDefaultRoute` | `ANY`, a greedy parameter, `$default` |
 *
 * What no option expresses is an error, all of it at once. An operation that neither has `security` nor inherits it is such
 * a construct, because nothing says who may call it.
 *
 * @param document - OpenAPI 3.0 or 3.1: the parsed document, or its text in JSON or YAML. YAML needs the package `yaml`
 * @throws {OpenApiError} if the document contains what no option expresses; `problems` has a JSON pointer for each
 * @throws {OptionError} for options that make no sense
 * @see https://spec.openapis.org/oas/v3.1.1.html#security-requirement-object
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html
 * @example
 * const routes = routesFromOpenApi({
 *   openapi: '3.1.0',
 *   components: { securitySchemes: { auth0: { type: 'http', scheme: 'bearer' } } },
 *   paths: { '/orders': { get: { security: [{ auth0: ['read:orders'] }] } } },
 * });
 * // { 'GET /orders': { scopes: ['read:orders'] } }
 */
export function routesFromOpenApi(document: string | object, options: OpenApiOptions = {}): RoutesOptions {
  const reading = readOpenApi(document, options);
  if (reading.problems.length > 0) throw new OpenApiError(reading.problems);
  return routesOf(reading);
}

/** The routes that require a token, as far as options express them. */
export function routesOf({ routes }: OpenApiReading): RoutesOptions {
  const rules: Record<string, RouteRules> = {};
  for (const { key, access } of routes) {
    if (access?.kind === 'guarded') rules[key.key] = access.rules;
  }
  return rules;
}

/** The keys of the routes that everybody may call. */
export function openRoutesOf({ routes }: OpenApiReading): readonly string[] {
  return routes.flatMap(({ key, access }) => (access?.kind === 'open' ? [key.key] : []));
}
