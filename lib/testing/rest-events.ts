import type { APIGatewayRequestAuthorizerEvent, APIGatewayTokenAuthorizerEvent } from 'aws-lambda';
import { refuse } from '../util/option-checks.ts';
import { headerListsOf, headersOf, identityOf, methodArn, TIME, USER_AGENT } from './event-fields.ts';
import type { EventOptions } from './event-options.ts';
import { asLists, authorizationOf, eventParts } from './event-parts.ts';

/**
 * What a REST API sends to an authorizer of type TOKEN: the ARN and the value of one header, nothing else. Without a
 * credential that value is empty, for which API Gateway itself would answer 401.
 *
 * @throws {OptionError} names an option that does not exist or has a value that no gateway sends; names `sourceIp`,
 *   which these events have no place for
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html
 */
export function restTokenEvent(options: EventOptions = {}): APIGatewayTokenAuthorizerEvent {
  const parts = eventParts(options, 'prod');
  if (options.sourceIp !== undefined) {
    // A rule or a condition on the address would judge without it, and the test would not tell.
    refuse(
      'sourceIp',
      'is nothing that TOKEN events carry: give it to `decide`, as in decide(handler, event, { sourceIp })',
    );
  }
  return { type: 'TOKEN', methodArn: methodArn(parts), authorizationToken: authorizationOf(parts) };
}

/**
 * What a REST API sends to an authorizer of type REQUEST.
 *
 * @throws {OptionError} names an option that does not exist or has a value that no gateway sends
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html
 */
export function restRequestEvent(options: EventOptions = {}): APIGatewayRequestAuthorizerEvent {
  const parts = eventParts(options, 'prod');
  const agent = { 'User-Agent': USER_AGENT };
  return {
    type: 'REQUEST',
    methodArn: methodArn(parts),
    resource: parts.resource,
    path: parts.path,
    httpMethod: parts.method,
    headers: headersOf(parts, agent),
    multiValueHeaders: headerListsOf(parts, agent),
    queryStringParameters: parts.query,
    multiValueQueryStringParameters: asLists(parts.query),
    pathParameters: parts.pathParameters,
    stageVariables: parts.stageVariables,
    requestContext: {
      resourceId: 'w5x6y7',
      resourcePath: parts.resource,
      httpMethod: parts.method,
      extendedRequestId: 'ZhFsxEXTENDED=',
      requestTime: TIME.log,
      path: `/${parts.stage}${parts.path}`,
      accountId: parts.accountId,
      protocol: 'HTTP/1.1',
      stage: parts.stage,
      domainPrefix: parts.apiId,
      requestTimeEpoch: TIME.epoch,
      requestId: parts.requestId,
      identity: identityOf(parts),
      domainName: parts.domainName,
      apiId: parts.apiId,
      authorizer: undefined,
    },
  };
}
