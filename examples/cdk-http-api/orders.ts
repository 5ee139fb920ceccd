import type { APIGatewayProxyEventV2WithLambdaAuthorizer } from 'aws-lambda';

/** What the option `context` gives to the backend. */
interface Caller {
  readonly sub: string;
  readonly scope?: string;
}

export const handler = async (event: APIGatewayProxyEventV2WithLambdaAuthorizer<Caller>) => {
  const { sub, scope } = event.requestContext.authorizer.lambda;
  return { statusCode: 200, body: JSON.stringify({ route: event.routeKey, caller: sub, scope }) };
};
