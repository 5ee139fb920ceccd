import type { APIGatewayProxyEvent } from 'aws-lambda';
import { callerOf } from 'middy-auth0-authorizer/backend';

export const handler = async (event: APIGatewayProxyEvent) => {
  const caller = callerOf(event);
  return { statusCode: 200, body: JSON.stringify({ route: event.resource, caller }) };
};
