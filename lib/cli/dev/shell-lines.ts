import type { TokenSource } from '../../gateways/gateway.ts';
import type { LocalGatewayOptions } from '../../local-gateway/api.ts';

/** Header with the client's address. On loopback every client is 127.0.0.1. */
export const FROM_HEADER = 'x-dev-from';

/**
 * Lines for a shell: the tokens as variables, and a request to each route.
 *
 * @param tokens - by the name of the variable
 */
export function shellLines(
  url: string,
  { routes = ['GET /'] }: Pick<LocalGatewayOptions, 'routes'>,
  source: TokenSource | undefined,
  tokens: ReadonlyMap<string, string>,
): string {
  const variables = [...tokens].map(([name, token]) => `${name}='${token}'`);
  const requests = routes.filter((key) => key.includes(' ')).map((key) => curlLine(url, key, source));
  return [...variables, '', ...requests].map((line) => `${line}\n`).join('');
}

function curlLine(url: string, route: string, source: TokenSource | undefined): string {
  const [method = '', template = ''] = route.split(' ');
  const path = template.replace(/\{[^}]*\}/g, '1');
  const verb = method === 'ANY' || method === 'GET' ? '' : `-X ${method} `;
  const { option, query } = credentialIn(source);
  return `curl -i ${verb}${option}"${url}${path}${query}"`;
}

/** How curl sends the token, at the first place where it is looked for. */
function credentialIn(source: TokenSource = {}): { readonly option: string; readonly query: string } {
  const { header, query, cookie } = source;
  if (header === undefined && query !== undefined) return { option: '', query: `?${query}=$EVERYTHING` };
  if (header === undefined && cookie !== undefined)
    return { option: `-b "${cookie}=$EVERYTHING" `, query: '' };
  return { option: `-H "${header ?? 'Authorization'}: Bearer $EVERYTHING" `, query: '' };
}
