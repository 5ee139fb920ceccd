import { expect } from 'chai';
import type { AuthorizerOptions } from '../../lib/index.ts';
import { changed, checked, codes, found, type Json, ORDERS } from './support/documents.ts';
import { openApiDocument, WRITERS } from './support/writers.ts';

const SPEC = {
  routes: Object.keys(ORDERS.routes).map((key) => ({ key, guarded: true })),
  ttl: 300,
  payload: '2.0',
  simple: false,
} as const;
const REST = WRITERS['CloudFormation, REST'].write({
  ...SPEC,
  kind: 'rest',
  sources: ['method.request.header.Authorization'],
});
const HTTP = WRITERS['CloudFormation, HTTP'].write({
  ...SPEC,
  kind: 'http',
  sources: ['$request.header.Authorization'],
});

const properties = (id: string, ...names: string[]) => ['Resources', id, 'Properties', ...names];
const problems = (...parameters: Parameters<typeof checked>) =>
  checked(...parameters).findings.map(({ problem }) => problem);

describe('check of a CloudFormation template', () => {
  it('finds nothing in good ones', () => {
    expect(found(REST)).to.deep.equal([]);
    expect(found(HTTP)).to.deep.equal([]);
  });

  it('finds that a document contains no API', () => {
    expect(found({ Resources: {} })).to.deep.equal(['error no_api ']);
    expect(found({ AWSTemplateFormatVersion: '2010-09-09' })).to.deep.equal(['error no_api ']);
  });

  for (const [name, template, route, method] of [
    ['REST', REST, 'Method0', 'HttpMethod'],
    ['HTTP', HTTP, 'Route0', 'RouteKey'],
  ] as const) {
    describe(`for a ${name} API`, () => {
      const type = properties(route, 'AuthorizationType');

      it('says who authorizes a route instead of the authorizer', () => {
        expect(problems(changed(template, type, 'AWS_IAM')))
          .to.have.length(1)
          .and.match(/is authorized by AWS_IAM/);
        expect(found(changed(template, type, { 'Fn::If': ['IsTest', 'NONE', 'CUSTOM'] }))).to.deep.equal([
          `warning undecided Resources.${route}`,
        ]);
        expect(problems(changed(template, properties(route, 'AuthorizerId'), undefined))[0]).to.include(
          '`AuthorizerId` is missing',
        );
      });

      it('says that an authorizer is not in the document', () => {
        const other = changed(template, properties(route, 'AuthorizerId'), { 'Fn::ImportValue': 'auth' });
        expect(problems(other))
          .to.have.length(1)
          .and.match(/Fn::ImportValue is not in the document/);
      });

      it('says that a route is not in the document, and is milder about missing routes then', () => {
        expect(found(changed(template, properties(route, method), { Ref: 'Unknown' }))).to.deep.equal([
          `warning undecided Resources.${route}`,
          'warning missing_route Resources.Api',
        ]);
      });

      it('says that an API is made elsewhere', () => {
        const elsewhere = structuredClone(template) as { Resources: Record<string, { Properties: Json }> };
        delete elsewhere.Resources['Api'];
        const parts = Object.values(elsewhere.Resources);
        for (const { Properties } of parts) {
          for (const id of ['RestApiId', 'ApiId'])
            if (id in Properties) Properties[id] = { 'Fn::ImportValue': 'api' };
        }
        expect(codes(elsewhere)).to.deep.equal(['undecided']);
        for (const { Properties } of parts) {
          delete Properties['RestApiId'];
          delete Properties['ApiId'];
        }
        expect(codes(elsewhere)).to.include('undecided');
      });

      it('reads the OpenAPI document in `Body`, and says that one on S3 is not in the document', () => {
        const body = openApiDocument({
          ...SPEC,
          kind: name === 'REST' ? 'rest' : 'http',
          sources: [
            name === 'REST' ? 'method.request.header.Authorization' : '$request.header.Authorization',
          ],
        });
        const kind = name === 'REST' ? 'AWS::ApiGateway::RestApi' : 'AWS::ApiGatewayV2::Api';
        const imported = {
          Resources: { Api: { Type: kind, Properties: { Body: body, ProtocolType: 'HTTP' } } },
        };
        expect(found(imported)).to.deep.equal([]);
        const open = changed(imported, properties('Api', 'Body', 'paths', '/orders', 'get', 'security'), []);
        expect(found(open)).to.deep.equal([
          "error missing_authorizer Resources.Api.Properties.Body.paths['/orders'].get",
        ]);
        const secret = changed(imported, properties('Api', 'Body', 'paths', '/orders', 'get', 'security'), {
          Ref: 'Security',
        });
        expect(codes(secret)).to.deep.equal(['undecided']);
        const inPart = changed(imported, properties('Api', 'Body', 'paths'), {
          'Fn::Transform': { Name: 'AWS::Include' },
        });
        expect(codes(inPart)).to.deep.equal(['undecided', 'missing_route']);
        const elsewhere = changed(imported, properties('Api'), { BodyS3Location: { Bucket: 'b' } });
        expect(codes(elsewhere)).to.deep.equal(['undecided', 'missing_route']);
      });
    });
  }

  it('reads authorizers of other kinds as such', () => {
    const cognito = changed(REST, properties('Auth0', 'Type'), 'COGNITO_USER_POOLS');
    expect(codes(cognito)).to.deep.equal(['undecided']);
    const sources = changed(REST, properties('Auth0', 'IdentitySource'), undefined);
    expect(codes(sources)).to.deep.equal(['identity_sources']);
    const list = changed(HTTP, properties('Auth0', 'IdentitySource'), [
      '$request.header.Authorization',
      { Ref: 'S' },
    ]);
    expect(codes(list)).to.deep.equal(['undecided']);
    const jwt = changed(HTTP, properties('Auth0', 'AuthorizerType'), 'JWT');
    expect(codes(jwt)).to.deep.equal(['undecided']);
  });

  it('finds a rule that a TOKEN authorizer cannot judge, and its header', () => {
    const token = changed(REST, properties('Auth0', 'Type'), 'TOKEN');
    expect(found(token)).to.deep.equal([]);
    const ip: AuthorizerOptions = { ...ORDERS, rules: { ip: { deny: ['203.0.113.0/24'] } } };
    expect(codes(token, ip)).to.deep.equal(['unsent_input']);
    const country: AuthorizerOptions = {
      ...ORDERS,
      rules: { country: { allow: ['DE'], source: 'cloudfront' } },
    };
    expect(codes(token, country)).to.deep.equal(['unsent_input']);
    expect(found(token, { ...ORDERS, tokenSource: { header: 'X-Token' } })).to.deep.equal([
      'error identity_sources Resources.Auth0.Properties.IdentitySource',
      'error identity_sources Resources.Auth0.Properties.IdentitySource',
    ]);
    const own = changed(token, properties('Auth0', 'IdentitySource'), 'method.request.header.x-token');
    expect(found(own, { ...ORDERS, tokenSource: { header: 'X-Token' } })).to.deep.equal([]);
  });

  it('does not decide by a path that it cannot follow', () => {
    const loop = changed(REST, properties('Resource0', 'ParentId'), { Ref: 'Resource0' });
    expect(codes(loop)).to.deep.equal(['undecided', 'missing_route']);
    const part = changed(REST, properties('Resource0', 'PathPart'), { Ref: 'Part' });
    expect(codes(part)).to.deep.equal(['undecided', 'missing_route']);
    const text = changed(REST, properties('Method0', 'ResourceId'), 'abc123');
    expect(codes(text)).to.deep.equal(['undecided', 'missing_route']);
  });

  it('reads the root, and an authorizer without a type', () => {
    const spec = { ...SPEC, kind: 'rest', routes: [{ key: 'GET /', guarded: true }] } as const;
    const root = WRITERS['CloudFormation, REST'].write({
      ...spec,
      sources: ['method.request.header.Authorization'],
    });
    const options = { routes: { 'GET /': { scopes: ['a'] } } };
    expect(found(changed(root, properties('Auth0', 'Type'), undefined), options)).to.deep.equal([]);
  });

  it('reads the route of an API that is made with `Target`', () => {
    const quick = {
      Resources: { Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Target: 'arn:aws:lambda' } } },
    };
    expect(found(quick, {})).to.deep.equal(['warning open_route Resources.Api.Properties.Target']);
    const keyed = changed(quick, properties('Api', 'RouteKey'), 'GET /orders');
    expect(codes(keyed)).to.deep.equal(['missing_route', 'missing_authorizer']);
  });

  describe('for a WebSocket API', () => {
    const OPTIONS: AuthorizerOptions = {
      tokenSource: { query: 'token' },
      routes: { $connect: { scopes: ['chat'] } },
    };
    const CHAT = {
      Resources: {
        Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType: 'WEBSOCKET' } },
        Auth0: {
          Type: 'AWS::ApiGatewayV2::Authorizer',
          Properties: {
            ApiId: { Ref: 'Api' },
            AuthorizerType: 'REQUEST',
            IdentitySource: ['route.request.querystring.token'],
          },
        },
        Connect: {
          Type: 'AWS::ApiGatewayV2::Route',
          Properties: {
            ApiId: { Ref: 'Api' },
            RouteKey: '$connect',
            AuthorizationType: 'CUSTOM',
            AuthorizerId: { Ref: 'Auth0' },
          },
        },
        Send: {
          Type: 'AWS::ApiGatewayV2::Route',
          Properties: { ApiId: { Ref: 'Api' }, RouteKey: 'sendmessage', AuthorizationType: 'NONE' },
        },
      },
    };

    it('looks at `$connect` only', () => {
      expect(found(CHAT, OPTIONS)).to.deep.equal([]);
      expect(codes(changed(CHAT, properties('Connect', 'AuthorizationType'), 'NONE'), OPTIONS)).to.deep.equal(
        ['missing_authorizer'],
      );
      const { $connect: _, ...none } = OPTIONS.routes ?? {};
      expect(codes(CHAT, { ...OPTIONS, routes: { ...none, 'GET /orders': {} } })).to.include(
        'undeclared_route',
      );
      const elsewhere = structuredClone(CHAT) as { Resources: Json };
      delete elsewhere.Resources['Api'];
      expect(codes(elsewhere, OPTIONS)).to.deep.equal(['undecided']);
    });

    it('finds an identity source that clients do not send', () => {
      const header = changed(CHAT, properties('Auth0', 'IdentitySource'), [
        'route.request.header.Authorization',
      ]);
      expect(found(header, OPTIONS)).to.deep.equal([
        'error identity_sources Resources.Auth0.Properties.IdentitySource',
      ]);
    });
  });

  describe('for AppSync', () => {
    const LAMBDA = { AuthType: 'AWS_LAMBDA', LambdaAuthorizerConfig: { AuthorizerResultTtlInSeconds: 300 } };
    const OPTIONS: AuthorizerOptions = { rules: { scopes: ['read:orders'] }, ttlOverride: 300 };
    const GRAPHQL = {
      Resources: {
        Api: {
          Type: 'AWS::AppSync::GraphQLApi',
          Properties: {
            AuthenticationType: 'AWS_LAMBDA',
            LambdaAuthorizerConfig: LAMBDA.LambdaAuthorizerConfig,
          },
        },
      },
    };
    const modes = [{ AuthType: 'AWS_LAMBDA' }];
    const EVENTS = {
      Resources: {
        Api: {
          Type: 'AWS::AppSync::Api',
          Properties: {
            EventConfig: {
              AuthProviders: [LAMBDA],
              ConnectionAuthModes: modes,
              DefaultPublishAuthModes: modes,
              DefaultSubscribeAuthModes: modes,
            },
          },
        },
        Channel: {
          Type: 'AWS::AppSync::ChannelNamespace',
          Properties: { ApiId: { 'Fn::GetAtt': ['Api', 'ApiId'] }, PublishAuthModes: modes },
        },
        Other: {
          Type: 'AWS::AppSync::ChannelNamespace',
          Properties: { ApiId: 'abc', PublishAuthModes: [{ AuthType: 'API_KEY' }] },
        },
      },
    };

    it('finds nothing in good ones', () => {
      expect(found(GRAPHQL, OPTIONS)).to.deep.equal([]);
      expect(found(EVENTS, OPTIONS)).to.deep.equal([]);
    });

    it('finds that the authorizer is missing, or can be avoided', () => {
      const key = changed(GRAPHQL, properties('Api', 'AuthenticationType'), 'API_KEY');
      expect(found(key, OPTIONS)).to.deep.equal(['error missing_authorizer Resources.Api']);
      const more = changed(GRAPHQL, properties('Api', 'AdditionalAuthenticationProviders'), [
        { AuthenticationType: 'API_KEY' },
      ]);
      expect(found(more, OPTIONS)).to.deep.equal([
        'warning other_authentication Resources.Api.Properties.AdditionalAuthenticationProviders[0].AuthenticationType',
      ]);
      const channel = changed(EVENTS, properties('Channel', 'PublishAuthModes'), [{ AuthType: 'AWS_IAM' }]);
      expect(codes(channel, OPTIONS)).to.deep.equal(['other_authentication']);
      const without = changed(EVENTS, properties('Api', 'EventConfig', 'AuthProviders'), []);
      expect(found(without, OPTIONS)).to.deep.equal([]);
    });

    it('finds a TTL that does not count, and one of answers that must not be cached', () => {
      expect(found(GRAPHQL, { ...OPTIONS, ttlOverride: 60 })).to.deep.equal([
        'warning ttl Resources.Api.Properties.LambdaAuthorizerConfig.AuthorizerResultTtlInSeconds',
      ]);
      const custom: AuthorizerOptions = { rules: { custom: { hours: () => true } }, ttlOverride: 300 };
      expect(found(GRAPHQL, custom)).to.deep.equal(['error ttl Resources.Api']);
    });

    it('says what is undecided', () => {
      const type = changed(GRAPHQL, properties('Api', 'AuthenticationType'), { Ref: 'Type' });
      const loop = ['Name', ['Admin'], { '${Name}': GRAPHQL.Resources.Api }];
      expect(codes(changed(GRAPHQL, ['Resources', 'Fn::ForEach::Apis'], loop), OPTIONS)).to.deep.equal([
        'undecided',
      ]);
      expect(found(type, OPTIONS)).to.deep.equal([
        'warning undecided Resources.Api.Properties.AuthenticationType',
      ]);
      const list = changed(GRAPHQL, properties('Api', 'AdditionalAuthenticationProviders'), { Ref: 'List' });
      expect(codes(list, OPTIONS)).to.deep.equal(['undecided']);
      const both = changed(list, properties('Api', 'AuthenticationType'), 'API_KEY');
      expect(codes(both, OPTIONS)).to.deep.equal(['undecided']);
    });
  });

  describe('resolves intrinsic functions', () => {
    const TTL = properties('Auth0', 'AuthorizerResultTtlInSeconds');
    const withTtl = (value: unknown, more: Json = {}) => ({ ...changed(HTTP, TTL, value), ...more });
    const parameters = new Map([
      ['Ttl', '300'],
      ['Sources', '$request.header.Authorization, $context.routeKey'],
    ]);

    it('that the template decides', () => {
      const Mappings = { Stages: { prod: { ttl: 7200, list: [1] } } };
      expect(codes(withTtl({ 'Fn::FindInMap': ['Stages', 'prod', 'ttl'] }, { Mappings }))).to.deep.equal([
        'ttl',
      ]);
      expect(codes(withTtl({ 'Fn::Sub': '72${!a}00' }))).to.deep.equal(['undecided']);
      expect(codes(withTtl({ 'Fn::Sub': ['${a}00', { a: 72 }] }))).to.deep.equal(['ttl']);
      expect(codes(withTtl({ 'Fn::Join': ['', ['72', '00']] }))).to.deep.equal(['ttl']);
      expect(codes(withTtl({ Ref: 'AWS::NoValue' }))).to.deep.equal([]);
    });

    it('that the parameters decide', () => {
      const own = { parameters };
      expect(codes(withTtl({ Ref: 'Ttl' }), ORDERS, own)).to.deep.equal([]);
      expect(codes(withTtl({ 'Fn::Sub': '${Ttl}0' }), ORDERS, own)).to.deep.equal([]);
      const list = {
        ...changed(HTTP, properties('Auth0', 'IdentitySource'), { Ref: 'Sources' }),
        Parameters: { Sources: { Type: 'CommaDelimitedList' } },
      };
      expect(codes(list, ORDERS, own)).to.deep.equal([]);
    });

    for (const value of [
      { Ref: 'Ttl' },
      { Ref: ['Ttl'] },
      { 'Fn::GetAtt': [] },
      { 'Fn::GetAtt': 'Api.Id' },
      { 'Fn::GetAtt': 7 },
      { 'Fn::Sub': '${Ttl}' },
      { 'Fn::Sub': '${Api.Id}' },
      { 'Fn::Sub': ['${a}', 7] },
      { 'Fn::Sub': 7 },
      { 'Fn::Join': ['', [{ Ref: 'Api' }, { Ref: 'Auth0' }]] },
      { 'Fn::Join': '' },
      { 'Fn::FindInMap': ['Stages', { Ref: 'Stage' }, 'ttl'] },
      { 'Fn::FindInMap': ['Stages', 'prod', 'other'] },
      { 'Fn::FindInMap': 'Stages' },
      { 'Fn::If': ['IsTest', 0, { Ref: 'Ttl' }] },
      { 'Fn::Unknown': null },
      {},
      { Ref: 'Ttl', Other: 1 },
      'soon',
      [7],
    ]) {
      it(`leaves ${JSON.stringify(value)} undecided`, () => {
        expect(found(withTtl(value))).to.deep.equal([`warning undecided ${TTL.join('.')}`]);
      });
    }
  });
});
