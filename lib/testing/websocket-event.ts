import type { APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { arnOf, headerListsOf, headersOf, identityOf, TIME } from './event-fields.ts';
import type { EventOptions } from './event-options.ts';
import { asLists, eventParts } from './event-parts.ts';

/** WebSocket API at `$connect`: no method, path or resource. @types/aws-lambda has no type for it. */
export type WebSocketAuthorizerEvent = Omit<
  APIGatewayRequestAuthorizerEvent,
  'resource' | 'path' | 'httpMethod' | 'pathParameters' | 'requestContext'
> & {
  requestContext: Omit<
    APIGatewayRequestAuthorizerEvent['requestContext'],
    'httpMethod' | 'path' | 'protocol' | 'resourceId' | 'resourcePath'
  >;
};

/**
 * What a WebSocket API sends to its authorizer at `$connect`.
 *
 * @throws {OptionError} names an option that does not exist or has a value that no gateway sends
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html
 */
export function webSocketEvent(options: EventOptions = {}): WebSocketAuthorizerEvent {
  const parts = eventParts(options, 'prod');
  const handshake = { Connection: 'upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13' };
  return {
    type: 'REQUEST',
    methodArn: arnOf(parts, '$connect'),
    headers: headersOf(parts, handshake),
    multiValueHeaders: headerListsOf(parts, handshake),
    queryStringParameters: parts.query,
    multiValueQueryStringParameters: asLists(parts.query),
    stageVariables: parts.stageVariables,
    requestContext: {
      routeKey: '$connect',
      eventType: 'CONNECT',
      messageDirection: 'IN',
      connectionId: 'Lk2fNcvDoAMCKRA=',
      connectedAt: TIME.epoch,
      extendedRequestId: 'ZhWsEXTENDED=',
      requestTime: TIME.log,
      requestTimeEpoch: TIME.epoch,
      requestId: parts.requestId,
      stage: parts.stage,
      identity: identityOf(parts),
      domainName: parts.domainName,
      accountId: parts.accountId,
      apiId: parts.apiId,
      authorizer: undefined,
    },
  };
}
