import type { DeployedAuthorizer, Guard, RoutedApi } from '../deployed-api.ts';
import type { Cursor } from '../documents/cursor.ts';
import { booleanSetting, listSetting, numberSetting, versionSetting, withDefault } from '../setting.ts';
import { eventsNamed, otherGuard, SERVERLESS_ADVICE } from './serverless-events.ts';

/**
 * The WebSocket API of `websocket` events; `null` if there are none.
 *
 * @see https://www.serverless.com/framework/docs/providers/aws/events/websocket
 */
export function readServerlessWebSocket(root: Cursor): RoutedApi | null {
  const events = eventsNamed(root, 'websocket');
  if (events.length === 0) return null;
  const keys = events.map((event) => event.text ?? event.get('route').text);
  const authorizers = events.map((event) => event.get('authorizer'));
  return {
    kind: 'websocket',
    name: 'websocket',
    place: root.get('functions').place,
    open: [],
    routes: events.flatMap((event, index) => {
      const key = keys[index] ?? null;
      return key === null ? [] : [{ key, place: event.place, guard: guardOf(event.get('authorizer')) }];
    }),
    authorizers: authorizers.flatMap(authorizersOf),
    isWhole: !keys.includes(null),
    answersPreflights: false,
    resourcePolicy: null,
    advice: SERVERLESS_ADVICE,
  };
}

function guardOf(authorizer: Cursor): Guard {
  return otherGuard(authorizer) ?? { kind: 'lambda', authorizer: nameOf(authorizer) };
}

function nameOf(authorizer: Cursor): string {
  return authorizer.text ?? authorizer.get('name').text ?? authorizer.get('arn').text ?? 'authorizer';
}

function authorizersOf(authorizer: Cursor): DeployedAuthorizer[] {
  if (otherGuard(authorizer) !== null) return [];
  const sources = listSetting(authorizer.get('identitySource'), 'identitySource');
  const get = (key: string) => [authorizer.get(key), key] as const;
  return [
    {
      name: nameOf(authorizer),
      place: authorizer.place,
      kind: 'request',
      // The framework's default: https://www.serverless.com/framework/docs/providers/aws/events/websocket
      identitySources: withDefault(sources, ['route.request.header.Auth']),
      ttl: numberSetting(...get('resultTtlInSeconds')),
      payloadFormat: versionSetting(...get('payloadVersion')),
      simpleResponses: booleanSetting(...get('enableSimpleResponses')),
    },
  ];
}
