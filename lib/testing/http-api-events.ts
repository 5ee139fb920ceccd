import type { APIGatewayEventClientCertificate, APIGatewayRequestAuthorizerEventV2 } from 'aws-lambda';
import { decodedPath } from './decoded-path.ts';
import {
  AGENT_HEADER,
  clientCertificate,
  domainPrefix,
  headersOf,
  logTime,
  methodArn,
  userAgentOf,
} from './event-fields.ts';
import type { EventOptions } from './event-options.ts';
import { type EventParts, eventParts, pathParameters } from './event-parts.ts';
import { joinedValues, lastValues, lowerCased } from './values.ts';

/** Event of an HTTP API with payload format 1.0. @types/aws-lambda has no type for it. */
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
 * The event of an HTTP API with payload format 1.0. The path is as sent in `path`, decoded in `requestContext.path` and in
 * the path parameters. `resource` is the path of the route, without its method.
 *
 * @throws {OptionError} names an option that does not exist or has a value that no gateway sends
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 * @example
 * const event = httpApi1Event({ token: issuer.token(), path: '/users/7', routeKey: 'GET /users/{id}' });
 */
export function httpApi1Event(options: EventOptions = {}): HttpApi1AuthorizerEvent {
  const parts = routedParts(options);
  const identitySource = parts.identitySource.join(',');
  const resource = parts.routeKey === '$default' ? parts.routeKey : parts.resource;
  const clientCert = clientCertificate(parts);
  return {
    version: '1.0',
    type: 'REQUEST',
    methodArn: methodArn(arnParts(parts)),
    identitySource,
    authorizationToken: identitySource,
    resource,
    path: parts.path,
    httpMethod: parts.method,
    headers: lastValues(headersOf(parts, {})),
    queryStringParameters: lastValues(parts.query),
    pathParameters: parts.pathParameters,
    stageVariables: parts.stageVariables,
    requestContext: {
      path: parts.decoded,
      accountId: parts.accountId,
      resourceId: routeKeyOf(parts),
      stage: parts.stage,
      requestId: parts.requestId,
      identity: { sourceIp: parts.sourceIp, ...(clientCert === null ? {} : { clientCert }) },
      resourcePath: resource,
      httpMethod: parts.method,
      apiId: parts.apiId,
      domainName: parts.domainName,
    },
  };
}

/**
 * The event of an HTTP API with payload format 2.0. It is the same for IAM policies and for simple responses. `rawPath`,
 * `requestContext.http.path` and the path parameters are decoded.
 *
 * Empty maps and lists are absent, as in the events of AWS. That includes `cookies`, which @types/aws-lambda declares
 * as always present.
 *
 * @throws {OptionError} names an option that does not exist or has a value that no gateway sends
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 * @example
 * const event = httpApi2Event({ token: issuer.token(), path: '/users/7', routeKey: 'GET /users/{id}' });
 */
export function httpApi2Event(options: EventOptions = {}): APIGatewayRequestAuthorizerEventV2 {
  const parts = routedParts(options);
  const { stage, query } = parts;
  const path = cutPath(parts.decoded);
  const routeKey = routeKeyOf(parts);
  // API Gateway sends cookies in `cookies` and not in `headers`.
  const { cookie = [], ...headers } = lowerCased(headersOf(parts, AGENT_HEADER));
  const event: Partial<APIGatewayRequestAuthorizerEventV2> = {
    version: '2.0',
    type: 'REQUEST',
    routeArn: methodArn(arnParts(parts)),
    identitySource: parts.identitySource,
    routeKey,
    rawPath: stage === '$default' ? path : `/${stage}${path}`,
    rawQueryString: queryString(parts),
    ...(cookie.length === 0 ? {} : { cookies: cookie.flatMap((one) => one.split(/; */)) }),
    headers: joinedValues(headers),
    ...ifAny('queryStringParameters', joinedValues(query)),
    ...ifAny('pathParameters', parts.pathParameters),
    ...ifAny('stageVariables', parts.stageVariables),
    requestContext: requestContextTwo(parts, path, routeKey),
  };
  return event as APIGatewayRequestAuthorizerEventV2;
}

function requestContextTwo(
  parts: RoutedParts,
  path: string,
  routeKey: string,
): APIGatewayRequestAuthorizerEventV2['requestContext'] {
  const clientCert = clientCertificate(parts);
  return {
    accountId: parts.accountId,
    apiId: parts.apiId,
    ...(clientCert === null ? {} : { authentication: { clientCert } }),
    domainName: parts.domainName,
    domainPrefix: domainPrefix(parts),
    http: {
      method: parts.method,
      path,
      protocol: 'HTTP/1.1',
      sourceIp: parts.sourceIp,
      userAgent: userAgentOf(parts) ?? '',
    },
    requestId: parts.requestId,
    routeKey,
    stage: parts.stage,
    time: logTime(parts.time),
    timeEpoch: parts.time,
  };
}

/** The parts of a request to an HTTP API, which routes by the decoded path. */
interface RoutedParts extends EventParts {
  readonly decoded: string;
}

function routedParts(options: EventOptions): RoutedParts {
  const parts = eventParts(options, '$default');
  const decoded = decodedPath(parts.path);
  return {
    ...parts,
    decoded,
    pathParameters:
      options.pathParameters === undefined ? pathParameters(parts.resource, decoded) : parts.pathParameters,
  };
}

function arnParts(parts: RoutedParts): EventParts {
  return parts.arnPath === 'decoded' ? { ...parts, path: parts.decoded } : parts;
}

/** The decoded path as events of format 2.0 have it: they were seen without what follows an encoded `?`. */
function cutPath(decoded: string): string {
  return decoded.replace(/\?.*/s, '');
}

function routeKeyOf({ routeKey, method, resource }: EventParts): string {
  return routeKey ?? `${method} ${resource}`;
}

function queryString({ query }: EventParts): string {
  const pairs = Object.entries(query).flatMap(([name, values]) =>
    values.map((value): [string, string] => [name, value]),
  );
  return new URLSearchParams(pairs).toString();
}

function ifAny<Name extends string>(
  name: Name,
  map: Record<string, string>,
): { [name in Name]?: Record<string, string> } {
  return Object.keys(map).length === 0 ? {} : ({ [name]: map } as { [name in Name]: typeof map });
}
