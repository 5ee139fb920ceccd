import type { APIGatewayProxyEvent } from 'aws-lambda';

export const handler = async (event: APIGatewayProxyEvent) => {
  // What the option `context` gives to the backend.
  const { sub, scope } = event.requestContext.authorizer ?? {};
  return { statusCode: 200, body: JSON.stringify({ route: event.resource, caller: sub, scope }) };
};
