import { type Check, checkedOptions, type EventOptions } from './event-options.ts';

type Given = { readonly [Name in keyof EventOptions]?: NonNullable<EventOptions[Name]> };
type Complete = { readonly [Name in keyof EventOptions]-?: NonNullable<EventOptions[Name]> };
type WithoutDefault = 'token' | 'authorization' | 'routeKey' | 'clientCertificate';

type Maps = 'headers' | 'query' | 'pathParameters' | 'stageVariables';

/** The options checked and copied, with their defaults. */
export interface EventParts
  extends Omit<Complete, WithoutDefault | Maps | 'multiValueHeaders' | 'cookies'>,
    Pick<Given, WithoutDefault>,
    Record<Maps, Record<string, string>> {
  /** Like `headers`, with the `Authorization` header. */
  readonly multiValueHeaders: Record<string, string[]>;
  /** The headers that were given, no others. */
  readonly ownHeaders: Record<string, string>;
  readonly cookies: string[];
}

/**
 * @param stage - default of the stage
 * @param further - options that events of this kind take besides, each with its check
 * @throws {OptionError} names an option that does not exist or has a value that no gateway sends
 */
export function eventParts<Further extends { readonly [name: string]: Check } = Record<never, Check>>(
  options: unknown,
  stage: string,
  further?: Further,
): EventParts & { readonly [Name in keyof Further]?: ReturnType<Further[Name]> } {
  const given = checkedOptions(options, further ?? {}) as Partial<EventParts> & {
    readonly [Name in keyof Further]?: ReturnType<Further[Name]>;
  };
  const { region = 'eu-central-1', apiId = 'a1b2c3d4e5', path = '/orders', method = 'GET' } = given;
  const { resource = path, headers: ownHeaders = {} } = given;
  const headers = { ...authorizationHeader(given), ...ownHeaders };
  return {
    method,
    path,
    resource,
    stage,
    multiValueHeaders: asLists(headers),
    query: {},
    cookies: [],
    pathParameters: pathParameters(templateOf(given.routeKey) ?? resource, path),
    stageVariables: {},
    sourceIp: '203.0.113.7',
    partition: 'aws',
    region,
    accountId: '123456789012',
    apiId,
    requestId: 'f3f0e6a2-0000-4000-8000-7b1f6c9d2e11',
    domainName: `${apiId}.execute-api.${region}.amazonaws.com`,
    ...given,
    headers,
    ownHeaders,
  };
}

/** What the `Authorization` header says; empty if the request has none. */
export function authorizationOf({ authorization, token }: Given): string {
  return authorization ?? (token === undefined ? '' : `Bearer ${token}`);
}

/** Each value as a list of one. */
export function asLists(map: Readonly<Record<string, string>>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, [value]]));
}

function authorizationHeader(given: Given): Record<string, string> {
  const { authorization, token } = given;
  return authorization === undefined && token === undefined ? {} : { Authorization: authorizationOf(given) };
}

/** The path of a route key, `/x/{proxy+}` of `ANY /x/{proxy+}`. */
function templateOf(routeKey: string | undefined): string | undefined {
  return routeKey?.slice(routeKey.indexOf(' ') + 1);
}

/** What stands in the path where the template has `{name}`, or from `{name+}` on. */
function pathParameters(template: string, path: string): Record<string, string> {
  const segments = path.split('/');
  const found = template.split('/').flatMap((part, index) => {
    const [, name, greedy] = /^\{([^{}+]+)(\+?)\}$/.exec(part) ?? [];
    const taken = segments.slice(index, greedy === '+' ? undefined : index + 1);
    return name === undefined || taken.length === 0 ? [] : [[name, taken.join('/')] as const];
  });
  return Object.fromEntries(found);
}
