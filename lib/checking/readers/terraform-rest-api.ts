import { restHeaderSource } from '../../gateways/rest.ts';
import type {
  DeployedAuthorizer,
  DeployedRoute,
  OpenQuestion,
  ResourcePolicy,
  RoutedApi,
} from '../deployed-api.ts';
import type { Cursor } from '../documents/cursor.ts';
import { booleanSetting, listSetting, numberSetting, versionSetting, withDefault } from '../setting.ts';
import { methodOf } from './methods.ts';
import { readResourcePolicy } from './resource-policy.ts';
import { jsonIn, linked, membersOf, plannedApis, plannedGuard, terraformAdvice } from './terraform-links.ts';
import type { PlannedResource } from './terraform-plan.ts';
import { importedParts, madeElsewhere, withImported } from './with-imported.ts';

type Resources = readonly PlannedResource[];

const AUTHORIZATION = 'authorization';
const TYPES = {
  api: 'aws_api_gateway_rest_api',
  member: 'aws_api_gateway_method',
  link: 'rest_api_id',
} as const;

/** The REST APIs of a plan: those that it makes, and those of others that it adds methods to. */
export function plannedRestApis(resources: Resources): readonly RoutedApi[] {
  return plannedApis(resources, TYPES, (name, api) => readApi(name, api, resources));
}

function readApi(name: string, api: PlannedResource | null, resources: Resources): RoutedApi {
  const ofApi = (type: string) => membersOf(name, type, TYPES.link, resources);
  const methods = ofApi(TYPES.member);
  const { place } = (api ?? (methods[0] as PlannedResource)).attributes;
  const imported = importedParts(api === null ? undefined : jsonIn(api.attributes.get('body')), 'rest');
  const open: OpenQuestion[] = [];
  const routes = methods.flatMap((method) => routesOf(method, resources, open));
  if (api === null) open.push(madeElsewhere(name, place));
  const policies = ofApi('aws_api_gateway_rest_api_policy').map(({ attributes }) => attributes.get('policy'));
  const authorizers = ofApi('aws_api_gateway_authorizer').flatMap(authorizersOf);
  return {
    kind: 'rest',
    name,
    place,
    ...withImported(imported, { open, routes, authorizers }),
    answersPreflights: false,
    resourcePolicy: policyOf(
      [...policies, ...(api === null ? [] : [api.attributes.get('policy')])],
      imported?.resourcePolicy,
    ),
    advice: imported?.advice ?? terraformAdvice(AUTHORIZATION),
  };
}

function policyOf(
  policies: readonly Cursor[],
  imported: ResourcePolicy | null | undefined,
): ResourcePolicy | null {
  const given = policies.find(({ isMissing }) => !isMissing);
  return given === undefined ? (imported ?? null) : readResourcePolicy(given);
}

function routesOf(method: PlannedResource, resources: Resources, open: OpenQuestion[]): DeployedRoute[] {
  const { attributes } = method;
  const { place } = attributes;
  const verb = attributes.get('http_method').text;
  const path = pathOfResource(attributes.get('resource_id'), resources, 0);
  if (verb !== null && path !== null) {
    const key = `${methodOf(verb)} ${path === '' ? '/' : path}`;
    return [{ key, place, guard: plannedGuard(method, AUTHORIZATION, resources) }];
  }
  open.push({ place, text: 'The path or the method of this route is not in the document' });
  return [];
}

/** Segments of a path at most. */
const MAX_DEPTH = 100;

/** The path of a resource from the root; `null` if the plan does not show it. */
function pathOfResource(reference: Cursor, resources: Resources, depth: number): string | null {
  const { undecided, text } = reference;
  const isRoot =
    undecided?.text.endsWith('.root_resource_id') ??
    resources.some(({ attributes }) => text !== null && attributes.get('root_resource_id').text === text);
  if (isRoot) return '';
  const resource = linked(reference, resources);
  const part = resource?.attributes.get('path_part').text ?? null;
  if (resource === null || part === null || depth > MAX_DEPTH) return null;
  const parent = pathOfResource(resource.attributes.get('parent_id'), resources, depth + 1);
  return parent === null ? null : `${parent}/${part}`;
}

function authorizersOf({ address, attributes }: PlannedResource): DeployedAuthorizer[] {
  const type = attributes.get('type').text ?? 'TOKEN';
  if (type !== 'TOKEN' && type !== 'REQUEST') return [];
  const get = (name: string) => [attributes.get(name), name] as const;
  return [
    {
      name: address,
      place: attributes.place,
      kind: type === 'TOKEN' ? 'token' : 'request',
      // https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/api_gateway_authorizer
      identitySources: withDefault(listSetting(...get('identity_source')), [
        restHeaderSource('Authorization'),
      ]),
      ttl: numberSetting(...get('authorizer_result_ttl_in_seconds')),
      payloadFormat: versionSetting(...get('authorizer_payload_format_version')),
      simpleResponses: booleanSetting(...get('enable_simple_responses')),
    },
  ];
}
