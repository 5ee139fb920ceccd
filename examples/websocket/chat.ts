import type { APIGatewayProxyWebsocketEventV2 } from 'aws-lambda';
import { callerOf } from 'middy-auth0-authorizer/backend';

/** Answers every message with its sender. */
export const handler = async (event: APIGatewayProxyWebsocketEventV2) => {
  const { routeKey } = event.requestContext;
  return {
    statusCode: 200,
    body: JSON.stringify({ routeKey, caller: callerOf(event)?.sub, text: event.body }),
  };
};
