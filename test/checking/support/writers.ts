import type { Json } from './documents.ts';

/** An API to write in each format. */
export interface Spec {
  readonly kind: 'rest' | 'http';
  readonly routes: readonly SpecRoute[];
  readonly ttl: number;
  /** As the gateway writes them: headers, and values of the context. */
  readonly sources: readonly string[];
  readonly payload: '1.0' | '2.0';
  readonly simple: boolean;
}

export interface SpecRoute {
  readonly key: string;
  readonly guarded: boolean;
}

const methodOf = (key: string) => key.split(' ')[0] as string;
const pathOf = (key: string) => key.split(' ')[1] as string;

/** The names behind a prefix: `Authorization` of `method.request.header.Authorization`. */
function named(sources: readonly string[], prefix: RegExp): string[] {
  return sources.filter((source) => prefix.test(source)).map((source) => source.replace(prefix, ''));
}

function samTemplate({ kind, routes, ttl, sources, payload, simple }: Spec): Json {
  const isRest = kind === 'rest';
  const Identity = {
    Headers: named(sources, /^.*request\.header\./),
    Context: named(sources, /^\$?context\./),
    ReauthorizeEvery: ttl,
  };
  const own = isRest
    ? { FunctionPayloadType: 'REQUEST' }
    : { AuthorizerPayloadFormatVersion: payload, EnableSimpleResponses: simple };
  const FunctionArn = { 'Fn::GetAtt': ['Authorizer', 'Arn'] };
  const Events = Object.fromEntries(
    routes.map(({ key, guarded }, index) => [
      `Route${index}`,
      {
        Type: isRest ? 'Api' : 'HttpApi',
        Properties: {
          [isRest ? 'RestApiId' : 'ApiId']: { Ref: 'Api' },
          Method: methodOf(key).toLowerCase(),
          Path: pathOf(key),
          ...(guarded ? {} : { Auth: { Authorizer: 'NONE' } }),
        },
      },
    ]),
  );
  return {
    Transform: 'AWS::Serverless-2016-10-31',
    Resources: {
      Api: {
        Type: isRest ? 'AWS::Serverless::Api' : 'AWS::Serverless::HttpApi',
        Properties: {
          Auth: { DefaultAuthorizer: 'Auth0', Authorizers: { Auth0: { FunctionArn, Identity, ...own } } },
        },
      },
      Orders: { Type: 'AWS::Serverless::Function', Properties: { Events } },
    },
  };
}

function restTemplate({ routes, ttl, sources }: Spec): Json {
  const root = { 'Fn::GetAtt': ['Api', 'RootResourceId'] };
  const ids = new Map<string, string>();
  const resources: Json = {};
  const resourceFor = (path: string): unknown => {
    if (path === '' || path === '/') return root;
    const known = ids.get(path);
    if (known !== undefined) return { Ref: known };
    const slash = path.lastIndexOf('/');
    const ParentId = resourceFor(path.slice(0, slash));
    const id = `Resource${ids.size}`;
    ids.set(path, id);
    const Properties = { RestApiId: { Ref: 'Api' }, ParentId, PathPart: path.slice(slash + 1) };
    resources[id] = { Type: 'AWS::ApiGateway::Resource', Properties };
    return { Ref: id };
  };
  for (const [index, { key, guarded }] of routes.entries()) {
    resources[`Method${index}`] = {
      Type: 'AWS::ApiGateway::Method',
      Properties: {
        RestApiId: { Ref: 'Api' },
        HttpMethod: methodOf(key),
        ResourceId: resourceFor(pathOf(key)),
        AuthorizationType: guarded ? 'CUSTOM' : 'NONE',
        ...(guarded ? { AuthorizerId: { Ref: 'Auth0' } } : {}),
      },
    };
  }
  return {
    Resources: {
      Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'orders' } },
      Auth0: {
        Type: 'AWS::ApiGateway::Authorizer',
        Properties: {
          RestApiId: { Ref: 'Api' },
          Type: 'REQUEST',
          IdentitySource: sources.join(','),
          AuthorizerResultTtlInSeconds: ttl,
        },
      },
      ...resources,
    },
  };
}

