import { RequestAuthorizer, TokenAuthorizer } from 'aws-cdk-lib/aws-apigateway';
import type {
  CfnAuthorizer,
  HttpRouteAuthorizerBindOptions,
  HttpRouteAuthorizerConfig,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaAuthorizer, HttpLambdaResponseType } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { AuthorizerOptions } from '../authorizer/options.ts';
import type { GatewayKind } from '../gateways/gateway.ts';
import { restHeaderSource } from '../gateways/rest.ts';
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

/** The gateway that invokes the authorizer, for the advice on caching. */
export const GATEWAY_OF: Readonly<Record<ApiKind, GatewayKind>> = {
  rest: 'rest-request',
  'rest-token': 'rest-token',
  http: 'http-api-2.0',
};

/** The parts of an authorizer. */
export interface AuthorizerParts {
  readonly scope: Construct;
  readonly handler: IFunction;
  readonly options: AuthorizerOptions;
  readonly cache: CacheSettings;
}

type Maker<Kind extends ApiKind> = (parts: AuthorizerParts) => AuthorizerByApi[Kind];

/**
 * Makes the authorizer of each kind of API. Each gives API Gateway the permission to invoke the function when it is
 * attached to an API.
 */
export const MAKERS: { readonly [Kind in ApiKind]: Maker<Kind> } = {
  rest: ({ scope, handler, cache }) =>
    new RequestAuthorizer(scope, 'authorizer', {
      handler,
      identitySources: [...cache.identitySources],
      resultsCacheTtl: cache.ttl,
    }),
  'rest-token': ({ scope, handler, options, cache }) => {
    // A TOKEN authorizer needs its identity source without a cache too.
    const [source = restHeaderSource(options.tokenSource?.header ?? 'Authorization')] = cache.identitySources;
    return new TokenAuthorizer(scope, 'authorizer', {
      handler,
      identitySource: source,
      resultsCacheTtl: cache.ttl,
    });
  },
  http: ({ scope, handler, options, cache }) => {
    const Authorizer = options.httpApiResponse === 'simple' ? HttpLambdaAuthorizer : PolicyAuthorizer;
    return new Authorizer(scope.node.id, handler, {
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
