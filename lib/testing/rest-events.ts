import type { APIGatewayRequestAuthorizerEvent, APIGatewayTokenAuthorizerEvent } from 'aws-lambda';
import { refuse } from '../util/option-checks.ts';
import { AGENT_HEADER, domainPrefix, doubleMaps, identityOf, logTime, methodArn } from './event-fields.ts';
import type { EventOptions } from './event-options.ts';
import { eventParts } from './event-parts.ts';

/**
 * The event of a REST API for an authorizer of type TOKEN: the ARN and the value of one header. Without a credential
 * the value is empty (API Gateway itself would answer 401).
 *
 * @throws {OptionError} names an option that does not exist or has a value that no gateway sends, and `sourceIp`, which
 *   TOKEN events do not carry
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html
 * @example
 * const decision = await decide(handler, restTokenEvent({ token: issuer.token(), path: '/orders/7' }));
 */
export function restTokenEvent(options: EventOptions = {}): APIGatewayTokenAuthorizerEvent {
  const parts = eventParts(options, 'prod');
  if (options.sourceIp !== undefined) {
    // A rule or a condition on the address would be judged without it, and the test would pass for the wrong reason.
    refuse(
      'sourceIp',
      'is not a field of TOKEN events; pass it to `decide`: decide(handler, event, { sourceIp })',
    );
  }
  return {
    type: 'TOKEN',
    methodArn: methodArn(parts),
    authorizationToken: parts.identitySource[0] ?? '',
  };
}

/**
 * The event of a REST API for an authorizer of type REQUEST.
 *
 * @throws {OptionError} names an option that does not exist or has a value that no gateway sends
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html
 * @example
 * const event = restRequestEvent({ token: issuer.token(), path: '/users/7', resource: '/users/{id}' });
 */
export function restRequestEvent(options: EventOptions = {}): APIGatewayRequestAuthorizerEvent {
  const parts = eventParts(options, 'prod');
  return {
    type: 'REQUEST',
    methodArn: methodArn(parts),
    resource: parts.resource,
    path: parts.path,
    httpMethod: parts.method,
    ...doubleMaps(parts, AGENT_HEADER),
    pathParameters: parts.pathParameters,
    stageVariables: parts.stageVariables,
    requestContext: {
      resourceId: 'w5x6y7',
      resourcePath: parts.resource,
      httpMethod: parts.method,
      extendedRequestId: parts.extendedRequestId,
      requestTime: logTime(parts.time),
      path: `/${parts.stage}${parts.path}`,
      accountId: parts.accountId,
      protocol: 'HTTP/1.1',
      stage: parts.stage,
      domainPrefix: domainPrefix(parts),
      requestTimeEpoch: parts.time,
      requestId: parts.requestId,
      identity: identityOf(parts),
      domainName: parts.domainName,
      apiId: parts.apiId,
      authorizer: undefined,
    },
  };
}
