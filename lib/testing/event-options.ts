import { plainMap, plainObject, refuseValue, strings } from '../util/option-checks.ts';
import { bareToken, requestPath, sourceIp, stageName, text, verb } from './request-checks.ts';

/**
 * The request that an event tells of. All kinds of events take the same options, so that one table of requests serves
 * them all; what an event of some kind has no place for is left out of it. `undefined` stands for the default. What no
 * gateway sends is refused.
 */
export interface EventOptions {
  /**
   * Access token without a scheme: sent as `Bearer <token>`, on AppSync as it is.
   *
   * @default none, a request without a credential
   */
  readonly token?: string | undefined;
  /**
   * The whole value of the `Authorization` header; wins over `token`.
   *
   * @default `Bearer <token>`
   */
  readonly authorization?: string | undefined;
  /**
   * HTTP method in any case; sent in upper case.
   *
   * @default 'GET'
   */
  readonly method?: string | undefined;
  /**
   * Path without the stage and the query, with its leading slash.
   *
   * @default '/orders'
   */
  readonly path?: string | undefined;
  /**
   * REST and HTTP APIs: template of the route, `/users/{id}`.
   *
   * @default the path
   */
  readonly resource?: string | undefined;
  /**
   * HTTP APIs: the whole route key, `ANY /x/{proxy+}` or `$default`; wins over `resource`.
   *
   * @default method and `resource`
   */
  readonly routeKey?: string | undefined;
  /** @default '$default' on HTTP APIs, else 'prod' */
  readonly stage?: string | undefined;
  /**
   * Stand beside the header of `token`, and in place of the `Host`, `User-Agent` and `Cookie` that are there by default.
   *
   * @default no others
   */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /**
   * REST and WebSocket APIs: each header with all its values.
   *
   * @default those of `headers`
   */
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>> | undefined;
  /**
   * Query string parameters.
   *
   * @default none
   */
  readonly query?: Readonly<Record<string, string>> | undefined;
  /**
   * Cookies as `name=value`.
   *
   * @default none
   */
  readonly cookies?: readonly string[] | undefined;
  /** @default what the path has where the route's template has `{name}` or `{name+}` */
  readonly pathParameters?: Readonly<Record<string, string>> | undefined;
  /** @default none */
  readonly stageVariables?: Readonly<Record<string, string>> | undefined;
  /**
   * The client's address, as the gateway sees it; with a port, if you like, as HTTP APIs with mutual TLS send it. TOKEN
   * events have none, so that it is refused there: give it to `decide`.
   *
   * @default '203.0.113.7', of the addresses for documentation (RFC 5737)
   */
  readonly sourceIp?: string | undefined;
  /** @default 'aws' */
  readonly partition?: string | undefined;
  /** @default 'eu-central-1' */
  readonly region?: string | undefined;
  /** @default '123456789012' */
  readonly accountId?: string | undefined;
  /** @default 'a1b2c3d4e5' */
  readonly apiId?: string | undefined;
  /** @default a fixed one */
  readonly requestId?: string | undefined;
  /** @default `<apiId>.execute-api.<region>.amazonaws.com` */
  readonly domainName?: string | undefined;
  /**
   * PEM of the client's certificate under mutual TLS.
   *
   * @default none
   */
  readonly clientCertificate?: string | undefined;
}

/** Takes a value and the name of its option, and returns the value with its type. */
export type Check = (value: unknown, path: string) => unknown;

const CHECKS: { readonly [Name in keyof EventOptions]-?: Check } = {
  token: bareToken,
  authorization: text,
  method: verb,
  path: requestPath,
  resource: requestPath,
  routeKey: text,
  stage: stageName,
  headers: textMap,
  multiValueHeaders: listMap,
  query: textMap,
  cookies: textList,
  pathParameters: textMap,
  stageVariables: textMap,
  sourceIp,
  partition: text,
  region: text,
  accountId: text,
  apiId: text,
  requestId: text,
  domainName: text,
  clientCertificate: text,
};

/**
 * @param further - options that events of one kind take besides
 * @returns copies of those that are given
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
