import type { APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { arnOf, doubleMaps, identityOf, logTime } from './event-fields.ts';
import type { EventOptions } from './event-options.ts';
import { type EventParts, eventParts } from './event-parts.ts';

/** Event of a WebSocket API at `$connect`, without method, path and resource. @types/aws-lambda has no type for it. */
export type WebSocketAuthorizerEvent = Omit<
  APIGatewayRequestAuthorizerEvent,
  'resource' | 'path' | 'httpMethod' | 'pathParameters' | 'requestContext'
> & {
  requestContext: Omit<
    APIGatewayRequestAuthorizerEvent['requestContext'],
    'httpMethod' | 'path' | 'protocol' | 'resourceId' | 'resourcePath'
  >;
};

const HANDSHAKE = { Connection: 'upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13' };

/**
 * The event of a WebSocket API at `$connect`.
 *
 * @throws {OptionError} names an option that does not exist or has a value that no gateway sends
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html
 * @example
 * const event = webSocketEvent({ query: { token: issuer.token() } });
 */
export function webSocketEvent(options: EventOptions = {}): WebSocketAuthorizerEvent {
  const parts = withSubprotocol(eventParts(options, 'prod'), options);
  return {
    type: 'REQUEST',
    methodArn: arnOf(parts, '$connect'),
    ...doubleMaps(parts, HANDSHAKE),
    stageVariables: parts.stageVariables,
    requestContext: {
      routeKey: '$connect',
      eventType: 'CONNECT',
      messageDirection: 'IN',
      connectionId: 'Lk2fNcvDoAMCKRA=',
      connectedAt: parts.time,
      extendedRequestId: parts.extendedRequestId,
      requestTime: logTime(parts.time),
      requestTimeEpoch: parts.time,
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

/** The parts with the token in the list of subprotocols, if the options name one. */
function withSubprotocol(parts: EventParts, { multiValueHeaders }: EventOptions): EventParts {
  const { subprotocol, token, authorization, ownHeaders } = parts;
  if (subprotocol === undefined) return parts;
  const headers = {
    ...(authorization === undefined ? {} : { Authorization: [authorization] }),
    'Sec-WebSocket-Protocol': [token === undefined ? subprotocol : `${subprotocol}, ${token}`],
    ...ownHeaders,
  };
  return {
    ...parts,
    headers,
    multiValueHeaders: multiValueHeaders === undefined ? headers : parts.multiValueHeaders,
  };
}
