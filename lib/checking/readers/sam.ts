import type { DeployedRoute, FormatAdvice, Guard, OpenQuestion, RoutedApi } from '../deployed-api.ts';
import { type Cursor, firstGiven } from '../documents/cursor.ts';
import { ofType, type Resource, type Resources } from './cfn-resource.ts';
import { generatedParts } from './generated-parts.ts';
import { pathOf } from './methods.ts';
import { type OpenApiParts, readOpenApi } from './openapi.ts';
import { readSamPolicy, samAuthorizers } from './sam-authorizers.ts';
import { eventRoutes, eventsOf, guardOfAuthorizer, guardOfName, type SamApi } from './sam-events.ts';

/** What SAM calls the parts of each kind of API. */
const KINDS = {
  rest: {
    type: 'AWS::Serverless::Api',
    globals: 'Api',
    event: 'Api',
    id: 'RestApiId',
    implicit: 'ServerlessRestApi',
  },
  http: {
    type: 'AWS::Serverless::HttpApi',
    globals: 'HttpApi',
    event: 'HttpApi',
    id: 'ApiId',
    implicit: 'ServerlessHttpApi',
  },
} as const;

const ADVICE: FormatAdvice = {
  guard: 'name the authorizer in `Auth.Authorizer` of the event, or in `Auth.DefaultAuthorizer` of the API',
  unguard: 'write `Auth: { Authorizer: NONE }` at the event',
  openPreflight: 'set `Auth.AddDefaultAuthorizerToCorsPreflight: false`',
};

/**
 * The APIs of SAM in a template, also those that it makes for events without an API.
 *
 * @see https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-api.html
 * @see https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-httpapi.html
 */
export function readSamApis(resources: Resources, globals: Cursor): readonly RoutedApi[] {
  return (['rest', 'http'] as const).flatMap((kind) => {
    const { type, globals: section, implicit } = KINDS[kind];
    const common = globals.get(section);
    const apis = ofType(resources, type).map((api): SamApi => samApi(kind, api.id, api, common));
    const made = samApi(kind, implicit, null, common);
    const isMade = eventRoutes(resources, made, KINDS[kind]).length > 0;
    return [...apis, ...(isMade ? [made] : [])].map((api) => readApi(api, resources));
  });
}

function samApi(kind: 'rest' | 'http', name: string, api: Resource | null, common: Cursor): SamApi {
  const get = (...keys: readonly string[]): Cursor =>
    api === null ? common.get(...keys) : firstGiven(api.properties.get(...keys), common.get(...keys));
  return { kind, name, place: (api?.cursor ?? common).place, get, advice: ADVICE };
}

function readApi(api: SamApi, resources: Resources): RoutedApi {
  const { kind, name, place, get } = api;
  const body = get('DefinitionBody');
  const imported = body.isMissing ? null : readOpenApi(body, kind);
  const open: OpenQuestion[] = [...(imported?.open ?? []), ...eventsOf(resources).flatMap(generatedParts)];
  const uri = get('DefinitionUri');
  if (!uri.isMissing)
    open.push({ place: uri.place, text: 'The routes in `DefinitionUri` are not in the document' });
  const own = eventRoutes(resources, api, KINDS[kind]);
  for (const { key, place: at } of own) {
    if (key === null)
      open.push({ place: at, text: 'The path or the method of this route is not in the document' });
  }
  const fromEvents = own.flatMap(({ key, place: at, guard }) =>
    key === null ? [] : [{ key, place: at, guard }],
  );
  const routes = [...importedRoutes(imported, fromEvents, api), ...fromEvents];
  return {
    kind,
    name,
    place,
    open,
    routes: [...routes, ...preflights(routes, api)],
    authorizers: [...samAuthorizers(api), ...(imported?.authorizers ?? [])],
    isWhole: open.length === 0,
    answersPreflights:
      kind === 'http' && (!get('CorsConfiguration').isMissing || imported?.answersPreflights === true),
    resourcePolicy:
      kind === 'rest'
        ? (readSamPolicy(get('Auth', 'ResourcePolicy')) ?? imported?.resourcePolicy ?? null)
        : null,
    advice: ADVICE,
  };
}

/** The routes of `DefinitionBody` that no event repeats. SAM gives them the default authorizer if they have none. */
function importedRoutes(
  imported: OpenApiParts | null,
  events: readonly DeployedRoute[],
  api: SamApi,
): readonly DeployedRoute[] {
  const known = new Set(events.map(({ key }) => key));
  return (imported?.routes ?? [])
    .filter(({ key }) => !known.has(key))
    .map((route) => ({ ...route, guard: importedGuard(route, api) }));
}

function importedGuard({ key, guard }: DeployedRoute, api: SamApi): Guard {
  if (guard.kind === 'none' && !key.startsWith('OPTIONS '))
    return guardOfName(api.get('Auth', 'DefaultAuthorizer'), api);
  // SAM adds the authorizers of the API to the security schemes.
  return guard.kind === 'missing' ? guardOfAuthorizer(guard.authorizer, api) : guard;
}

/**
 * The preflight routes that SAM adds for `Cors`. They have the default authorizer unless
 * `AddDefaultAuthorizerToCorsPreflight` is false.
 *
 * @see https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-api-apiauth.html
 */
function preflights(routes: readonly DeployedRoute[], api: SamApi): readonly DeployedRoute[] {
  const { kind, get } = api;
  if (kind === 'http' || get('Cors').isMissing) return [];
  const keys = new Set(routes.map(({ key }) => key));
  const paths = new Set(routes.map(({ key }) => pathOf(key.slice(key.indexOf(' ') + 1))));
  const add = get('Auth', 'AddDefaultAuthorizerToCorsPreflight');
  const fallback = get('Auth', 'DefaultAuthorizer');
  const guard = add.value === false ? ({ kind: 'none' } as const) : guardOfName(fallback, api);
  return [...paths]
    .filter((path) => !keys.has(`OPTIONS ${path}`))
    .map((path) => ({ key: `OPTIONS ${path}`, place: add.place, guard }));
}
