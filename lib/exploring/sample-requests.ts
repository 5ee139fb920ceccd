import type { AuthorizerOptions } from '../authorizer/options.ts';
import type { AuthorizationRequest, Gateway, TokenSource } from '../gateways/gateway.ts';
import { placesOf } from '../gateways/reading/credentials.ts';
import { type RouteKey, VERBS } from '../routes/route-key.ts';
import type { OrganizationRule } from '../rules/kinds/organization.ts';
import type { RuleBook } from '../rules/rule-book.ts';
import { eventFor } from '../testing/event-for.ts';
import type { EventOptions } from '../testing/event-options.ts';
import { defined } from '../util/defined.ts';

/** A request that stands for a route. */
export interface SampleRequest {
  /** `null` for undeclared paths. */
  readonly key: string | null;
  /** What the event is built from. */
  readonly event: EventOptions;
  /** The event without a credential, as the gateway's reader reads it. */
  readonly request: AuthorizationRequest;
}

/** What the clients of the sample requests are. */
export interface SampleClient {
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Default: the first address that the common `ip` rule allows, else an address for documentation. */
  readonly sourceIp?: string | undefined;
}

/** Values of parameters, in the order in which they are tried: a route may have one of them as a literal. */
const VALUES = ['1', 'x1', 'y1'];

/** A path that nobody declares. */
const UNDECLARED = '/~undeclared';

/**
 * A request for each route that the gateway can match, and one for paths that no route takes. A route that every path
 * leaves to other routes gets a request that does not lead to it.
 *
 * @param options - of one API
 */
export function sampleRequests(
  options: AuthorizerOptions,
  book: RuleBook,
  gateway: Gateway,
  client: SampleClient,
): readonly SampleRequest[] {
  const sample = sampler(options, gateway, client);
  const leadsTo = ({ request }: SampleRequest, key: string | null) => book.begin(request, null).route === key;
  const declared = book.routes.flatMap((route): readonly SampleRequest[] => {
    if (!gateway.routeKinds.includes(route.kind)) return [];
    const candidates = candidatesOf(route, options);
    const first = sample(route.key, candidates[0] as EventOptions);
    if (leadsTo(first, route.key)) return [first];
    for (const event of candidates.slice(1)) {
      const other = sample(route.key, event);
      if (leadsTo(other, route.key)) return [other];
    }
    return [first];
  });
  const rest = sample(null, gateway.routing === null ? {} : { path: UNDECLARED });
  return leadsTo(rest, null) ? [...declared, rest] : declared;
}

function sampler(options: AuthorizerOptions, gateway: Gateway, client: SampleClient) {
  const common = sampleClient(options, gateway, client);
  return (key: string | null, own: EventOptions): SampleRequest => {
    const event = { ...common, ...own };
    const request = gateway.read(eventFor(gateway.kind, event), options.tokenSource ?? {});
    return { key, event, request };
  };
}

/** What all sample requests have in common. */
export function sampleClient(
  { rules }: AuthorizerOptions,
  { sends }: Gateway,
  client: SampleClient,
): SampleClient {
  const allowed = rules?.ip?.allow?.[0]?.split('/')[0];
  const sourceIp = sends.address ? (client.sourceIp ?? allowed) : undefined;
  return defined({ headers: client.headers, sourceIp });
}

function candidatesOf(route: RouteKey, options: AuthorizerOptions): readonly EventOptions[] {
  if (route.kind === 'connect') return [{}];
  if (route.kind === 'default') return [{ path: UNDECLARED, routeKey: route.key }];
  const verbs = route.method === 'ANY' ? VERBS : [route.method];
  const organization = organizationIn(route.key, options);
  return VALUES.flatMap((value) =>
    verbs.map((method) => ({ method, path: pathOf(route, value, organization), routeKey: route.key })),
  );
}

type PathRoute = Extract<RouteKey, { readonly kind: 'path' }>;

function pathOf({ segments, trailingSlash }: PathRoute, value: string, organization: Bound | null): string {
  const texts = segments.map((segment) => {
    if (segment.kind === 'literal') return segment.text;
    return segment.name === organization?.parameter ? organization.value : value;
  });
  return `/${texts.join('/')}${trailingSlash ? '/' : ''}`;
}

/** A parameter that must name the caller's organization, and the organization of the route's persona. */
interface Bound {
  readonly parameter: string;
  readonly value: string;
}

function organizationIn(key: string, { rules, routes = {} }: AuthorizerOptions): Bound | null {
  const rule: OrganizationRule | false | undefined = routes[key]?.organization ?? rules?.organization;
  const matches = rule ? rule.matches : undefined;
  if (!rule || !matches?.startsWith('path:')) return null;
  const isWanted = (item: string) => item.startsWith('org_') === (rule.by !== 'name');
  const value = rule.allow?.find(isWanted)?.toLowerCase() ?? (VALUES[0] as string);
  return { parameter: matches.slice('path:'.length), value };
}

/** The event of a request with a token, at the first place where the options look for it. */
export function eventWith(
  token: string | null,
  event: EventOptions,
  gateway: Gateway,
  source: TokenSource,
): object {
  const credential = token === null ? {} : credentialIn(token, gateway.sends.headers ? source : {});
  const headers = { ...event.headers, ...credential.headers };
  return eventFor(gateway.kind, { ...event, ...credential, headers });
}

function credentialIn(token: string, source: TokenSource): EventOptions {
  const { header = 'authorization', query = '', cookie, subprotocol } = source;
  switch (placesOf(source)[0]) {
    case 'query':
      return { query: { [query]: token } };
    case 'cookie':
      return { cookies: [`${cookie}=${token}`] };
    case 'subprotocol':
      return { subprotocol, token };
    default:
      return header.toLowerCase() === 'authorization'
        ? { token }
        : { headers: { [header]: `Bearer ${token}` } };
  }
}
