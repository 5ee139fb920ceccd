import { expect } from 'chai';
import type { AuthorizerOptions } from '../../lib/index.ts';
import { changed, checked, codes, found, type Json, ORDERS } from './support/documents.ts';
import { openApiDocument, type Planned, terraformPlan } from './support/writers.ts';

const given = { option: '--terraform-plan' } as const;
const API = 'aws_apigatewayv2_api.orders';
const AUTH = 'aws_apigatewayv2_authorizer.auth0';
const refer = (address: string, attribute = 'id') => [`${address}.${attribute}`, address];

const planned = (
  address: string,
  values: Json,
  references: Record<string, readonly string[]> = {},
): Planned => ({
  address,
  values,
  references,
});

const ROUTES = Object.keys(ORDERS.routes);
const api = planned(API, { protocol_type: 'HTTP', cors_configuration: [] });
const authorizer = planned(
  AUTH,
  {
    authorizer_type: 'REQUEST',
    identity_sources: ['$request.header.Authorization'],
    authorizer_payload_format_version: '2.0',
    enable_simple_responses: false,
  },
  { api_id: refer(API) },
);
const routes = ROUTES.map((key, index) =>
  planned(
    `aws_apigatewayv2_route.r${index}`,
    { route_key: key, authorization_type: 'CUSTOM' },
    { api_id: refer(API), authorizer_id: refer(AUTH) },
  ),
);
const [first, ...others] = routes as [Planned, ...Planned[]];
const plan = (...resources: readonly Planned[]) => terraformPlan(resources);
const HTTP = plan(api, authorizer, ...routes);

const R_API = 'aws_api_gateway_rest_api.orders';
const R_AUTH = 'aws_api_gateway_authorizer.auth0';
const restApi = (values: Json = {}) => planned(R_API, { name: 'orders', ...values });
const restAuth = (values: Json = {}) =>
  planned(R_AUTH, values, { rest_api_id: refer(R_API), authorizer_result_ttl_in_seconds: ['var.ttl'] });
const restMethod = (values: Json = {}, references: Record<string, readonly string[]> = {}) =>
  planned(
    'aws_api_gateway_method.get',
    { http_method: 'GET', authorization: 'CUSTOM', ...values },
    {
      rest_api_id: refer(R_API),
      resource_id: refer(R_API, 'root_resource_id'),
      authorizer_id: refer(R_AUTH),
      ...references,
    },
  );
const ROOT: AuthorizerOptions = { routes: { 'GET /': {} } };

