import { appSyncEvents, appSyncGraphql } from './appsync.ts';
import type { Gateway, GatewayKind } from './gateway.ts';
import { httpApiOne } from './http-api-one.ts';
import { httpApiTwo } from './http-api-two.ts';
import { createRecogniser } from './recognise.ts';
import { restRequest } from './rest-request.ts';
import { restToken } from './rest-token.ts';
import { webSocket } from './websocket.ts';

/** Every gateway, one line each. The list is complete: TypeScript compares it with {@link GatewayKind}. */
const GATEWAYS: { readonly [Kind in GatewayKind]: Gateway<Kind> } = {
  'rest-token': restToken,
  'rest-request': restRequest,
  'http-api-1.0': httpApiOne,
  'http-api-2.0': httpApiTwo,
  websocket: webSocket,
  'appsync-graphql': appSyncGraphql,
  'appsync-events': appSyncEvents,
};

export function gatewayKinds(): readonly GatewayKind[] {
  return Object.keys(GATEWAYS) as GatewayKind[];
}

export function gatewayOfKind(kind: GatewayKind): Gateway {
  return GATEWAYS[kind];
}

/**
 * Finds the gateway that sent the event, by the fields that must be there: emulators add fields, consoles send `null`.
 *
 * @throws {AuthorizerFault} `unknown_event`; the message names the missing fields
 */
export const recognise: (event: unknown) => Gateway = createRecogniser(Object.values(GATEWAYS));