function httpTemplate({ routes, ttl, sources, payload, simple }: Spec): Json {
  const members = routes.map(({ key, guarded }, index) => [
    `Route${index}`,
    {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: {
        ApiId: { Ref: 'Api' },
        RouteKey: key,
        ...(guarded ? { AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: 'Auth0' } } : {}),
      },
    },
  ]);
  return {
    Resources: {
      Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType: 'HTTP' } },
      Auth0: {
        Type: 'AWS::ApiGatewayV2::Authorizer',
        Properties: {
          ApiId: { Ref: 'Api' },
          AuthorizerType: 'REQUEST',
          IdentitySource: sources,
          AuthorizerResultTtlInSeconds: ttl,
          AuthorizerPayloadFormatVersion: payload,
          EnableSimpleResponses: simple,
        },
      },
      ...Object.fromEntries(members),
    },
  };
}

export function openApiDocument({ kind, routes, ttl, sources, payload, simple }: Spec): Json {
  const paths: Record<string, Json> = {};
  for (const { key, guarded } of routes) {
    const method = methodOf(key) === 'ANY' ? 'x-amazon-apigateway-any-method' : methodOf(key).toLowerCase();
    const operation = { security: guarded ? [{ auth0: [] }] : [] };
    paths[pathOf(key)] = { ...paths[pathOf(key)], [method]: operation };
  }
  const own =
    kind === 'http' ? { authorizerPayloadFormatVersion: payload, enableSimpleResponses: simple } : {};
  return {
    openapi: '3.0.3',
    info: { title: 'orders', version: '1' },
    servers: [{ url: 'https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/{basePath}' }],
    paths,
    components: {
      securitySchemes: {
        auth0: {
          type: 'apiKey',
          name: 'Authorization',
          in: 'header',
          'x-amazon-apigateway-authtype': 'custom',
          'x-amazon-apigateway-authorizer': {
            type: 'request',
            identitySource: sources.join(', '),
            authorizerResultTtlInSeconds: ttl,
            ...own,
          },
        },
      },
    },
  };
}

function serverlessYml({ kind, routes, ttl, sources, payload, simple }: Spec): Json {
  const identitySource = kind === 'rest' ? sources.join(', ') : sources;
  const settings = { type: 'request', identitySource, resultTtlInSeconds: ttl };
  const events = routes.map(({ key, guarded }) => {
    const route = { method: methodOf(key) === 'ANY' ? '*' : methodOf(key).toLowerCase(), path: pathOf(key) };
    if (kind === 'http')
      return { httpApi: { ...route, ...(guarded ? { authorizer: { name: 'auth0' } } : {}) } };
    return { http: { ...route, ...(guarded ? { authorizer: { name: 'auth0', ...settings } } : {}) } };
  });
  const auth0 = {
    ...settings,
    functionName: 'authorizer',
    payloadVersion: payload,
    enableSimpleResponses: simple,
  };
  return {
    service: 'orders',
    provider: { name: 'aws', ...(kind === 'http' ? { httpApi: { authorizers: { auth0 } } } : {}) },
    functions: { orders: { handler: 'orders.handler', events } },
  };
}

/** A resource of a plan: its values, and the attributes that refer to others. */
export interface Planned {
  readonly address: string;
  readonly values: Json;
  readonly references?: Readonly<Record<string, readonly string[]>>;
}

/** What `terraform show -json` prints for resources that are made. */
export function terraformPlan(resources: readonly Planned[]): Json {
  const typeOf = (address: string) => address.split('.').at(-2);
  const withoutIndex = (address: string) => address.replace(/\[.*\]$/, '');
  const unknown = ({ values, references = {} }: Planned) => ({
    ...(values['id'] === undefined ? { id: true } : {}),
    ...Object.fromEntries(Object.keys(references).map((name) => [name, true])),
  });
  const written = new Map(
    resources.map((one) => [
      withoutIndex(one.address),
      Object.fromEntries(
        Object.entries(one.references ?? {}).map(([name, list]) => [name, { references: list }]),
      ),
    ]),
  );
  return {
    format_version: '1.2',
    terraform_version: '1.9.8',
    planned_values: {
      root_module: {
        resources: resources.map(({ address, values }) => ({
          address,
          mode: 'managed',
          type: typeOf(withoutIndex(address)),
          values,
        })),
      },
    },
    resource_changes: resources.map((one) => ({
      address: one.address,
      change: { actions: ['create'], before: null, after: one.values, after_unknown: unknown(one) },
    })),
    configuration: {
      root_module: {
        resources: [...written].map(([address, expressions]) => ({ address, mode: 'managed', expressions })),
      },
    },
  };
}

