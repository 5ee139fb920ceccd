import { oneOf, plainMap, plainObject, refuseValue, strings } from '../util/option-checks.ts';
import {
  bareToken,
  epochMilliseconds,
  requestPath,
  sourceIp,
  stageName,
  text,
  verb,
} from './request-checks.ts';

/**
 * The request that an event describes. Every builder takes the same options, so one table of requests serves all
 * gateways. A builder ignores an option that its event has no field for. `undefined` means the default. The builders
 * refuse values that no gateway sends.
 */
export interface EventOptions {
  /**
   * Access token without a scheme. Sent as `Bearer <token>`; AppSync events carry it as it is.
   *
   * @default none: a request without a credential
   */
  readonly token?: string | undefined;
  /**
   * The whole value of the `Authorization` header. Takes precedence over `token`.
   *
   * @default `Bearer <token>`
   */
  readonly authorization?: string | undefined;
  /**
   * A DPoP proof from `dpopProof()`, in the header `DPoP`. `token` then has the scheme `DPoP` in place of `Bearer`.
   *
   * @default none
   */
  readonly proof?: string | undefined;
  /**
   * WebSocket events: name of the subprotocol before the token. The token is then in the header
   * `Sec-WebSocket-Protocol: <subprotocol>, <token>`, and not in `Authorization`.
   *
   * @default none
   */
  readonly subprotocol?: string | undefined;
  /**
   * Values of the gateway's identity sources, in order. TOKEN and AppSync events carry the first one.
   *
   * @default the `Authorization` header, if the request has one
   */
  readonly identitySource?: readonly string[] | undefined;
  /**
   * HTTP method in any case; sent in upper case.
   *
   * @default 'GET'
   */
  readonly method?: string | undefined;
  /**
   * Path as the client sends it, percent-encoded, without the stage and the query, with its leading slash.
   *
   * @default '/orders'
   */
  readonly path?: string | undefined;
  /**
   * HTTP APIs: the form of the path in the ARN. These APIs decode a path once before they route it, and events have the
   * decoded form in other fields (`rawPath`). AWS does not document the form in the ARN: test with both.
   *
   * @default 'as sent'
   */
  readonly arnPath?: 'as sent' | 'decoded' | undefined;
  /**
   * REST and HTTP APIs: template of the route, `/users/{id}`.
   *
   * @default the path of `routeKey`, else `path`
   */
  readonly resource?: string | undefined;
  /**
   * HTTP APIs: the whole route key, `ANY /x/{proxy+}` or `$default`. Takes precedence over `resource`.
   *
   * @default method and `resource`
   */
  readonly routeKey?: string | undefined;
  /** @default '$default' on HTTP APIs, else 'prod' */
  readonly stage?: string | undefined;
  /**
   * Added to the `Authorization` header. They replace the default `Host`, `User-Agent` and `Cookie`. A list is a
   * header sent several times; an empty list removes a default header.
   *
   * @default no others
   */
  readonly headers?: Readonly<Record<string, string | readonly string[]>> | undefined;
  /**
   * REST and WebSocket APIs: the map of all values of each header, if it is to differ from `headers`.
   *
   * @default the values of `headers`
   */
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>> | undefined;
  /**
   * Query string parameters, decoded. A list is a parameter sent several times; an empty list is an absent parameter.
   *
   * @default none
   */
  readonly query?: Readonly<Record<string, string | readonly string[]>> | undefined;
  /**
   * Cookies as `name=value`.
   *
   * @default none
   */
  readonly cookies?: readonly string[] | undefined;
  /** @default the parts of the path where the route's template has `{name}` or `{name+}`; decoded on HTTP APIs */
  readonly pathParameters?: Readonly<Record<string, string>> | undefined;
  /** @default none */
  readonly stageVariables?: Readonly<Record<string, string>> | undefined;
  /**
   * The client's address as the gateway sees it. May have a port, as on HTTP APIs with mutual TLS. TOKEN events carry no
   * address: {@link restTokenEvent} refuses this option, and `decide` takes the address instead.
   *
   * @default '203.0.113.7', an address for documentation (RFC 5737)
   */
  readonly sourceIp?: string | undefined;
  /**
   * Time of the request, milliseconds since the epoch.
   *
   * @default 1795334400000, 22 November 2026, 08:00 UTC
   */
  readonly time?: number | undefined;
  /** @default 'aws' */
  readonly partition?: string | undefined;
  /** @default 'eu-central-1' */
  readonly region?: string | undefined;
  /** @default '123456789012' */
  readonly accountId?: string | undefined;
  /** @default 'a1b2c3d4e5' */
  readonly apiId?: string | undefined;
  /** @default a fixed UUID */
  readonly requestId?: string | undefined;
  /**
   * REST and WebSocket APIs. On REST APIs the log line shows it as `requestId`: a client can choose the other one.
   *
   * @default a fixed one
   */
  readonly extendedRequestId?: string | undefined;
  /** @default `<apiId>.execute-api.<region>.amazonaws.com` */
  readonly domainName?: string | undefined;
  /**
   * PEM of the client's certificate under mutual TLS.
   *
   * @default none
   */
  readonly clientCertificate?: string | undefined;
}

/** Checks the value of an option; `path` names the option. Returns the value with its type. */
export type Check = (value: unknown, path: string) => unknown;

const CHECKS: { readonly [Name in keyof EventOptions]-?: Check } = {
  token: bareToken,
  authorization: text,
  proof: text,
  subprotocol: text,
  identitySource: textList,
  method: verb,
  path: requestPath,
  arnPath: (value, path) => oneOf(value, path, ['as sent', 'decoded']),
  resource: requestPath,
  routeKey: text,
  stage: stageName,
  headers: valuesMap,
  multiValueHeaders: listMap,
  query: valuesMap,
  cookies: textList,
  pathParameters: textMap,
  stageVariables: textMap,
  sourceIp,
  time: epochMilliseconds,
  partition: text,
  region: text,
  accountId: text,
  apiId: text,
  requestId: text,
  extendedRequestId: text,
  domainName: text,
  clientCertificate: text,
};

/**
 * Checks and copies the options that are given.
 *
 * @param further - checks of the options that only this kind of event has
 * @throws {OptionError} names an option that does not exist or has a value that no gateway sends
 */
export function checkedOptions(
  options: unknown,
  further: Readonly<Record<string, Check>>,
): Readonly<Record<string, unknown>> {
  const checks: Readonly<Record<string, Check>> = { ...CHECKS, ...further };
  const given = Object.entries(plainObject(options, '', Object.keys(checks)));
  return Object.fromEntries(
    given.flatMap(([name, value]) => (value === undefined ? [] : [[name, checks[name]?.(value, name)]])),
  );
}

function textList(value: unknown, path: string): string[] {
  if (Array.isArray(value)) return [...strings(value, path)];
  return refuseValue(path, 'a list of strings', value);
}

function textMap(value: unknown, path: string): Record<string, string> {
  return mapOf(value, path, text);
}

/** One value or a list for each name. Returns lists. */
function valuesMap(value: unknown, path: string): Record<string, string[]> {
  return mapOf(value, path, (item, at) => [...strings(item, at)]);
}

function listMap(value: unknown, path: string): Record<string, string[]> {
  return mapOf(value, path, textList);
}

function mapOf<Value>(
  value: unknown,
  path: string,
  check: (value: unknown, path: string) => Value,
): Record<string, Value> {
  const entries = Object.entries(plainMap(value, path));
  return Object.fromEntries(entries.map(([name, item]) => [name, check(item, `${path}.${name}`)]));
}
