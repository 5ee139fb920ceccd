import { spelledOut } from '../../authorizer/cache-advice.ts';
import type { TokenSource } from '../../gateways/gateway.ts';
import type { RoutedApi } from '../deployed-api.ts';

const PREFIXES = { rest: 'method.request', http: '$request', websocket: 'route.request' } as const;

/** The identity sources for the places that may hold the token. A single cookie cannot be one; the whole header can. */
export function tokenSources(
  { header, query, cookie, subprotocol }: TokenSource,
  kind: RoutedApi['kind'],
): readonly string[] {
  const headers = [
    header === undefined ? undefined : spelledOut(header),
    cookie === undefined ? undefined : 'Cookie',
    subprotocol === undefined ? undefined : 'Sec-WebSocket-Protocol',
  ].filter((name) => name !== undefined);
  return [
    ...headers.map((name) => `${PREFIXES[kind]}.header.${name}`),
    ...(query === undefined ? [] : [`${PREFIXES[kind]}.querystring.${query}`]),
  ];
}
