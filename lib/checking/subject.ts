import type { GatewayKind } from '../gateways/gateway.ts';
import type { AnalysedOptions } from './analyse-options.ts';
import type { DeployedAuthorizer, Guard, RoutedApi } from './deployed-api.ts';
import type { Finding } from './finding.ts';
import { type ApiRoute, parsedRoutes, ServedRoutes } from './route-patterns.ts';
import { knownOf } from './setting.ts';

/** What the user says about the API. */
export interface Assumptions {
  /** The Lambda authorizer that the options are for; `null` = all of the API. */
  readonly authorizer: string | null;
  /** Keys of routes that are open on purpose. */
  readonly open: ReadonlySet<string>;
}

/** An API with routes, and the options that are meant for it. */
export interface Subject {
  readonly options: AnalysedOptions;
  readonly api: RoutedApi;
  /** The routes that requests are authorized at. */
  readonly routes: readonly ApiRoute[];
  /** Which route of the API takes the requests of a declared route. */
  readonly served: ServedRoutes;
  /** The Lambda authorizers that the options are for. */
  readonly authorizers: readonly DeployedAuthorizer[];
  readonly assumptions: Assumptions;
}

/** Compares one aspect of an API with the options. */
export type Check = (subject: Subject) => Iterable<Finding>;

export function subjectOf(options: AnalysedOptions, api: RoutedApi, assumptions: Assumptions): Subject {
  // WebSocket APIs authorize `$connect` only.
  const authorized =
    api.kind === 'websocket' ? api.routes.filter(({ key }) => key === '$connect') : api.routes;
  const routes = parsedRoutes(authorized);
  const served = new ServedRoutes(options.settings.rules.routes, routes, api.kind);
  const { authorizer } = assumptions;
  const authorizers = api.authorizers.filter(({ name }) => authorizer === null || name === authorizer);
  return { options, api, routes, served, authorizers, assumptions };
}

/** Whether a route has the authorizer that the options are for. */
export function isOurs(guard: Guard, { assumptions: { authorizer } }: Subject): boolean {
  return guard.kind === 'lambda' && (authorizer === null || guard.authorizer === authorizer);
}

/** The gateway that an authorizer of the API is invoked by. */
export function gatewayKindOf({ kind }: RoutedApi, authorizer: DeployedAuthorizer): GatewayKind {
  switch (kind) {
    case 'rest':
      return authorizer.kind === 'token' ? 'rest-token' : 'rest-request';
    case 'http':
      return knownOf(authorizer.payloadFormat) === '1.0' ? 'http-api-1.0' : 'http-api-2.0';
    case 'websocket':
      return 'websocket';
  }
}
