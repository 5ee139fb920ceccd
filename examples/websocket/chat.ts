import type { APIGatewayProxyWebsocketEventV2 } from 'aws-lambda';

/** An event behind an authorizer: @types/aws-lambda leaves its context out. */
type Message = APIGatewayProxyWebsocketEventV2 & {
  readonly requestContext: { readonly authorizer: { readonly sub: string; readonly scope?: string } };
};

/** Answers every message with its sender. */
export const handler = async ({ body, requestContext }: Message) => ({
  statusCode: 200,
  body: JSON.stringify({ route: requestContext.routeKey, caller: requestContext.authorizer.sub, body }),
});
