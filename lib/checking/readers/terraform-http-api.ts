import type { DeployedAuthorizer, DeployedRoute, OpenQuestion, RoutedApi } from '../deployed-api.ts';
import { booleanSetting, listSetting, numberSetting, versionSetting } from '../setting.ts';
import { jsonIn, membersOf, plannedApis, plannedGuard, terraformAdvice } from './terraform-links.ts';
import type { PlannedResource } from './terraform-plan.ts';
import { importedParts, madeElsewhere, withImported } from './with-imported.ts';

type Resources = readonly PlannedResource[];

const AUTHORIZATION = 'authorization_type';
const TYPES = { api: 'aws_apigatewayv2_api', member: 'aws_apigatewayv2_route', link: 'api_id' } as const;

/** The HTTP and WebSocket APIs of a plan: those that it makes, and those of others that it adds routes to. */
export function plannedHttpApis(resources: Resources): readonly RoutedApi[] {
  return plannedApis(resources, TYPES, (name, api) => readApi(name, api, resources));
}

function readApi(name: string, api: PlannedResource | null, resources: Resources): RoutedApi {
  const ofApi = (type: string) => membersOf(name, type, TYPES.link, resources);
  const members = ofApi(TYPES.member);
  const { place } = (api ?? (members[0] as PlannedResource)).attributes;
  const imported = importedParts(api === null ? undefined : jsonIn(api.attributes.get('body')), 'http');
  const open: OpenQuestion[] = [];
  const routes = [...quickRoutes(api), ...members.flatMap((member) => routesOf(member, resources, open))];
  if (api === null) open.push(madeElsewhere(name, place));
  const isWebSocket = routes.some(({ key }) => key === '$connect');
  const authorizers = ofApi('aws_apigatewayv2_authorizer').flatMap(authorizersOf);
  return {
    kind: isWebSocket || api?.attributes.get('protocol_type').text === 'WEBSOCKET' ? 'websocket' : 'http',
    name,
    place,
    ...withImported(imported, { open, routes, authorizers }),
    answersPreflights:
      imported?.answersPreflights === true ||
      (api?.attributes.get('cors_configuration').items.length ?? 0) > 0,
    resourcePolicy: null,
    advice: imported?.advice ?? terraformAdvice(AUTHORIZATION),
  };
}

function routesOf(route: PlannedResource, resources: Resources, open: OpenQuestion[]): DeployedRoute[] {
  const key = route.attributes.get('route_key').text;
  const { place } = route.attributes;
  if (key !== null) return [{ key, place, guard: plannedGuard(route, AUTHORIZATION, resources) }];
  open.push({ place, text: 'The key of this route is not in the document' });
  return [];
}

/** The route of an API that is made with `target` alone. */
function quickRoutes(api: PlannedResource | null): DeployedRoute[] {
  if (api === null || api.attributes.get('target').isMissing) return [];
  const key = api.attributes.get('route_key').text ?? '$default';
  return [{ key, place: api.attributes.get('target').place, guard: { kind: 'none' } }];
}

function authorizersOf({ address, attributes }: PlannedResource): DeployedAuthorizer[] {
  if (attributes.get('authorizer_type').text === 'JWT') return [];
  const get = (name: string) => [attributes.get(name), name] as const;
  return [
    {
      name: address,
      place: attributes.place,
      kind: 'request',
      identitySources: listSetting(...get('identity_sources')),
      ttl: numberSetting(...get('authorizer_result_ttl_in_seconds')),
      payloadFormat: versionSetting(...get('authorizer_payload_format_version')),
      simpleResponses: booleanSetting(...get('enable_simple_responses')),
    },
  ];
}
