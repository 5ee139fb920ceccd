import type { TokenSource } from '../../gateways/gateway.ts';
import { placesOf } from '../../gateways/reading/credentials.ts';
import type { LocalGatewayOptions } from '../../local-gateway/api.ts';

/** Header with the client's address. On loopback every client is 127.0.0.1. */
export const FROM_HEADER = 'x-dev-from';

/** Headers of a WebSocket handshake, with the key of RFC 6455, section 1.3. */
const HANDSHAKE =
  '-H "Connection: Upgrade" -H "Upgrade: websocket" -H "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==" ';

/**
 * Lines for a shell: the tokens as variables, and a request to each route.
 *
 * @param tokens - by the name of the variable
 */
export function shellLines(
  url: string,
  api: Pick<LocalGatewayOptions, 'kind' | 'routes'>,
  source: TokenSource | undefined,
  tokens: ReadonlyMap<string, string>,
): string {
  const variables = [...tokens].map(([name, token]) => `${name}='${token}'`);
  return [...variables, '', ...requestLines(url, api, source)].map((line) => `${line}\n`).join('');
}

function requestLines(
  url: string,
  { kind, routes = ['GET /'] }: Pick<LocalGatewayOptions, 'kind' | 'routes'>,
  source: TokenSource | undefined,
): readonly string[] {
  switch (kind) {
    case 'websocket':
      return [curlLine(`${url}/`, `-i ${HANDSHAKE}`, source)];
    case 'appsync-graphql':
      return [curlLine(`${url}/graphql`, `-i -d '{"query":"{ orders }"}' `, {})];
    case 'appsync-events':
      return [curlLine(`${url}/event`, `-i -d '{"channel":"/default/orders"}' `, {})];
    default:
      return routes.filter((key) => key.includes(' ')).map((key) => routeLine(url, key, source));
  }
}

function routeLine(url: string, route: string, source: TokenSource | undefined): string {
  const [method = '', template = ''] = route.split(' ');
  // A shell replaces `$name` between double quotes.
  const path = template.replace(/\{[^}]*\}/g, '1').replaceAll('$', '\\$');
  return curlLine(`${url}${path}`, methodOptions(method), source);
}

/** How curl chooses the method. It would wait for the body of `-X HEAD`. */
function methodOptions(method: string): string {
  if (method === 'HEAD') return '-I ';
  return method === 'ANY' || method === 'GET' ? '-i ' : `-i -X ${method} `;
}

function curlLine(address: string, options: string, source: TokenSource | undefined): string {
  const { option, query } = credentialIn(source);
  return `curl ${options}${option}"${address}${query}"`;
}

/** How curl sends the token, at the first place where it is looked for. */
function credentialIn(source: TokenSource = {}): { readonly option: string; readonly query: string } {
  const { header = 'Authorization', query, cookie, subprotocol } = source;
  switch (placesOf(source)[0]) {
    case 'query':
      return { option: '', query: `?${query}=$EVERYTHING` };
    case 'cookie':
      return { option: `-b "${cookie}=$EVERYTHING" `, query: '' };
    case 'subprotocol':
      return { option: `-H "Sec-WebSocket-Protocol: ${subprotocol}, $EVERYTHING" `, query: '' };
    default:
      return { option: `-H "${header}: Bearer $EVERYTHING" `, query: '' };
  }
}
