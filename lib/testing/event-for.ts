import type { GatewayKind } from '../gateways/gateway.ts';
import { oneOf } from '../util/option-checks.ts';
import { appSyncEventsEvent, appSyncGraphqlEvent } from './appsync-events.ts';
import type { EventOptions } from './event-options.ts';
import { httpApi1Event, httpApi2Event } from './http-api-events.ts';
import { restRequestEvent, restTokenEvent } from './rest-events.ts';
import { webSocketEvent } from './websocket-event.ts';

const BUILDERS: Readonly<Record<GatewayKind, (options: EventOptions) => object>> = {
  'rest-token': restTokenEvent,
  'rest-request': restRequestEvent,
  'http-api-1.0': httpApi1Event,
  'http-api-2.0': httpApi2Event,
  websocket: webSocketEvent,
  'appsync-graphql': appSyncGraphqlEvent,
  'appsync-events': appSyncEventsEvent,
};

/**
 * Builds the event of the named gateway, for tests that run against several gateways.
 *
 * @throws {OptionError} if no gateway has that name, or if the gateway's builder throws it, as {@link restTokenEvent} does
 *   for `sourceIp`
 * @example
 * for (const gateway of ['rest-request', 'http-api-2.0'] as const) {
 *   const decision = await decide(handler, eventFor(gateway, { token: issuer.token() }));
 *   assert.equal(decision.outcome, 'allow');
 * }
 */
export function eventFor(gateway: GatewayKind, options: EventOptions = {}): object {
  const kind = oneOf(gateway, 'gateway', Object.keys(BUILDERS) as GatewayKind[]);
  return BUILDERS[kind](options);
}
