import type { GatewayKind } from '../../lib/index.ts';
import {
  appSyncEvent,
  appSyncEventsEvent,
  type EventOverrides,
  httpApi1Event,
  httpApi2Event,
  restRequestEvent,
  restTokenEvent,
  webSocketEvent,
} from './events.ts';

export interface GatewayCase {
  readonly kind: GatewayKind;
  /** As the reader of a test report knows it. */
  readonly name: string;
  readonly event: (overrides?: EventOverrides) => object;
  readonly httpApiResponse?: 'simple';
}

/** Every kind of gateway, and every way in which it is answered. */
export const EVERY_GATEWAY: readonly GatewayCase[] = [
  { kind: 'rest-token', name: 'REST TOKEN', event: restTokenEvent },
  { kind: 'rest-request', name: 'REST REQUEST', event: restRequestEvent },
  { kind: 'http-api-1.0', name: 'HTTP API 1.0', event: httpApi1Event },
  { kind: 'http-api-2.0', name: 'HTTP API 2.0 with IAM policies', event: httpApi2Event },
  {
    kind: 'http-api-2.0',
    name: 'HTTP API 2.0 with simple responses',
    event: httpApi2Event,
    httpApiResponse: 'simple',
  },
  { kind: 'websocket', name: 'WebSocket $connect', event: webSocketEvent },
  { kind: 'appsync-graphql', name: 'AppSync GraphQL', event: appSyncEvent },
  { kind: 'appsync-events', name: 'AppSync Events', event: appSyncEventsEvent },
];
