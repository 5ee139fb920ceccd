import type { GatewayResponse, RestApiBase } from 'aws-cdk-lib/aws-apigateway';
import { ResponseType } from 'aws-cdk-lib/aws-apigateway';
import type { Alarm, IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { Annotations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { AuthorizerOptions } from '../authorizer/options.ts';
import { ALARM_KINDS } from '../monitoring/alarm-kinds.ts';
import { type GatewayResponsesOptions, gatewayResponses } from '../responses/gateway-responses.ts';
import { defined } from '../util/defined.ts';
import { nonEmptyString, oneOf, plainMap, plainObject, refuse } from '../util/option-checks.ts';
import { type AlarmsProps, alarmsOf } from './alarms.ts';
import {
  type ApiKind,
  type AuthorizerByApi,
  type AuthorizerOverrides,
  checkOverrides,
  GATEWAY_OF,
  MAKERS,
} from './api-kinds.ts';
import { type AuthorizerFunctionProps, authorizerFunction } from './authorizer-function.ts';
import { type CacheProps, cacheSettings } from './cache-settings.ts';
import { measuredOf } from './measured.ts';
import { type MonitoringProps, monitoringOf } from './monitoring.ts';

/** Properties of {@link Auth0Authorizer}. */
export interface Auth0AuthorizerProps<Api extends ApiKind = ApiKind> {
  /** File of the authorizer function, which exports `handler`. */
  readonly entry: string;
  /** The same options as in that file: the cache key is derived from them. Put them into a module of their own. */
  readonly options: AuthorizerOptions;
  /** What the authorizer guards. */
  readonly api: Api;
  /**
   * TTL and identity sources; `false` for a TTL of 0. What your handler and the option `context` read of the request is not
   * part of the derived key: if they read more than the token, set `false`.
   *
   * @default derived from the options
   */
  readonly cache?: CacheProps | false;
  /**
   * Properties of the authorizer, such as its name, or the role that API Gateway takes on to invoke the function:
   * `authorizerName`, and `assumeRole` (REST) or `role` (HTTP).
   *
   * @default those of the CDK
   */
  readonly authorizer?: AuthorizerOverrides[Api];
  /**
   * Properties of the function.
   *
   * @default Node.js 24, an ES module, 512 MB, 10 seconds, logs kept for a month
   */
  readonly function?: AuthorizerFunctionProps;
  /**
   * The alarms on log lines and on Lambda's own metrics; `false` for none.
   *
   * @default on faults, crashes and throttles, without actions; not on faults if `monitoring` has an alarm on them
   */
  readonly alarms?: AlarmsProps | false;
  /**
   * Alarms on the authorizer's metrics, a dashboard, and saved queries; `false` for none.
   *
   * @default the alarms, if the option `metrics` is on
   */
  readonly monitoring?: MonitoringProps | false;
}

const PROPS = [
  'entry',
  'options',
  'api',
  'cache',
  'authorizer',
  'function',
  'alarms',
  'monitoring',
] as const satisfies readonly (keyof Auth0AuthorizerProps)[];

const SEVERAL_APIS =
  'is for a function behind several APIs, and this construct makes the authorizer of one: make a function, and for each API ' +
  'an authorizer with the classes of the CDK. `identitySources(options, gateway, api)` returns its cache key';

/** ID of the warning, to acknowledge it. */
const CACHE_WARNING = 'middy-auth0-authorizer:cacheKey';

/**
 * A Lambda authorizer for Auth0 access tokens: the function, the authorizer with its cache key, the permission for API
 * Gateway to invoke the function, and alarms. esbuild must be installed, or the CDK bundles in Docker.
 *
 * `cdk synth` shows notes on the cache: why nothing is cached, or what a cached answer leaves out. It warns, under the ID
 * `middy-auth0-authorizer:cacheKey`, about identity sources of your own that are not enough.
 *
 * @throws {OptionError} for options or properties that make no sense
 * @see https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_apigateway-readme.html#lambda-based-request-authorizer
 * @example
 * const auth0 = new Auth0Authorizer(stack, 'auth0', { entry: 'authorizer.mts', options, api: 'rest' });
 * const api = new RestApi(stack, 'api', { defaultMethodOptions: { authorizer: auth0.authorizer } });
 * auth0.addGatewayResponses(api);
 */
export class Auth0Authorizer<Api extends ApiKind = ApiKind> extends Construct {
  /** For the methods of a REST API, or the routes of an HTTP API. */
  readonly authorizer: AuthorizerByApi[Api];
  readonly handler: NodejsFunction;
  readonly alarms: readonly Alarm[];
  /** The alarms on the authorizer's metrics. */
  readonly metricAlarms: readonly IAlarm[];
  /** What the options say about challenges. */
  readonly #challenge: Pick<GatewayResponsesOptions, 'dpop'>;

  constructor(scope: Construct, id: string, props: Auth0AuthorizerProps<Api>) {
    super(scope, id);
    const {
      entry,
      options,
      api,
      cache = {},
      authorizer = {},
      alarms = {},
      monitoring = {},
    } = checkedProps(props);
    const settings = cacheSettings(options, GATEWAY_OF[api], cache);
    for (const note of settings.notes) Annotations.of(this).addInfo(note);
    if (settings.warning !== null) Annotations.of(this).addWarningV2(CACHE_WARNING, settings.warning);
    this.handler = authorizerFunction(this, entry, options, props.function ?? {});
    const { handler } = this;
    this.#challenge = defined({ dpop: options.dpop });
    this.authorizer = MAKERS[api]({ scope: this, handler, options, cache: settings, overrides: authorizer });
    const logs = handler.logGroup;
    const measured = measuredOf(options, props.function ?? {});
    const actions = alarms === false ? [] : (alarms.actions ?? []);
    this.metricAlarms =
      monitoring === false ? [] : monitoringOf(this, { logs, measured, actions }, monitoring);
    const hasFaults = this.node.tryFindChild(ALARM_KINDS.faults.logicalId) !== undefined;
    const instead = hasFaults ? { faults: false as const } : {};
    this.alarms = alarms === false ? [] : alarmsOf(this, { handler, logs }, { ...instead, ...alarms });
  }

  /**
   * Adds the gateway responses of `gatewayResponses(options)` to a REST API: a challenge with the 401, the refusal code with
   * the 403, and CORS headers. The challenge is for the schemes that the authorizer's options accept. HTTP APIs have none.
   *
   * @throws {OptionError} for options that make no sense
   * @example
   * auth0.addGatewayResponses(api, { cors: { origin: 'https://app.example.com' } });
   */
  addGatewayResponses(api: RestApiBase, options: GatewayResponsesOptions = {}): readonly GatewayResponse[] {
    return gatewayResponses({ ...this.#challenge, ...options }).list.map(
      ({ type, statusCode, headers, templates }) =>
        api.addGatewayResponse(`auth0-${type}`, {
          type: ResponseType.of(type),
          ...(statusCode === undefined ? {} : { statusCode }),
          responseHeaders: headers,
          templates,
        }),
    );
  }
}

/** @throws {OptionError} for what the compiler refuses, since JavaScript has no compiler */
function checkedProps<Api extends ApiKind>(props: Auth0AuthorizerProps<Api>): Auth0AuthorizerProps<Api> {
  plainObject(props, '', PROPS);
  nonEmptyString(props.entry, 'entry');
  plainMap(props.options, 'options');
  if (props.options.apis !== undefined) refuse('options.apis', SEVERAL_APIS);
  oneOf(props.api, 'api', Object.keys(GATEWAY_OF));
  if (props.authorizer !== undefined) checkOverrides(props.authorizer, props.api);
  return props;
}
