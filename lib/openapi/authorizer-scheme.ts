import { identitySources } from '../authorizer/identity-sources.ts';
import type { AuthorizerOptions } from '../authorizer/options.ts';

/** The gateways that an OpenAPI document can describe with a REQUEST authorizer. */
export const OPENAPI_GATEWAYS = ['rest-request', 'http-api-2.0'] as const;
export type OpenApiGateway = (typeof OPENAPI_GATEWAYS)[number];

/** The authorizer that a document names. */
export interface AuthorizerTerms {
  readonly options: AuthorizerOptions;
  /** The API of the option `apis`; absent without that option. */
  readonly api?: string;
  readonly gateway: OpenApiGateway;
  /** ARN of the function, or its logical ID in a CloudFormation template. */
  readonly function: string;
}

/** The default of API Gateway, seconds. */
const USUAL_TTL = 300;

/**
 * Returns the security scheme that makes API Gateway call the authorizer: with the identity sources and the TTL that
 * `identitySources` advises.
 *
 * @throws {OptionError} for options that make no sense
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authorizer.html
 */
export function authorizerScheme({ options, api, gateway, function: lambda }: AuthorizerTerms): object {
  const advice = identitySources(options, gateway, api);
  const cache = advice.cache
    ? {
        identitySource: advice.identitySources.join(', '),
        authorizerResultTtlInSeconds: Math.min(USUAL_TTL, advice.maxTtl ?? USUAL_TTL),
      }
    : { authorizerResultTtlInSeconds: 0 };
  const format =
    gateway === 'http-api-2.0'
      ? {
          authorizerPayloadFormatVersion: '2.0',
          enableSimpleResponses: options.httpApiResponse === 'simple',
        }
      : {};
  return {
    // API Gateway reads authorizers from schemes of this type. It exports `Unused` for tokens that are in no header.
    type: 'apiKey',
    name: headerOf(options),
    in: 'header',
    'x-amazon-apigateway-authtype': 'custom',
    'x-amazon-apigateway-authorizer': { type: 'request', authorizerUri: uriOf(lambda), ...format, ...cache },
  };
}

function headerOf({ tokenSource = {} }: AuthorizerOptions): string {
  const { header, query, cookie, subprotocol } = tokenSource;
  if (header !== undefined) return header;
  return query === undefined && cookie === undefined && subprotocol === undefined
    ? 'Authorization'
    : 'Unused';
}

const INVOCATIONS = 'lambda:path/2015-03-31/functions';

/** The address by which API Gateway invokes a function: a text for an ARN, else an intrinsic function of CloudFormation. */
function uriOf(lambda: string): unknown {
  const [, partition, region] = /^arn:([\w-]+):lambda:([\w-]+):/.exec(lambda) ?? [];
  if (partition !== undefined) {
    return `arn:${partition}:apigateway:${region}:${INVOCATIONS}/${lambda}/invocations`;
  }
  const path = `${INVOCATIONS}/\${${lambda}.Arn}/invocations`;
  return { 'Fn::Sub': `arn:\${AWS::Partition}:apigateway:\${AWS::Region}:${path}` };
}
