export {
  type AppSyncEventsAuthorizerEvent,
  type AppSyncEventsOperation,
  type AppSyncEventsOptions,
  type AppSyncGraphqlOptions,
  appSyncEventsEvent,
  appSyncGraphqlEvent,
} from './testing/appsync-events.ts';
export type { EventOptions } from './testing/event-options.ts';
export { type HttpApi1AuthorizerEvent, httpApi1Event, httpApi2Event } from './testing/http-api-events.ts';
export { restRequestEvent, restTokenEvent } from './testing/rest-events.ts';
export { type WebSocketAuthorizerEvent, webSocketEvent } from './testing/websocket-event.ts';
