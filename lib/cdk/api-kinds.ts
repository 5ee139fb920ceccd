import {
  RequestAuthorizer,
  type RequestAuthorizerProps,
  TokenAuthorizer,
  type TokenAuthorizerProps,
} from 'aws-cdk-lib/aws-apigateway';
import type {
  CfnAuthorizer,
  HttpRouteAuthorizerBindOptions,
  HttpRouteAuthorizerConfig,
} from 'aws-cdk-lib/aws-apigatewayv2';
import {
  HttpLambdaAuthorizer,
  type HttpLambdaAuthorizerProps,
  HttpLambdaResponseType,
} from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { AuthorizerOptions } from '../authorizer/options.ts';
import type { GatewayKind } from '../gateways/gateway.ts';
import { restHeaderSource } from '../gateways/rest.ts';
import { plainObject } from '../util/option-checks.ts';
import type { CacheSettings } from './cache-settings.ts';

/** The authorizer of the CDK for each kind of API. */
export interface AuthorizerByApi {
  /** REST API, REQUEST authorizer. */
  readonly rest: RequestAuthorizer;
  /** REST API, TOKEN authorizer: it gets the token and nothing else of the request. */
  readonly 'rest-token': TokenAuthorizer;
  /** HTTP API, payload format 2.0. */
  readonly http: HttpLambdaAuthorizer;
}

/** What the authorizer guards. */
export type ApiKind = keyof AuthorizerByApi;

/** What the CDK takes for each authorizer, without what `cache` and the options decide. */
export interface AuthorizerOverrides {
  readonly rest: Omit<RequestAuthorizerProps, 'handler' | 'identitySources' | 'resultsCacheTtl'>;
  readonly 'rest-token': Omit<TokenAuthorizerProps, 'handler' | 'identitySource' | 'resultsCacheTtl'>;
  readonly http: Omit<HttpLambdaAuthorizerProps, 'identitySource' | 'resultsCacheTtl' | 'responseTypes'>;
}

const OVERRIDES = {
  rest: ['authorizerName', 'assumeRole'],
  'rest-token': ['authorizerName', 'assumeRole', 'validationRegex'],
  http: ['authorizerName', 'role'],
} as const satisfies { readonly [Kind in ApiKind]: readonly (keyof AuthorizerOverrides[Kind])[] };

/** @throws {OptionError} for a property that the authorizer of this kind of API does not have */
export function checkOverrides(overrides: unknown, api: ApiKind): void {
  plainObject(overrides, 'authorizer', OVERRIDES[api]);
}

/** The gateway that invokes the authorizer, for the advice on caching. */
export const GATEWAY_OF: Readonly<Record<ApiKind, GatewayKind>> = {
  rest: 'rest-request',
  'rest-token': 'rest-token',
  http: 'http-api-2.0',
};

/** The parts of an authorizer. */
export interface AuthorizerParts<Kind extends ApiKind = ApiKind> {
  readonly scope: Construct;
  readonly handler: IFunction;
  readonly options: AuthorizerOptions;
  readonly cache: CacheSettings;
  readonly overrides: AuthorizerOverrides[Kind];
}

type Maker<Kind extends ApiKind> = (parts: AuthorizerParts<Kind>) => AuthorizerByApi[Kind];

/**
 * Makes the authorizer of each kind of API. Each gives API Gateway the permission to invoke the function when it is
 * attached to an API.
 */
export const MAKERS: { readonly [Kind in ApiKind]: Maker<Kind> } = {
  rest: ({ scope, handler, cache, overrides }) =>
    new RequestAuthorizer(scope, 'authorizer', {
      ...overrides,
      handler,
      identitySources: [...cache.identitySources],
      resultsCacheTtl: cache.ttl,
    }),
  'rest-token': ({ scope, handler, options, cache, overrides }) => {
    // A TOKEN authorizer needs its identity source without a cache too.
    const [source = restHeaderSource(options.tokenSource?.header ?? 'Authorization')] = cache.identitySources;
    return new TokenAuthorizer(scope, 'authorizer', {
      ...overrides,
      handler,
      identitySource: source,
      resultsCacheTtl: cache.ttl,
    });
  },
  http: ({ scope, handler, options, cache, overrides }) => {
    const Authorizer = options.httpApiResponse === 'simple' ? HttpLambdaAuthorizer : PolicyAuthorizer;
    return new Authorizer(scope.node.id, handler, {
      ...overrides,
      responseTypes: [
        options.httpApiResponse === 'simple' ? HttpLambdaResponseType.SIMPLE : HttpLambdaResponseType.IAM,
      ],
      identitySource: [...cache.identitySources],
      resultsCacheTtl: cache.ttl,
    });
  },
};

/** Answers with policies under payload format 2.0. The CDK itself has policies under format 1.0 only. */
class PolicyAuthorizer extends HttpLambdaAuthorizer {
  readonly #id: string;

  constructor(...parameters: ConstructorParameters<typeof HttpLambdaAuthorizer>) {
    super(...parameters);
    [this.#id] = parameters;
  }

  override bind(options: HttpRouteAuthorizerBindOptions): HttpRouteAuthorizerConfig {
    const config = super.bind(options);
    // The CDK makes the resource below the API, on the first route.
    const resource = options.scope.node.findChild(this.#id).node.defaultChild as CfnAuthorizer;
    resource.authorizerPayloadFormatVersion = '2.0';
    return config;
  }
}
