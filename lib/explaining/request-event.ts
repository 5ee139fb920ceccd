import type { AuthorizerOptions } from '../authorizer/options.ts';
import type { AuthorizerSettings } from '../authorizer/settings.ts';
import { OptionError } from '../decision/errors.ts';
import type { GatewayKind, TokenSource } from '../gateways/gateway.ts';
import { gatewayOfKind } from '../gateways/index.ts';
import { placesOf } from '../gateways/reading/credentials.ts';
import { eventFor } from '../testing/event-for.ts';
import type { EventOptions } from '../testing/event-options.ts';
import { defined } from '../util/defined.ts';
import { viewerHeaders, type Whereabouts } from './viewer-headers.ts';

/** A request as a user writes it down. */
export interface DescribedRequest extends Whereabouts {
  readonly gateway: GatewayKind;
  readonly method?: string | undefined;
  /** As the client sends it, with its query. */
  readonly path?: string | undefined;
  readonly headers?: Readonly<Record<string, readonly string[]>> | undefined;
  /** The ID of the API, or ID and stage: a key of `apis`. */
  readonly api?: string | undefined;
  readonly stage?: string | undefined;
}

/**
 * The event of a request that a user describes. The route of the gateway is the declared one that the path leads to, and
 * the path itself if there is none.
 *
 * @param token - `null` for a request without one
 * @throws {OptionError} names a part of the request that no gateway sends, or that this gateway does not send
 */
export function requestEvent(
  request: DescribedRequest,
  token: string | null,
  options: AuthorizerOptions,
  settings: AuthorizerSettings,
): object {
  const { gateway: kind } = request;
  const parts = eventOptions(request, options);
  const credential = token === null ? {} : credentialOptions(kind, settings.tokenSource, token, parts);
  const event = eventFor(kind, { ...parts, ...credential });
  const gateway = gatewayOfKind(kind);
  const read = gateway.read(event, settings.tokenSource);
  const route = settings.books.bookOf(read)?.rules.begin(read, null).route ?? null;
  if (route === null || gateway.routing === null) return event;
  return eventFor(kind, { ...parts, ...credential, routeKey: route });
}

function eventOptions(request: DescribedRequest, options: AuthorizerOptions): EventOptions {
  const { method, path = '/', ip, headers = {}, api, gateway } = request;
  const { sends } = gatewayOfKind(gateway);
  if (ip !== undefined && !sends.address) throw unsent('--ip', gateway, 'the address of the client');
  if (request.country !== undefined && !sends.headers) throw unsent('--country', gateway, 'headers');
  const [apiId, stageOfApi] = api?.split('/') ?? [];
  const mark = path.indexOf('?');
  const query = new URLSearchParams(mark === -1 ? '' : path.slice(mark + 1));
  const added = viewerHeaders(options, options.apis === undefined ? undefined : api, request);
  return defined({
    method,
    path: mark === -1 ? path : path.slice(0, mark),
    sourceIp: ip,
    headers: { ...added, ...headers },
    query: Object.fromEntries([...query.keys()].map((name) => [name, query.getAll(name)])),
    apiId,
    stage: request.stage ?? stageOfApi,
  });
}

function unsent(option: string, kind: GatewayKind, what: string): OptionError {
  return new OptionError(option, `has no effect: events of ${kind} do not contain ${what}`);
}

/** The token at the first place where the options look for it. */
function credentialOptions(
  kind: GatewayKind,
  source: TokenSource,
  token: string,
  { headers = {}, query = {} }: EventOptions,
): EventOptions {
  const { header = 'authorization', scheme } = source;
  // These gateways send the token alone, wherever it was.
  if (gatewayOfKind(kind).cache.kind === 'token') return { token };
  switch (placesOf(source)[0]) {
    case 'query':
      return { query: { ...query, [source.query as string]: token } };
    case 'cookie':
      return { cookies: [`${source.cookie}=${token}`] };
    case 'subprotocol':
      return { token, subprotocol: source.subprotocol as string };
    default:
      if (header === 'authorization') return { token };
      return { headers: { ...headers, [header]: scheme === 'required' ? `Bearer ${token}` : token } };
  }
}
