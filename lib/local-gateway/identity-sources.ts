import type { GatewayKind } from '../gateways/gateway.ts';
import { type Api, isAppSync } from './api.ts';
import { type Call, headerValues } from './call.ts';
import type { RouteMatch } from './routing.ts';

/** Reads one value of the cache key from a request; `undefined` if it is missing. */
export type IdentitySource = (call: Call, match: RouteMatch, api: Api) => string | undefined;

const CONTEXT: Readonly<Record<string, IdentitySource>> = {
  accountId: (_call, _match, api) => api.accountId,
  apiId: (_call, _match, api) => api.apiId,
  stage: (_call, _match, api) => api.stage,
  path: (call) => call.path,
  httpMethod: (call) => call.method,
  routeKey: (_call, match) => match.route.key,
  resourcePath: (_call, match) => match.route.template,
  domainName: (call) => call.host,
  'identity.sourceIp': (call) => call.sourceIp,
  'identity.userAgent': (call) => headerValues(call, 'user-agent').at(-1),
};

/** The identity source that the console proposes: the `Authorization` header. */
export function defaultIdentitySources(kind: GatewayKind): readonly string[] {
  return isAppSync(kind) ? [] : [`${requestPrefix(kind)}header.Authorization`];
}

/**
 * Compiles identity sources in the syntax of the gateway.
 *
 * @throws {TypeError} for a source that this kind of gateway does not accept
 */
export function compileIdentitySources(kind: GatewayKind, texts: readonly string[]): IdentitySource[] {
  if (isAppSync(kind)) {
    if (texts.length > 0) throw new TypeError('AppSync has no identity sources: its cache key is the token');
    return [(call) => headerValues(call, 'authorization').at(-1)];
  }
  if (kind === 'rest-token' && texts.length !== 1) {
    throw new TypeError('a TOKEN authorizer has exactly one identity source, a header');
  }
  return texts.map((text) => {
    const source = compile(kind, text);
    if (source === undefined)
      throw new TypeError(`'${text}' is not an identity source of a ${kind} authorizer`);
    return source;
  });
}

function compile(kind: GatewayKind, text: string): IdentitySource | undefined {
  const prefix = requestPrefix(kind);
  if (text.startsWith(`${prefix}header.`)) {
    const name = text.slice(prefix.length + 'header.'.length);
    return (call) => headerValues(call, name).join(',');
  }
  if (kind === 'rest-token') return undefined;
  if (text.startsWith(`${prefix}querystring.`)) {
    const name = text.slice(prefix.length + 'querystring.'.length);
    return (call) => call.query[name]?.join(',');
  }
  const contextPrefix = kind.startsWith('http-api') ? '$context.' : 'context.';
  return text.startsWith(contextPrefix) ? CONTEXT[text.slice(contextPrefix.length)] : undefined;
}

function requestPrefix(kind: GatewayKind): string {
  if (kind === 'websocket') return 'route.request.';
  return kind.startsWith('http-api') ? '$request.' : 'method.request.';
}

/** The values in order; `null` if one is missing or empty. */
export function readIdentity(
  sources: readonly IdentitySource[],
  call: Call,
  match: RouteMatch,
  api: Api,
): string[] | null {
  const values: string[] = [];
  for (const source of sources) {
    const value = source(call, match, api);
    if (value === undefined || value === '') return null;
    values.push(value);
  }
  return values;
}
