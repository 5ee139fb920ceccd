import type { GatewayKind } from '../../lib/index.ts';
import {
  type EventOptions,
  eventFor,
  httpApi1Event,
  httpApi2Event,
  restRequestEvent,
  webSocketEvent,
} from '../../lib/testing.ts';

export interface GatewayCase {
  readonly kind: GatewayKind;
  /** Name in test titles. */
  readonly name: string;
  readonly event: (options?: EventOptions) => object;
  readonly httpApiResponse?: 'simple';
}

const gatewayCase = (kind: GatewayKind, name: string) => ({
  kind,
  name,
  event: (options?: EventOptions) => eventFor(kind, options),
});

/** Every kind of gateway with every kind of response. */
export const EVERY_GATEWAY: readonly GatewayCase[] = [
  gatewayCase('rest-token', 'REST TOKEN'),
  gatewayCase('rest-request', 'REST REQUEST'),
  gatewayCase('http-api-1.0', 'HTTP API 1.0'),
  gatewayCase('http-api-2.0', 'HTTP API 2.0 with IAM policies'),
  { ...gatewayCase('http-api-2.0', 'HTTP API 2.0 with simple responses'), httpApiResponse: 'simple' },
  gatewayCase('websocket', 'WebSocket $connect'),
  gatewayCase('appsync-graphql', 'AppSync GraphQL'),
  gatewayCase('appsync-events', 'AppSync Events'),
];

/** The builders of events that contain the whole request, by name. */
export const WHOLE_REQUESTS = { restRequestEvent, httpApi1Event, httpApi2Event, webSocketEvent };
