import type { APIGatewayEventClientCertificate, APIGatewayRequestAuthorizerEventV2 } from 'aws-lambda';
import { clientCertificate, headersOf, methodArn, TIME, USER_AGENT } from './event-fields.ts';
import type { EventOptions } from './event-options.ts';
import { authorizationOf, eventParts } from './event-parts.ts';

/** HTTP API with payload format 1.0; @types/aws-lambda has no type for it. */
export interface HttpApi1AuthorizerEvent {
  version: '1.0';
  type: 'REQUEST';
  methodArn: string;
  identitySource: string;
  authorizationToken: string;
  resource: string;
  path: string;
  httpMethod: string;
  headers: Record<string, string>;
  queryStringParameters: Record<string, string>;
  pathParameters: Record<string, string>;
  stageVariables: Record<string, string>;
  requestContext: {
    path: string;
    accountId: string;
    resourceId: string;
    stage: string;
    requestId: string;
    identity: { sourceIp: string; clientCert?: APIGatewayEventClientCertificate };
    resourcePath: string;
    httpMethod: string;
    apiId: string;
    domainName: string;
  };
}

/**
 * What an HTTP API with payload format 1.0 sends to its authorizer; its identity source is the `Authorization` header.
 *
 * @throws {OptionError} names an option that does not exist or has a value that no gateway sends
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
export function httpApi1Event(options: EventOptions = {}): HttpApi1AuthorizerEvent {
  const parts = eventParts(options, '$default');
  const identitySource = authorizationOf(parts);
  const clientCert = clientCertificate(parts);
  return {
    version: '1.0',
    type: 'REQUEST',
    methodArn: methodArn(parts),
    identitySource,
    authorizationToken: identitySource,
    resource: parts.routeKey ?? parts.resource,
    path: parts.path,
    httpMethod: parts.method,
    headers: headersOf(parts, {}),
    queryStringParameters: parts.query,
    pathParameters: parts.pathParameters,
    stageVariables: parts.stageVariables,
    requestContext: {
      path: parts.path,
      accountId: parts.accountId,
      resourceId: parts.routeKey ?? `${parts.method} ${parts.resource}`,
      stage: parts.stage,
      requestId: parts.requestId,
      identity: { sourceIp: parts.sourceIp, ...(clientCert === null ? {} : { clientCert }) },
      resourcePath: parts.resource,
      httpMethod: parts.method,
      apiId: parts.apiId,
      domainName: parts.domainName,
    },
  };
}

/**
 * What an HTTP API with payload format 2.0 sends to its authorizer, the same for IAM policies and for simple answers;
 * its identity source is the `Authorization` header.
 *
 * Maps and lists that are empty are absent, as in what AWS sends: `cookies` too, which @types/aws-lambda says is always
 * there.
 *
 * @throws {OptionError} names an option that does not exist or has a value that no gateway sends
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
export function httpApi2Event(options: EventOptions = {}): APIGatewayRequestAuthorizerEventV2 {
  const parts = eventParts(options, '$default');
  const { method, path, stage, query, cookies, headers } = parts;
  const routeKey = parts.routeKey ?? `${method} ${parts.resource}`;
  const identitySource = authorizationOf(parts);
  const clientCert = clientCertificate(parts);
  const event: Partial<APIGatewayRequestAuthorizerEventV2> = {
    version: '2.0',
    type: 'REQUEST',
    routeArn: methodArn(parts),
    identitySource: identitySource === '' ? [] : [identitySource],
    routeKey,
    rawPath: stage === '$default' ? path : `/${stage}${path}`,
    rawQueryString: new URLSearchParams(query).toString(),
    ...(cookies.length === 0 ? {} : { cookies }),
    headers: lowerCase({ host: parts.domainName, 'user-agent': USER_AGENT, ...headers }),
    ...ifAny('queryStringParameters', query),
    ...ifAny('pathParameters', parts.pathParameters),
    ...ifAny('stageVariables', parts.stageVariables),
    requestContext: {
      accountId: parts.accountId,
      apiId: parts.apiId,
      ...(clientCert === null ? {} : { authentication: { clientCert } }),
      domainName: parts.domainName,
      domainPrefix: parts.apiId,
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: parts.sourceIp, userAgent: USER_AGENT },
      requestId: parts.requestId,
      routeKey,
      stage,
      time: TIME.log,
      timeEpoch: TIME.epoch,
    },
  };
  return event as APIGatewayRequestAuthorizerEventV2;
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function ifAny<Name extends string>(
  name: Name,
  map: Record<string, string>,
): { [name in Name]?: Record<string, string> } {
  return Object.keys(map).length === 0 ? {} : ({ [name]: map } as { [name in Name]: typeof map });
}
