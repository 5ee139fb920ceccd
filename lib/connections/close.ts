/** The method of an `ApiGatewayManagementApi` of `@aws-sdk/client-apigatewaymanagementapi` that closes a connection. */
export interface ManagementApi {
  deleteConnection(input: { readonly ConnectionId: string }): Promise<unknown>;
}

/** `throttled`: API Gateway takes no more requests for now. */
export type Closing =
  | { readonly kind: 'closed' }
  | { readonly kind: 'throttled' }
  | { readonly kind: 'failed'; readonly error: unknown };

/**
 * Closes a connection. One that is gone counts as closed. Errors are told apart by their status, because the client may come
 * from another copy of the SDK.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
 */
export async function close(management: ManagementApi, connectionId: string): Promise<Closing> {
  try {
    await management.deleteConnection({ ConnectionId: connectionId });
    return { kind: 'closed' };
  } catch (error) {
    const status = statusOf(error);
    if (status === 410) return { kind: 'closed' };
    return status === 429 ? { kind: 'throttled' } : { kind: 'failed', error };
  }
}

function statusOf(error: unknown): unknown {
  return (error as { readonly $metadata?: { readonly httpStatusCode?: unknown } } | null)?.$metadata
    ?.httpStatusCode;
}
