import { AuthorizerFault } from '../decision/errors.ts';
import { appSyncEvents, appSyncGraphql, isEventOperation } from './appsync.ts';
import { describeForeignEvent } from './foreign-event.ts';
import type { Gateway, GatewayKind } from './gateway.ts';
import { httpApiOne } from './http-api-one.ts';
import { httpApiTwo } from './http-api-two.ts';
import { type Fields, fieldsOf } from './reading/event-fields.ts';
import { missingMarks } from './reading/marks.ts';
import { restRequest } from './rest-request.ts';
import { restToken } from './rest-token.ts';
import { webSocket } from './websocket.ts';

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
 * Tells by the event alone which gateway sent it, by what must be there: emulators add fields, consoles send `null`.
 *
 * @throws {AuthorizerFault} `unknown_event`; the message names the fields that the nearest kinds would have, and says
 *   what the event is if it is a known one of another trade
 */
export function recognise(event: unknown): Gateway {
  const gateway = candidate(fieldsOf(event));
  if (missingMarks(event, gateway.marks).length === 0) return gateway;
  throw new AuthorizerFault('unknown_event', explain(event));
}

/** The only kind that the event can be. */
function candidate(event: Fields): Gateway {
  if (event.type === 'TOKEN') return restToken;
  if (event.type !== 'REQUEST') {
    return isEventOperation(fieldsOf(event.requestContext)) ? appSyncEvents : appSyncGraphql;
  }
  if (event.version === '2.0') return httpApiTwo;
  if (event.version === '1.0') return httpApiOne;
  return typeof event.httpMethod === 'string' ? restRequest : webSocket;
}

/** A field that only authorizers' events have: one of them tells which kinds are near. */
const TELLING = ['type', 'methodArn', 'routeArn', 'authorizationToken'] as const;

function explain(event: unknown): string {
  const fields = fieldsOf(event);
  const lacks = Object.values(GATEWAYS).map(({ kind, marks }) => ({
    kind,
    missing: missingMarks(event, marks),
  }));
  const fewest = Math.min(...lacks.map(({ missing }) => missing.length));
  const isNear = TELLING.some((name) => name in fields);
  const nearest = lacks
    .filter(({ missing }) => !isNear || missing.length === fewest)
    .map(({ kind, missing }) => `${kind} (${missing.join(', ')})`);
  const foreign = describeForeignEvent(event);
  const verdict = foreign === null ? 'no event that a Lambda authorizer gets' : `this is ${foreign}`;
  return `${verdict}; it lacks for ${nearest.join(', or for ')}`;
}