describe('check of a Terraform plan', () => {
  it('finds nothing in a good one, and takes what the provider chooses for its default', () => {
    expect(found(HTTP, ORDERS, given)).to.deep.equal([]);
    expect(codes(plan(api, authorizer, ...others), ORDERS, given)).to.deep.equal(['missing_route']);
  });

  it('names resources by their address', () => {
    const open = { ...first, values: { ...first.values, authorization_type: 'NONE' } };
    expect(checked(plan(api, authorizer, open, ...others), ORDERS, given).findings[0]?.place.line).to.equal(
      null,
    );
    expect(found(plan(api, authorizer, open, ...others), ORDERS, given)).to.deep.equal([
      'error missing_authorizer aws_apigatewayv2_route.r0',
    ]);
  });

  it('follows references, and IDs that are known already', () => {
    const known = plan(
      planned(API, {
        id: 'abc',
        protocol_type: 'HTTP',
        cors_configuration: [{}],
        target: 'arn',
        route_key: null,
      }),
      planned(AUTH, { ...authorizer.values, id: 'xyz', api_id: 'abc' }),
      ...ROUTES.map((key, index) =>
        planned(`aws_apigatewayv2_route.r${index}`, {
          route_key: key,
          authorization_type: 'CUSTOM',
          api_id: 'abc',
          authorizer_id: 'xyz',
        }),
      ),
    );
    expect(found(known, ORDERS, given)).to.deep.equal([`warning open_route ${API}.target`]);
    const unknown = {
      ...first,
      references: { ...first.references, authorizer_id: ['module.auth.id', 'module.auth'] },
    };
    expect(codes(plan(api, authorizer, unknown, ...others), ORDERS, given)).to.deep.equal(['undecided']);
    const bare = { ...first, references: { ...first.references, authorizer_id: [] } };
    expect(codes(plan(api, authorizer, bare, ...others), ORDERS, given)).to.deep.equal(['undecided']);
  });

  it('follows references to resources of `for_each`', () => {
    const each = ['a', 'b'].flatMap((key) => [
      planned(`${API}["${key}"]`, { protocol_type: 'HTTP', cors_configuration: [] }),
      planned(`${AUTH}["${key}"]`, authorizer.values, { api_id: [API, 'each.key'] }),
      ...ROUTES.map((route, index) =>
        planned(
          `aws_apigatewayv2_route.r${index}["${key}"]`,
          { route_key: route, authorization_type: 'CUSTOM' },
          { api_id: [API, 'each.key'], authorizer_id: [AUTH, 'each.key'] },
        ),
      ),
    ]);
    expect(found(plan(...each), ORDERS, given)).to.deep.equal([]);
    const exact = planned(
      'aws_apigatewayv2_route.more',
      { route_key: 'GET /more' },
      { api_id: refer(`${API}["a"]`) },
    );
    expect(found(plan(...each, exact), ORDERS, given)).to.deep.equal([
      'warning open_route aws_apigatewayv2_route.more',
    ]);
    const vague = planned(
      'aws_apigatewayv2_route.more',
      { route_key: 'GET /more' },
      { api_id: [API, 'each.key'] },
    );
    expect(codes(plan(...each, vague), {}, given)).to.deep.equal([]);
  });

  it('reads modules', () => {
    const deep = structuredClone(HTTP) as {
      planned_values: { root_module: Json };
      resource_changes: { address: string }[];
      configuration: { root_module: Json };
    };
    const inner = deep.planned_values.root_module as { resources: { address: string }[] };
    for (const one of [...inner.resources, ...deep.resource_changes])
      one.address = `module.api.${one.address}`;
    deep.planned_values.root_module = { child_modules: [{ address: 'module.api', ...inner }] };
    deep.configuration.root_module = { module_calls: { api: { module: deep.configuration.root_module } } };
    expect(found(deep, ORDERS, given)).to.deep.equal([]);
    let nested: Json = {};
    let calls: Json = {};
    for (let level = 0; level < 60; level += 1) {
      nested = { child_modules: [nested] };
      calls = { module_calls: { a: { module: calls } } };
    }
    const bottomless = { planned_values: { root_module: nested }, configuration: { root_module: calls } };
    expect(codes(bottomless, ORDERS, given)).to.deep.equal(['no_api']);
  });

  it('says what is not known before the deployment', () => {
    const ttl = {
      ...authorizer,
      references: { ...authorizer.references, authorizer_result_ttl_in_seconds: ['var.ttl'] },
    };
    expect(found(plan(api, ttl, ...routes), ORDERS, given)).to.deep.equal([
      `warning undecided ${AUTH}.authorizer_result_ttl_in_seconds`,
    ]);
    const key = { ...first, references: { ...first.references, route_key: ['var.key'] } };
    expect(codes(plan(api, authorizer, key, ...others), ORDERS, given)).to.deep.equal([
      'undecided',
      'missing_route',
    ]);
    const type = { ...first, references: { ...first.references, authorization_type: ['var.type'] } };
    expect(codes(plan(api, authorizer, type, ...others), ORDERS, given)).to.deep.equal(['undecided']);
    const tagged = { ...authorizer, values: { ...authorizer.values, tags: { a: 'x' }, none: [] } };
    const parts = changed(plan(api, tagged, ...routes), ['resource_changes', 1, 'change', 'after_unknown'], {
      identity_sources: [true, { a: true }],
      tags: { a: false, b: true },
      none: [{ a: true }],
      jwt_configuration: false,
    });
    expect(codes(parts, ORDERS, given)).to.deep.equal(['undecided', 'missing_route'].slice(0, 1));
    expect(found(changed(HTTP, ['resource_changes'], []), ORDERS, given)).not.to.be.empty;
  });

  it('reads other authorizers, routes of other APIs, and WebSocket APIs', () => {
    const jwt = { ...authorizer, values: { ...authorizer.values, authorizer_type: 'JWT' } };
    expect(codes(plan(api, jwt, ...routes), ORDERS, given)).to.deep.equal(['undecided']);
    const iam = { ...first, values: { ...first.values, authorization_type: 'AWS_IAM' } };
    expect(codes(plan(api, authorizer, iam, ...others), ORDERS, given)).to.deep.equal(['missing_authorizer']);
    expect(codes(plan(...routes), ORDERS, given)).to.deep.equal(['undecided']);
    const chat: AuthorizerOptions = {
      tokenSource: { query: 'token' },
      routes: { $connect: { scopes: ['chat'] } },
    };
    const connect = { ...first, values: { route_key: '$connect', authorization_type: 'CUSTOM' } };
    const source = {
      ...authorizer,
      values: { ...authorizer.values, identity_sources: ['route.request.querystring.token'] },
    };
    expect(codes(plan(api, source, connect), chat, given)).to.deep.equal([]);
    const empty = planned(API, { protocol_type: 'WEBSOCKET' });
    expect(codes(plan(empty, source), chat, given)).to.deep.equal(['missing_route']);
  });

  it('reads the OpenAPI document in `body`', () => {
    const spec = {
      routes: ROUTES.map((key) => ({ key, guarded: true })),
      ttl: 300,
      payload: '2.0',
      simple: false,
    } as const;
    const http = openApiDocument({ ...spec, kind: 'http', sources: ['$request.header.Authorization'] });
    const imported = planned(API, { protocol_type: 'HTTP', body: JSON.stringify(http) });
    expect(codes(plan(imported), ORDERS, given)).to.deep.equal([]);
    const rest = openApiDocument({ ...spec, kind: 'rest', sources: ['method.request.header.Authorization'] });
    const policy = { Statement: [{ Effect: 'Allow' }] };
    expect(
      codes(
        plan(restApi({ body: JSON.stringify({ ...rest, 'x-amazon-apigateway-policy': policy }) })),
        ORDERS,
        given,
      ),
    ).to.deep.equal(['resource_policy']);
    expect(codes(plan(restApi({ body: 'openapi: 3.0.0' })), ORDERS, given)).to.deep.equal([
      'undecided',
      'missing_route',
    ]);
  });

  describe('with a REST API', () => {
    it('follows resources from the root', () => {
      expect(codes(plan(restApi(), restAuth(), restMethod()), ROOT, given)).to.deep.equal(['undecided']);
      const request = restAuth({ type: 'REQUEST' });
      expect(codes(plan(restApi(), request, restMethod()), ROOT, given)).to.deep.equal(['undecided']);
      const cognito = restAuth({ type: 'COGNITO_USER_POOLS' });
      expect(codes(plan(restApi(), cognito, restMethod()), ROOT, given)).to.deep.equal(['undecided']);
      const known = plan(restApi({ root_resource_id: 'r1' }), restAuth(), {
        ...restMethod({ resource_id: 'r1' }),
        references: { rest_api_id: refer(R_API), authorizer_id: refer(R_AUTH) },
      });
      expect(codes(known, ROOT, given)).to.deep.equal(['undecided']);
    });

    it('does not decide by a path or a method that it cannot follow', () => {
      const resource = (values: Json, parent: readonly string[]) =>
        planned('aws_api_gateway_resource.a', values, { rest_api_id: refer(R_API), parent_id: parent });
      const below = { resource_id: refer('aws_api_gateway_resource.a') };
      for (const [values, parent] of [
        [{ path_part: 'a' }, refer('aws_api_gateway_resource.a')],
        [{}, refer(R_API, 'root_resource_id')],
        [{ path_part: 'a' }, ['var.parent']],
      ] as const) {
        const document = plan(restApi(), restAuth(), resource(values, parent), restMethod({}, below));
        expect(codes(document, ROOT, given)).to.deep.equal(['undecided', 'missing_route']);
      }
      expect(
        codes(plan(restApi(), restAuth(), restMethod({ http_method: null })), ROOT, given),
      ).to.deep.equal(['undecided', 'missing_route']);
    });

    it('finds a resource policy that allows, and methods of other APIs', () => {
      const policy = planned(
        'aws_api_gateway_rest_api_policy.p',
        { policy: '{"Statement":[{"Effect":"Allow"}]}' },
        { rest_api_id: refer(R_API) },
      );
      expect(codes(plan(restApi(), restAuth(), restMethod(), policy), ROOT, given)).to.deep.equal([
        'undecided',
        'resource_policy',
      ]);
      expect(codes(plan(restMethod()), ROOT, given)).to.deep.equal(['undecided']);
    });
  });

  describe('with AppSync', () => {
    const OPTIONS: AuthorizerOptions = { rules: { scopes: ['read:orders'] } };
    const config = [{ authorizer_result_ttl_in_seconds: 0 }];
    const modes = [{ auth_type: 'AWS_LAMBDA' }];
    const graphql = (values: Json) => plan(planned('aws_appsync_graphql_api.orders', values));

    it('reads the ways to authenticate', () => {
      const lambda = { authentication_type: 'AWS_LAMBDA', lambda_authorizer_config: config };
      expect(codes(graphql(lambda), OPTIONS, given)).to.deep.equal([]);
      const more = { ...lambda, additional_authentication_provider: [{ authentication_type: 'API_KEY' }] };
      expect(codes(graphql(more), OPTIONS, given)).to.deep.equal(['other_authentication']);
      const event = {
        auth_provider: [{ auth_type: 'AWS_LAMBDA', lambda_authorizer_config: config }],
        connection_auth_mode: modes,
        default_publish_auth_mode: modes,
        default_subscribe_auth_mode: [{ auth_type: 'API_KEY' }],
      };
      const events = plan(planned('aws_appsync_api.orders', { event_config: [event] }));
      expect(found(events, OPTIONS, given)).to.deep.equal([
        'warning other_authentication aws_appsync_api.orders.event_config[0].default_subscribe_auth_mode[0].auth_type',
      ]);
    });
  });
});
