import { type Check, checkedOptions, type EventOptions } from './event-options.ts';
import { type Values, withDefaults } from './values.ts';

type Given = { readonly [Name in keyof EventOptions]?: NonNullable<EventOptions[Name]> };
type Complete = { readonly [Name in keyof EventOptions]-?: NonNullable<EventOptions[Name]> };

/** Options whose default the event's builder computes. */
type Computed = 'token' | 'authorization' | 'proof' | 'subprotocol' | 'routeKey' | 'clientCertificate';
/** Options that the parts contain in one shape, though the caller may give them in several. */
type Reshaped =
  | 'identitySource'
  | 'headers'
  | 'multiValueHeaders'
  | 'query'
  | 'cookies'
  | 'pathParameters'
  | 'stageVariables';

/** The options, checked and copied, with their defaults. */
export interface EventParts extends Omit<Complete, Computed | Reshaped>, Pick<Given, Computed> {
  readonly identitySource: string[];
  /** The given headers and `Authorization`, each with all its values. */
  readonly headers: Values;
  readonly multiValueHeaders: Values;
  /** The given headers only. */
  readonly ownHeaders: Values;
  readonly query: Values;
  readonly cookies: string[];
  readonly pathParameters: Record<string, string>;
  readonly stageVariables: Record<string, string>;
}

/** The given options, checked and copied. */
type Checked = Partial<EventParts>;

/** 22 November 2026, 08:00 UTC. */
const TIME = 1_795_334_400_000;

/**
 * Checks the options and adds their defaults.
 *
 * @param stage - default of the stage
 * @param further - checks of the options that only this kind of event has
 * @throws {OptionError} names an option that does not exist or has a value that no gateway sends
 */
export function eventParts<Further extends { readonly [name: string]: Check } = Record<never, Check>>(
  options: unknown,
  stage: string,
  further?: Further,
): EventParts & { readonly [Name in keyof Further]?: ReturnType<Further[Name]> } {
  const given = checkedOptions(options, further ?? {}) as Checked & {
    readonly [Name in keyof Further]?: ReturnType<Further[Name]>;
  };
  const { region = 'eu-central-1', apiId = 'a1b2c3d4e5', path = '/orders', proof } = given;
  const ownHeaders = { ...(proof === undefined ? {} : { DPoP: [proof] }), ...given.headers };
  const resource = templateOf(given.routeKey) ?? given.resource ?? path;
  const authorization = authorizationOf(given);
  const headers = {
    ...(authorization === undefined ? {} : { Authorization: [authorization] }),
    ...ownHeaders,
  };
  return {
    ...defaults(),
    path,
    stage,
    identitySource: authorization === undefined ? [] : [authorization],
    multiValueHeaders: headers,
    pathParameters: pathParameters(resource, path),
    region,
    apiId,
    domainName: `${apiId}.execute-api.${region}.amazonaws.com`,
    ...given,
    resource,
    headers,
    ownHeaders,
    query: withDefaults({}, given.query ?? {}),
  };
}

/** The options that depend on no other. New objects each time, because the caller may change the event. */
function defaults() {
  return {
    method: 'GET',
    arnPath: 'as sent',
    cookies: [],
    stageVariables: {},
    sourceIp: '203.0.113.7',
    time: TIME,
    partition: 'aws',
    accountId: '123456789012',
    requestId: 'f3f0e6a2-0000-4000-8000-7b1f6c9d2e11',
    extendedRequestId: 'ZhFsxEXTENDED=',
  } as const;
}

/** The value of the `Authorization` header, from `authorization` or `token`. */
function authorizationOf({ authorization, token, proof }: Checked): string | undefined {
  const scheme = proof === undefined ? 'Bearer' : 'DPoP';
  return authorization ?? (token === undefined ? undefined : `${scheme} ${token}`);
}

/** The path of a route key: `/x/{proxy+}` for `ANY /x/{proxy+}`, none for `$default`. */
function templateOf(routeKey: string | undefined): string | undefined {
  return routeKey?.split(' ')[1];
}

/** The parts of a path at `{name}`, and from `{name+}` on. */
export function pathParameters(template: string, path: string): Record<string, string> {
  const segments = path.split('/');
  const found = template.split('/').flatMap((part, index) => {
    const [, name, greedy] = /^\{([^{}+]+)(\+?)\}$/.exec(part) ?? [];
    const taken = segments.slice(index, greedy === '+' ? undefined : index + 1);
    return name === undefined || taken.length === 0 ? [] : [[name, taken.join('/')] as const];
  });
  return Object.fromEntries(found);
}
