import { appSyncEventsEvent, appSyncGraphqlEvent } from '../testing/appsync-events.ts';
import { eventFor } from '../testing/event-for.ts';
import type { EventOptions } from '../testing/event-options.ts';
import { restTokenEvent } from '../testing/rest-events.ts';
import type { Api } from './api.ts';
import type { Call } from './call.ts';
import type { RouteMatch } from './routing.ts';

/** The parts of an event. */
export interface EventSource {
  readonly api: Api;
  readonly call: Call;
  readonly match: RouteMatch;
  /** Values of the identity sources; `null` if one is missing and the authorizer runs nevertheless. */
  readonly identity: readonly string[] | null;
}

/** The event for the authorizer of this kind of API. */
export function eventOf(source: EventSource): object {
  const { api, call } = source;
  const options = optionsOf(source);
  switch (api.kind) {
    case 'rest-token':
      return restTokenEvent(options);
    case 'appsync-graphql':
      return appSyncGraphqlEvent({ ...options, ...operationIn(call) });
    case 'appsync-events':
      return appSyncEventsEvent({ ...options, operation: 'EVENT_PUBLISH', channel: channelIn(call) });
    default:
      return eventFor(api.kind, { ...options, sourceIp: call.sourceIp });
  }
}

function optionsOf({ api, call, match, identity }: EventSource): EventOptions {
  const { key, template } = match.route;
  return {
    identitySource: identity ?? [],
    method: call.method,
    path: call.path,
    arnPath: api.arnPath,
    ...(template.startsWith('/') ? { resource: template } : {}),
    routeKey: key,
    stage: api.stage,
    // A client that sends no user agent gets none.
    headers: { 'User-Agent': [], ...call.headers },
    query: call.query,
    pathParameters: match.parameters,
    time: call.time,
    region: api.region,
    accountId: api.accountId,
    apiId: api.apiId,
    requestId: call.requestId,
    extendedRequestId: call.extendedRequestId,
    domainName: call.host,
  };
}

/** The GraphQL operation in the body of a request. */
function operationIn(call: Call) {
  const { query, operationName, variables } = bodyOf(call);
  return {
    queryString: typeof query === 'string' ? query : '',
    ...(typeof operationName === 'string' ? { operationName } : {}),
    ...(isObject(variables) ? { variables } : {}),
  };
}

/** The channel in the body of a publication. */
function channelIn(call: Call): string {
  return `/${String(bodyOf(call)['channel'] ?? '').replace(/^\/+/, '')}`;
}

function bodyOf(call: Call): Readonly<Record<string, unknown>> {
  try {
    const body: unknown = JSON.parse(call.body);
    return isObject(body) ? body : {};
  } catch {
    return {};
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
