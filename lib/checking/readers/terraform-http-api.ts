import type { DeployedAuthorizer, DeployedRoute, OpenQuestion, RoutedApi } from '../deployed-api.ts';
import { booleanSetting, listSetting, numberSetting, versionSetting } from '../setting.ts';
import { readOpenApi } from './openapi.ts';
import { jsonIn, linkText, plannedGuard, terraformAdvice } from './terraform-links.ts';
import type { PlannedResource } from './terraform-plan.ts';

type Resources = readonly PlannedResource[];

const AUTHORIZATION = 'authorization_type';
const ROUTE = 'aws_apigatewayv2_route';

/** The HTTP and WebSocket APIs of a plan: those that it makes, and those of others that it adds routes to. */
export function plannedHttpApis(resources: Resources): readonly RoutedApi[] {
  const apis = resources.filter(({ type }) => type === 'aws_apigatewayv2_api');
  const routes = resources.filter(({ type }) => type === ROUTE);
  const names = new Set(routes.map(({ attributes }) => linkText(attributes.get('api_id'), resources)));
  const elsewhere = [...names].filter((name) => !apis.some(({ address }) => address === name));
  return [
    ...apis.map((api) => readApi(api.address, api, resources)),
    ...elsewhere.map((name) => readApi(name, null, resources)),
  ];
}

function readApi(name: string, api: PlannedResource | null, resources: Resources): RoutedApi {
  const ofApi = (type: string) =>
    resources.filter(
      (resource) => resource.type === type && linkText(resource.attributes.get('api_id'), resources) === name,
    );
  const members = ofApi(ROUTE);
  const { place } = (api ?? (members[0] as PlannedResource)).attributes;
  const body = api === null ? null : jsonIn(api.attributes.get('body'));
  const imported = body === null || body.isMissing ? null : readOpenApi(body, 'http');
  const open: OpenQuestion[] = [];
  const routes = [...quickRoutes(api), ...members.flatMap((member) => routesOf(member, resources, open))];
  if (api === null)
    open.push({ place, text: `The API ${name} is made elsewhere, perhaps with further routes` });
  const isWebSocket = routes.some(({ key }) => key === '$connect');
  return {
    kind: isWebSocket || api?.attributes.get('protocol_type').text === 'WEBSOCKET' ? 'websocket' : 'http',
    name,
    place,
    open: [...(imported?.open ?? []), ...open],
    routes: [...(imported?.routes ?? []), ...routes],
    authorizers: [
      ...(imported?.authorizers ?? []),
      ...ofApi('aws_apigatewayv2_authorizer').flatMap(authorizersOf),
    ],
    isWhole: (imported?.isWhole ?? true) && open.length === 0,
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
