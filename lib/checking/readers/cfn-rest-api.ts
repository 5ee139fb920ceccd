import type { DeployedAuthorizer, DeployedRoute, OpenQuestion, RoutedApi } from '../deployed-api.ts';
import type { Cursor } from '../documents/cursor.ts';
import { booleanSetting, listSetting, numberSetting, versionSetting } from '../setting.ts';
import { CFN_ADVICE, guardOfProperties } from './cfn-guard.ts';
import { apisOf, belongsTo, ofType, type Resource, type Resources } from './cfn-resource.ts';
import { methodOf } from './methods.ts';
import { readResourcePolicy } from './resource-policy.ts';
import { importedParts, madeElsewhere, withImported } from './with-imported.ts';

const TYPES = {
  api: 'AWS::ApiGateway::RestApi',
  member: 'AWS::ApiGateway::Method',
  link: 'RestApiId',
} as const;

/** The REST APIs of a template: those that it makes, and those of other stacks that it adds methods to. */
export function readRestApis(resources: Resources): readonly RoutedApi[] {
  return apisOf(resources, TYPES, (name, api) => readApi(name, api, resources));
}

function readApi(name: string, api: Resource | null, resources: Resources): RoutedApi {
  const isOfApi = belongsTo(name, TYPES.link);
  const methods = ofType(resources, TYPES.member).filter(isOfApi);
  const place = (api ?? (methods[0] as Resource)).cursor.place;
  const imported = importedParts(api?.properties.get('Body'), 'rest');
  const open: OpenQuestion[] = [];
  const routes = methods.flatMap((method) => routeOf(method, resources, open));
  const isImported = api !== null && !api.properties.get('BodyS3Location').isMissing;
  if (isImported) open.push({ place, text: 'The routes in `BodyS3Location` are not in the document' });
  if (api === null) open.push(madeElsewhere(name, place));
  const authorizers = ofType(resources, 'AWS::ApiGateway::Authorizer').filter(isOfApi).flatMap(authorizersOf);
  return {
    kind: 'rest',
    name,
    place,
    ...withImported(imported, { open, routes, authorizers }),
    answersPreflights: false,
    resourcePolicy:
      (api && readResourcePolicy(api.properties.get('Policy'))) ?? imported?.resourcePolicy ?? null,
    advice: imported?.advice ?? CFN_ADVICE,
  };
}

function routeOf(
  { properties, cursor }: Resource,
  resources: Resources,
  open: OpenQuestion[],
): DeployedRoute[] {
  const method = properties.get('HttpMethod');
  const path = pathOfResource(properties.get('ResourceId'), resources, new Set());
  if (method.text === null || path === null) {
    open.push({ place: cursor.place, text: 'The path or the method of this route is not in the document' });
    return [];
  }
  const key = `${methodOf(method.text)} ${path === '' ? '/' : path}`;
  return [{ key, place: cursor.place, guard: guardOfProperties(properties) }];
}

/** The path of a resource, from the root of its API; `null` if the template does not show it. */
function pathOfResource(reference: Cursor, resources: Resources, seen: Set<string>): string | null {
  const { undecided } = reference;
  const target = undecided?.target ?? null;
  if (undecided === null || target === null || seen.has(target)) return null;
  if (undecided.text.endsWith('.RootResourceId')) return '';
  seen.add(target);
  const resource = ofType(resources, 'AWS::ApiGateway::Resource').find(({ id }) => id === target);
  const part = resource?.properties.get('PathPart').text;
  if (resource === undefined || part === undefined || part === null) return null;
  const parent = pathOfResource(resource.properties.get('ParentId'), resources, seen);
  return parent === null ? null : `${parent}/${part}`;
}

function authorizersOf({ id, cursor, properties }: Resource): DeployedAuthorizer[] {
  const type = properties.get('Type').text ?? 'REQUEST';
  if (type !== 'TOKEN' && type !== 'REQUEST') return [];
  const get = (name: string) => [properties.get(name), name] as const;
  return [
    {
      name: id,
      place: cursor.place,
      kind: type === 'TOKEN' ? 'token' : 'request',
      identitySources: listSetting(...get('IdentitySource')),
      ttl: numberSetting(...get('AuthorizerResultTtlInSeconds')),
      payloadFormat: versionSetting(...get('AuthorizerPayloadFormatVersion')),
      simpleResponses: booleanSetting(...get('EnableSimpleResponses')),
    },
  ];
}