const refer = (address: string, attribute = 'id') => [`${address}.${attribute}`, address];

function terraform(spec: Spec): Json {
  return terraformPlan(spec.kind === 'rest' ? restResources(spec) : httpResources(spec));
}

function httpResources({ routes, ttl, sources, payload, simple }: Spec): readonly Planned[] {
  const api = 'aws_apigatewayv2_api.orders';
  const authorizer = 'aws_apigatewayv2_authorizer.auth0';
  return [
    { address: api, values: { name: 'orders', protocol_type: 'HTTP', cors_configuration: [] } },
    {
      address: authorizer,
      values: {
        authorizer_type: 'REQUEST',
        identity_sources: sources,
        authorizer_result_ttl_in_seconds: ttl,
        authorizer_payload_format_version: payload,
        enable_simple_responses: simple,
      },
      references: { api_id: refer(api) },
    },
    ...routes.map(({ key, guarded }) => ({
      address: `aws_apigatewayv2_route.orders["${key}"]`,
      values: { route_key: key, authorization_type: guarded ? 'CUSTOM' : 'NONE' },
      references: { api_id: refer(api), ...(guarded ? { authorizer_id: refer(authorizer) } : {}) },
    })),
  ];
}

function restResources({ routes, ttl, sources }: Spec): readonly Planned[] {
  const api = 'aws_api_gateway_rest_api.orders';
  const authorizer = 'aws_api_gateway_authorizer.auth0';
  const addresses = new Map<string, string>();
  const paths: Planned[] = [];
  const resourceFor = (path: string): readonly string[] => {
    if (path === '' || path === '/') return refer(api, 'root_resource_id');
    const known = addresses.get(path);
    if (known !== undefined) return refer(known);
    const slash = path.lastIndexOf('/');
    const parent = resourceFor(path.slice(0, slash));
    const address = `aws_api_gateway_resource.r${addresses.size}`;
    addresses.set(path, address);
    paths.push({
      address,
      values: { path_part: path.slice(slash + 1) },
      references: { rest_api_id: refer(api), parent_id: parent },
    });
    return refer(address);
  };
  const methods = routes.map(({ key, guarded }, index) => ({
    address: `aws_api_gateway_method.m${index}`,
    values: { http_method: methodOf(key), authorization: guarded ? 'CUSTOM' : 'NONE' },
    references: {
      rest_api_id: refer(api),
      resource_id: resourceFor(pathOf(key)),
      ...(guarded ? { authorizer_id: refer(authorizer) } : {}),
    },
  }));
  return [
    { address: api, values: { name: 'orders' } },
    {
      address: authorizer,
      values: { type: 'REQUEST', identity_source: sources.join(','), authorizer_result_ttl_in_seconds: ttl },
      references: { rest_api_id: refer(api) },
    },
    ...paths,
    ...methods,
  ];
}

/** How each format writes an API. */
export const WRITERS = {
  'SAM, REST': { kind: 'rest', option: '--template', write: samTemplate },
  'SAM, HTTP': { kind: 'http', option: '--template', write: samTemplate },
  'CloudFormation, REST': { kind: 'rest', option: '--template', write: restTemplate },
  'CloudFormation, HTTP': { kind: 'http', option: '--template', write: httpTemplate },
  'OpenAPI, REST': { kind: 'rest', option: '--openapi', write: openApiDocument },
  'OpenAPI, HTTP': { kind: 'http', option: '--openapi', write: openApiDocument },
  'serverless.yml, REST': { kind: 'rest', option: '--template', write: serverlessYml },
  'serverless.yml, HTTP': { kind: 'http', option: '--template', write: serverlessYml },
  'Terraform, REST': { kind: 'rest', option: '--terraform-plan', write: terraform },
  'Terraform, HTTP': { kind: 'http', option: '--terraform-plan', write: terraform },
} as const satisfies Record<string, Writer>;

export interface Writer {
  readonly kind: Spec['kind'];
  readonly option: '--template' | '--openapi' | '--terraform-plan';
  write(spec: Spec): Json;
}
