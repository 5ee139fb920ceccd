import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { callerOf } from 'middy-auth0-authorizer/backend';

export const handler = async (event: APIGatewayProxyEventV2) => {
  const caller = callerOf(event);
  return { statusCode: 200, body: JSON.stringify({ route: event.routeKey, caller }) };
};
