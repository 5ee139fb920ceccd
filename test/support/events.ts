/** The builders that users have for their own tests, under the names that the tests know. */
export {
  appSyncEventsEvent,
  appSyncGraphqlEvent as appSyncEvent,
  type EventOptions as EventOverrides,
  httpApi1Event,
  httpApi2Event,
  restRequestEvent,
  restTokenEvent,
  webSocketEvent,
} from '../../lib/testing.ts';
