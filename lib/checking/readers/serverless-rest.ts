import { restHeaderSource } from '../../gateways/rest.ts';
import type { DeployedAuthorizer, DeployedRoute, Guard, OpenQuestion, RoutedApi } from '../deployed-api.ts';
import type { Cursor } from '../documents/cursor.ts';
import { booleanSetting, listSetting, numberSetting, versionSetting, withDefault } from '../setting.ts';
import { methodOf, pathOf } from './methods.ts';
import { allows } from './resource-policy.ts';
import { eventsNamed, methodAndPath, otherGuard, SERVERLESS_ADVICE } from './serverless-events.ts';

/**
 * The REST API of `http` events; `null` if there are none.
 *
 * @see https://www.serverless.com/framework/docs/providers/aws/events/apigateway
 */
export function readServerlessRest(root: Cursor): RoutedApi | null {
  const events = eventsNamed(root, 'http');
  if (events.length === 0) return null;
  const open: OpenQuestion[] = [];
  const routes = events.flatMap((event) => routesOf(event, open));
  const policy = root.get('provider', 'apiGateway', 'resourcePolicy');
  return {
    kind: 'rest',
    name: 'http',
    place: root.get('functions').place,
    open,
    routes,
    authorizers: events.flatMap((event) => authorizersOf(event.get('authorizer'))),
    isWhole: open.length === 0 && root.get('provider', 'apiGateway', 'restApiId').isMissing,
    answersPreflights: false,
    resourcePolicy: policy.isMissing ? null : { place: policy.place, allows: allows(policy) },
    advice: SERVERLESS_ADVICE,
  };
}

function routesOf(event: Cursor, open: OpenQuestion[]): DeployedRoute[] {
  const { place } = event;
  const parts = methodAndPath(event);
  if (parts !== null) {
    const guard = guardOf(event.get('authorizer'));
    return [{ key: `${methodOf(parts[0])} ${pathOf(parts[1])}`, place, guard }];
  }
  open.push({ place, text: 'The path or the method of this route is not in the document' });
  return [];
}

function guardOf(authorizer: Cursor): Guard {
  return otherGuard(authorizer) ?? { kind: 'lambda', authorizer: nameOf(authorizer) };
}

/** The name of the function, or what else identifies the authorizer. */
function nameOf(authorizer: Cursor): string {
  const names = ['name', 'authorizerId', 'arn'].map((key) => authorizer.get(key));
  const named = names.find(({ isMissing }) => !isMissing);
  return authorizer.text ?? named?.text ?? named?.undecided?.text ?? 'authorizer';
}

function authorizersOf(authorizer: Cursor): DeployedAuthorizer[] {
  if (otherGuard(authorizer) !== null) return [];
  const isToken = (authorizer.get('type').text ?? 'token').toLowerCase() === 'token';
  const get = (key: string) => [authorizer.get(key), key] as const;
  const sources = listSetting(...get('identitySource'));
  return [
    {
      name: nameOf(authorizer),
      place: authorizer.place,
      kind: isToken ? 'token' : 'request',
      identitySources: withDefault(sources, [restHeaderSource('Authorization')]),
      ttl: numberSetting(...get('resultTtlInSeconds')),
      payloadFormat: versionSetting(...get('payloadVersion')),
      simpleResponses: booleanSetting(...get('enableSimpleResponses')),
    },
  ];
}
