import { createExplainer } from '../explaining/explainer.ts';
import type { Resigner } from '../explaining/resigned-token.ts';
import { findRoute, parseRoutes } from '../local-gateway/routing.ts';
import type { EventOptions } from '../testing/event-options.ts';
import type { Exploration, ExploredCaller, ExploredColumn, ExploredRoute } from './exploration.ts';
import type { PageRequest, PreparedRequest, Trace } from './page-data.ts';
import { eventWith, sampleClient } from './sample-requests.ts';
import { traceOf } from './trace.ts';
import type { Trial } from './trial.ts';

/** Follows requests through the real chain, with tokens that a key of this process signs. */
export type Tracer = (request: PageRequest) => Promise<Trace>;

export async function createTracer({ module, gateway, options }: Trial): Promise<Tracer> {
  const { explain, resigner } = await createExplainer(options, 'resigned');
  const { fromClaims } = resigner as Resigner;
  const sample = sampleClient(options, gateway, module.client);
  const routes = parseRoutes(gateway.kind, Object.keys(options.routes ?? {}));
  const routeKeyOf = (method: string, path: string) =>
    findRoute(routes, gateway.kind, method, path)?.route.key;
  return async ({ claims, method, path: target, headers, sourceIp }) => {
    const token = claims === null ? null : fromClaims(claims);
    const [path, query] = split(target);
    const route = { method, path, routeKey: routeKeyOf(method, path), query: valuesIn(query) };
    const event: EventOptions = {
      ...sample,
      ...(sourceIp === null ? {} : { sourceIp }),
      ...(gateway.routing === null ? {} : route),
      headers: { ...sample.headers, ...headers },
    };
    const sent = eventWith(token, event, gateway, options.tokenSource ?? {});
    return traceOf(await explain(sent, { claims: 'all', policy: true }));
  };
}

/** A target as path and query. */
function split(target: string): readonly [path: string, query: string] {
  const mark = target.indexOf('?');
  return mark < 0 ? [target, ''] : [target.slice(0, mark), target.slice(mark + 1)];
}

function valuesIn(query: string): Readonly<Record<string, readonly string[]>> {
  const parameters = new URLSearchParams(query);
  return Object.fromEntries([...parameters.keys()].map((name) => [name, parameters.getAll(name)]));
}

/** The requests of a static page: of each route, by the first caller who may use it and the first who may not. */
export async function preparedRequests(
  { routes, callers, columns, verdicts }: Exploration,
  tracer: Tracer,
  most: number,
): Promise<readonly PreparedRequest[]> {
  const chosen = routes.flatMap((_, route) => {
    const isAllowed = ({ fresh }: ExploredColumn) => verdicts[fresh[route] as number]?.kind === 'allow';
    const found = [columns.findIndex(isAllowed), columns.findIndex((column) => !isAllowed(column))];
    return found.filter((caller) => caller >= 0).map((caller) => ({ caller, route }));
  });
  const prepared: PreparedRequest[] = [];
  for (const { caller, route } of chosen.slice(0, most)) {
    const request = requestOf(routes[route] as ExploredRoute, callers[caller] as ExploredCaller);
    // The policy of each caller is in the page already.
    prepared.push({ caller, route, trace: { ...(await tracer(request)), policy: null } });
  }
  return prepared;
}

function requestOf({ method, path }: ExploredRoute, { claims }: ExploredCaller): PageRequest {
  return { claims, method: method ?? '', path: path ?? '', headers: {}, sourceIp: null };
}
