import type { DeployedAuthorizer, DeployedRoute, OpenQuestion, RoutedApi } from '../deployed-api.ts';
import { booleanSetting, listSetting, numberSetting, versionSetting } from '../setting.ts';
import { CFN_ADVICE, guardOfProperties } from './cfn-guard.ts';
import { apisOf, belongsTo, ofType, type Resource, type Resources } from './cfn-resource.ts';
import { importedParts, madeElsewhere, withImported } from './with-imported.ts';

const TYPES = { api: 'AWS::ApiGatewayV2::Api', member: 'AWS::ApiGatewayV2::Route', link: 'ApiId' } as const;

/** The HTTP and WebSocket APIs of a template: those that it makes, and those of other stacks that it adds routes to. */
export function readHttpApis(resources: Resources): readonly RoutedApi[] {
  return apisOf(resources, TYPES, (name, api) => readApi(name, api, resources));
}

function readApi(name: string, api: Resource | null, resources: Resources): RoutedApi {
  const isOfApi = belongsTo(name, TYPES.link);
  const members = ofType(resources, TYPES.member).filter(isOfApi);
  const place = (api ?? (members[0] as Resource)).cursor.place;
  const imported = importedParts(api?.properties.get('Body'), 'http');
  const open: OpenQuestion[] = [];
  const routes = [...quickRoutes(api), ...members.flatMap((member) => routesOf(member, open))];
  const isElsewhere = api !== null && !api.properties.get('BodyS3Location').isMissing;
  if (isElsewhere) open.push({ place, text: 'The routes in `BodyS3Location` are not in the document' });
  if (api === null) open.push(madeElsewhere(name, place));
  const authorizers = ofType(resources, 'AWS::ApiGatewayV2::Authorizer')
    .filter(isOfApi)
    .flatMap(authorizersOf);
  return {
    kind: kindOf(api, routes),
    name,
    place,
    ...withImported(imported, { open, routes, authorizers }),
    answersPreflights:
      imported?.answersPreflights === true || api?.properties.get('CorsConfiguration').isMissing === false,
    resourcePolicy: null,
    advice: imported?.advice ?? CFN_ADVICE,
  };
}

/** Only WebSocket APIs have a route `$connect`. */
function kindOf(api: Resource | null, routes: readonly DeployedRoute[]): 'http' | 'websocket' {
  const isWebSocket =
    api === null
      ? routes.some(({ key }) => key === '$connect')
      : api.properties.get('ProtocolType').text === 'WEBSOCKET';
  return isWebSocket ? 'websocket' : 'http';
}

function routesOf({ properties, cursor }: Resource, open: OpenQuestion[]): DeployedRoute[] {
  const key = properties.get('RouteKey').text;
  if (key !== null) return [{ key, place: cursor.place, guard: guardOfProperties(properties) }];
  open.push({ place: cursor.place, text: 'The key of this route is not in the document' });
  return [];
}

/** The route of an API that is made with `Target` alone. */
function quickRoutes(api: Resource | null): DeployedRoute[] {
  if (api === null || api.properties.get('Target').isMissing) return [];
  const key = api.properties.get('RouteKey').text ?? '$default';
  return [{ key, place: api.properties.get('Target').place, guard: { kind: 'none' } }];
}

function authorizersOf({ id, cursor, properties }: Resource): DeployedAuthorizer[] {
  if (properties.get('AuthorizerType').text === 'JWT') return [];
  const get = (name: string) => [properties.get(name), name] as const;
  return [
    {
      name: id,
      place: cursor.place,
      kind: 'request',
      identitySources: listSetting(...get('IdentitySource')),
      ttl: numberSetting(...get('AuthorizerResultTtlInSeconds')),
      payloadFormat: versionSetting(...get('AuthorizerPayloadFormatVersion')),
      simpleResponses: booleanSetting(...get('EnableSimpleResponses')),
    },
  ];
}
