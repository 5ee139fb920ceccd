import type { DeployedAuthorizer, DeployedRoute, Guard, OpenQuestion, RoutedApi } from '../deployed-api.ts';
import type { Cursor } from '../documents/cursor.ts';
import { booleanSetting, listSetting, numberSetting, versionSetting, withDefault } from '../setting.ts';
import { methodOf, pathOf } from './methods.ts';
import { namedGuard } from './named-guard.ts';
import { eventsNamed, methodAndPath, otherGuard, SERVERLESS_ADVICE } from './serverless-events.ts';

/**
 * The HTTP API of `httpApi` events; `null` if there are none.
 *
 * @see https://www.serverless.com/framework/docs/providers/aws/events/http-api
 */
export function readServerlessHttpApi(root: Cursor): RoutedApi | null {
  const events = eventsNamed(root, 'httpApi');
  if (events.length === 0) return null;
  const settings = root.get('provider', 'httpApi');
  const open: OpenQuestion[] = [];
  const routes = events.flatMap((event) => routeOf(event, settings, open));
  return {
    kind: 'http',
    name: 'httpApi',
    place: settings.isMissing ? root.get('functions').place : settings.place,
    open,
    routes,
    authorizers: settings.get('authorizers').members.flatMap(([name, one]) => authorizersOf(name, one)),
    isWhole: open.length === 0 && settings.get('id').isMissing,
    answersPreflights: !settings.get('cors').isMissing && settings.get('cors').value !== false,
    resourcePolicy: null,
    advice: SERVERLESS_ADVICE,
  };
}

function routeOf(event: Cursor, settings: Cursor, open: OpenQuestion[]): DeployedRoute[] {
  const { place } = event;
  const guard = guardOf(event.get('authorizer'), settings);
  if (event.text === '*' || event.get('path').text === '*') return [{ key: '$default', place, guard }];
  const parts = methodAndPath(event);
  if (parts !== null) return [{ key: `${methodOf(parts[0])} ${pathOf(parts[1])}`, place, guard }];
  open.push({ place, text: 'The path or the method of this route is not in the document' });
  return [];
}

function guardOf(authorizer: Cursor, settings: Cursor): Guard {
  const other = otherGuard(authorizer);
  if (other !== null) return other;
  const name = authorizer.text ?? authorizer.get('name').text;
  if (name === null) {
    const id = authorizer.get('id');
    return {
      kind: 'undecided',
      text: `the authorizer ${id.undecided?.text ?? id.text ?? ''} is not in the document`,
    };
  }
  const absence = `\`provider.httpApi.authorizers\` has no '${name}'`;
  return namedGuard(settings.get('authorizers', name), { authorizer: name, absence, maps: [] }, (declared) =>
    isLambda(declared) ? { kind: 'lambda', authorizer: name } : { kind: 'other', what: 'JWT' },
  );
}

function isLambda(authorizer: Cursor): boolean {
  return authorizer.get('type').text === 'request';
}

function authorizersOf(name: string, authorizer: Cursor): DeployedAuthorizer[] {
  if (!isLambda(authorizer)) return [];
  const get = (key: string) => [authorizer.get(key), key] as const;
  return [
    {
      name,
      place: authorizer.place,
      kind: 'request',
      identitySources: listSetting(...get('identitySource')),
      ttl: numberSetting(...get('resultTtlInSeconds')),
      payloadFormat: withDefault(versionSetting(...get('payloadVersion')), '2.0'),
      simpleResponses: booleanSetting(...get('enableSimpleResponses')),
    },
  ];
}
