export type { AuthorizerAnswer } from './testing/answer.ts';
export {
  type AppSyncEventsAuthorizerEvent,
  type AppSyncEventsOperation,
  type AppSyncEventsOptions,
  type AppSyncGraphqlOptions,
  appSyncEventsEvent,
  appSyncGraphqlEvent,
} from './testing/appsync-events.ts';
export { decide } from './testing/decide.ts';
export type { EventOptions } from './testing/event-options.ts';
export { type HttpApi1AuthorizerEvent, httpApi1Event, httpApi2Event } from './testing/http-api-events.ts';
export type { TestedHandler } from './testing/invocation.ts';
export { restRequestEvent, restTokenEvent } from './testing/rest-events.ts';
export type { Replayable, TestAllow, TestDecision, TestDeny, TestFault } from './testing/test-decision.ts';
export {
  createTestIssuer,
  type TestIssuer,
  type TestIssuerOptions,
  type TestIssuerTrust,
} from './testing/test-issuer.ts';
export { type WebSocketAuthorizerEvent, webSocketEvent } from './testing/websocket-event.ts';
