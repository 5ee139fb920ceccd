import { expect } from 'chai';
import { changed, checked, codes, found, type Json, ORDERS } from './support/documents.ts';

const event = (Method: string, Path: string, more: Json = {}) => ({
  Type: 'Api',
  Properties: { RestApiId: { Ref: 'Api' }, Method, Path, ...more },
});

const REST = {
  Transform: 'AWS::Serverless-2016-10-31',
  Parameters: { Ttl: { Type: 'Number', Default: 300 } },
  Resources: {
    Api: {
      Type: 'AWS::Serverless::Api',
      Properties: {
        StageName: 'prod',
        Auth: {
          DefaultAuthorizer: 'Auth0',
          Authorizers: {
            Auth0: {
              FunctionPayloadType: 'REQUEST',
              FunctionArn: { 'Fn::GetAtt': ['Authorizer', 'Arn'] },
              Identity: { Headers: ['Authorization'], ReauthorizeEvery: 300 },
            },
          },
        },
      },
    },
    Orders: {
      Type: 'AWS::Serverless::Function',
      Properties: {
        Events: {
          List: event('GET', '/orders'),
          Read: event('get', '/orders/{orderId}'),
          Create: event('post', '/orders'),
        },
      },
    },
  },
};

const EVENTS = ['Resources', 'Orders', 'Properties', 'Events'];
const AUTH = ['Resources', 'Api', 'Properties', 'Auth'];
const AUTHORIZER = [...AUTH, 'Authorizers', 'Auth0'];

describe('check of a SAM template', () => {
  it('finds nothing in a good one', () => {
    expect(found(REST)).to.deep.equal([]);
    const { checked: apis } = checked(REST);
    expect(apis.map(({ name, kind }) => `${name} ${kind}`)).to.deep.equal(['Api rest']);
  });

  it('finds a route that is not declared, with its place and line', () => {
    const document = changed(REST, [...EVENTS, 'Bills'], event('GET', '/bills'));
    const { findings } = checked(document);
    expect(findings).to.have.length(1);
    const [finding] = findings;
    expect(finding).to.include({ code: 'undeclared_route', severity: 'error' });
    expect(finding?.place).to.include({
      file: 'document.json',
      path: 'Resources.Orders.Properties.Events.Bills',
    });
    expect(finding?.place.line).to.equal(
      JSON.stringify(document, null, 2)
        .split('\n')
        .findIndex((line) => line.includes('"Bills"')) + 1,
    );
  });

  it('finds a declared route that the API lacks', () => {
    expect(found(changed(REST, [...EVENTS, 'Create'], undefined))).to.deep.equal([
      'error missing_route Resources.Api',
    ]);
  });

  it('finds a route without the authorizer', () => {
    const open = changed(REST, [...EVENTS, 'List', 'Properties', 'Auth'], { Authorizer: 'NONE' });
    expect(found(open)).to.deep.equal(['error missing_authorizer Resources.Orders.Properties.Events.List']);
    expect(codes(changed(REST, [...AUTH, 'DefaultAuthorizer'], undefined))).to.deep.equal([
      'missing_authorizer',
    ]);
    const iam = changed(REST, [...EVENTS, 'List', 'Properties', 'Auth'], { Authorizer: 'AWS_IAM' });
    expect(codes(iam)).to.deep.equal(['missing_authorizer']);
  });

  it('finds preflights with the default authorizer, once', () => {
    const cors = changed(REST, ['Resources', 'Api', 'Properties', 'Cors'], "'*'");
    expect(found(cors)).to.deep.equal([
      'error guarded_preflight Resources.Api.Properties.Auth.AddDefaultAuthorizerToCorsPreflight',
    ]);
    expect(found(changed(cors, [...AUTH, 'AddDefaultAuthorizerToCorsPreflight'], false))).to.deep.equal([]);
  });

  it('finds a TTL and identity sources that do not fit the options', () => {
    expect(found(REST, { ...ORDERS, handlerDecides: true })).to.deep.equal([
      'error identity_sources Resources.Api.Properties.Auth.Authorizers.Auth0.Identity',
    ]);
    const custom = { ...ORDERS, rules: { custom: { hours: () => true } } };
    expect(found(REST, custom)).to.deep.equal([
      'error ttl Resources.Api.Properties.Auth.Authorizers.Auth0.Identity.ReauthorizeEvery',
    ]);
    const uncached = changed(REST, [...AUTHORIZER, 'Identity', 'ReauthorizeEvery'], 0);
    expect(found(uncached, custom)).to.deep.equal([]);
    expect(found(uncached, { ...ORDERS, handlerDecides: true })).to.deep.equal([]);
    const context = changed(REST, [...AUTHORIZER, 'Identity', 'Context'], ['resourcePath', 'httpMethod']);
    expect(found(context, { ...ORDERS, handlerDecides: true })).to.deep.equal([]);
  });

  it('does not decide by the default of a parameter', () => {
    const document = changed(REST, [...AUTHORIZER, 'Identity', 'ReauthorizeEvery'], { Ref: 'Ttl' });
    expect(found(document)).to.deep.equal([
      'warning undecided Resources.Api.Properties.Auth.Authorizers.Auth0.Identity.ReauthorizeEvery',
    ]);
    const given = (ttl: string) => found(document, ORDERS, { parameters: new Map([['Ttl', ttl]]) });
    expect(given('300')).to.deep.equal([]);
    expect(given('7200')).to.deep.equal([
      'error ttl Resources.Api.Properties.Auth.Authorizers.Auth0.Identity.ReauthorizeEvery',
    ]);
  });

  it('reads what `Globals` have, and the API that SAM makes for events without one', () => {
    const { Api, ...rest } = REST.Resources;
    const { StageName: _, ...common } = Api.Properties;
    const Events = Object.fromEntries(
      Object.entries(rest.Orders.Properties.Events).map(([name, one]) => {
        const { RestApiId: __, ...others } = one.Properties;
        return [name, { ...one, Properties: others }];
      }),
    );
    const Orders = { Type: 'AWS::Serverless::Function', Properties: { Events } };
    const made = { Globals: { Api: common }, Resources: { Orders } };
    expect(found(made)).to.deep.equal([]);
    expect(checked(made).checked.map(({ name }) => name)).to.deep.equal(['ServerlessRestApi']);
    expect(codes({ ...made, Globals: {} })).to.deep.equal(['missing_authorizer']);
    expect(
      found({
        Globals: { Api: common },
        Resources: { Api: { Type: Api.Type }, Orders: REST.Resources.Orders },
      }),
    ).to.deep.equal([]);
  });

  it('reads TOKEN authorizers, which are the default, and their header', () => {
    const token = (Identity: Json) => changed(REST, AUTHORIZER, { FunctionArn: 'arn', Identity });
    expect(found(token({}))).to.deep.equal([]);
    expect(codes(token({ Header: 'X-Token' }))).to.deep.equal(['identity_sources']);
    expect(codes(token({ Header: { Ref: 'Header' } }))).to.deep.equal(['undecided']);
    expect(codes(token({ Header: true }))).to.deep.equal(['identity_sources']);
    expect(codes(changed(REST, [...AUTHORIZER, 'Identity', 'Headers'], [{}]))).to.deep.equal(['undecided']);
    expect(codes(changed(REST, [...AUTHORIZER, 'Identity', 'Headers'], { Ref: 'Headers' }))).to.deep.equal([
      'undecided',
    ]);
    expect(
      codes(changed(REST, [...AUTHORIZER, 'Identity', 'Headers'], ['Authorization', null])),
    ).to.deep.equal(['undecided']);
    expect(codes(changed(REST, [...AUTHORIZER, 'Identity', 'QueryStrings'], ['tenant']))).to.deep.equal([
      'identity_sources',
    ]);
    expect(codes(changed(REST, [...AUTHORIZER, 'Identity', 'StageVariables'], ['tenant']))).to.deep.equal([]);
  });

  it('reads authorizers of other kinds as what they are', () => {
    const codesFor = (authorizer: Json) => codes(changed(REST, AUTHORIZER, authorizer));
    expect(codesFor({ UserPoolArn: 'arn' })).to.deep.equal(['missing_authorizer']);
    expect(codesFor({ JwtConfiguration: {} })).to.deep.equal(['missing_authorizer']);
    const named = (name: unknown) => codes(changed(REST, [...AUTH, 'DefaultAuthorizer'], name));
    expect(named('Other')).to.deep.equal(['missing_authorizer']);
    expect(named({ Ref: 'Name' })).to.deep.equal(['undecided']);
  });

  it('finds the name of an authorizer that does not exist, unless the deployment may make it', () => {
    const named = changed(REST, [...EVENTS, 'List', 'Properties', 'Auth'], { Authorizer: 'Nope' });
    const { findings } = checked(named);
    expect(findings.map(({ severity, problem, change }) => [severity, problem, change])).to.deep.equal([
      [
        'error',
        "The route 'GET /orders' names an authorizer that does not exist: the API has no authorizer 'Nope'.",
        'Correct the name, or declare the authorizer.',
      ],
    ]);
    const included = { 'Fn::Transform': { Name: 'AWS::Include' } };
    const { Authorizers } = REST.Resources.Api.Properties.Auth;
    for (const more of [included, { ...Authorizers, ...included }]) {
      expect(codes(changed(named, [...AUTH, 'Authorizers'], more))).to.deep.equal(['undecided']);
    }
  });

  it('says that a route is not in the document', () => {
    const path = [...EVENTS, 'List', 'Properties', 'Path'];
    expect(found(changed(REST, path, { Ref: 'Path' }))).to.deep.equal([
      'warning undecided Resources.Orders.Properties.Events.List',
      'warning missing_route Resources.Api',
    ]);
    expect(codes(changed(REST, [...EVENTS, 'List', 'Properties', 'Method'], { Ref: 'Method' }))).to.include(
      'undecided',
    );
    expect(
      codes(changed(REST, ['Resources', 'Api', 'Properties', 'DefinitionUri'], 'openapi.yaml')),
    ).to.deep.equal(['undecided']);
  });

  it('says that a macro, a loop or a condition may make further routes', () => {
    const included = { Name: 'AWS::Include', Parameters: { Location: 's3://bucket/events.yaml' } };
    const conditional = { 'Fn::If': ['Wide', event('GET', '/hidden'), { Ref: 'AWS::NoValue' }] };
    const loop = ['Name', ['Admin'], { '${Name}': REST.Resources.Orders }];
    for (const [path, value] of [
      [['Resources', 'Fn::ForEach::Functions'], loop],
      [['Resources', 'Fn::Transform'], included],
      [['Resources', 'Other'], { 'Fn::If': ['Wide', REST.Resources.Orders, { Ref: 'AWS::NoValue' }] }],
      [[...EVENTS, 'Fn::Transform'], included],
      [[...EVENTS, 'Hidden'], conditional],
    ] as const) {
      const { findings } = checked(changed(REST, path, value));
      expect(findings.map(({ code, problem }) => `${code} ${problem}`)).to.deep.equal([
        `undecided What ${path.at(-1)?.startsWith('Fn::') ? path.at(-1) : 'Fn::If'} makes here, perhaps a route, is not in the document.`,
      ]);
    }
    const all = changed(REST, EVENTS, { 'Fn::Transform': included });
    expect(codes(all)).to.deep.equal(['undecided', 'missing_route']);
    const simple = changed(REST, [...EVENTS, 'Queue'], { Type: 'SQS', Properties: { Queue: { Ref: 'Q' } } });
    expect(found(simple)).to.deep.equal([]);
  });

  it('ignores a final slash', () => {
    expect(found(changed(REST, [...EVENTS, 'List', 'Properties', 'Path'], '/orders/'))).to.deep.equal([]);
  });

  it('takes routes without a method for all methods', () => {
    const any = changed(REST, EVENTS, { All: event('any', '/orders') });
    const options = { routes: { 'ANY /orders': { scopes: ['a'] } }, undeclared: 'absent' as const };
    expect(found(any, options)).to.deep.equal([]);
    expect(found(changed(any, [...EVENTS, 'All', 'Properties', 'Method'], undefined), options)).to.deep.equal(
      [],
    );
  });

  it('adds the routes of `DefinitionBody`, with the default authorizer', () => {
    const body = (operation: object) =>
      changed(REST, ['Resources', 'Api', 'Properties', 'DefinitionBody'], {
        openapi: '3.0.1',
        'x-amazon-apigateway-policy': { Statement: [{ Effect: 'Deny' }] },
        paths: { '/orders': { get: {}, options: {} }, '/bills': { get: operation } },
      });
    const bills = { ...ORDERS, routes: { ...ORDERS.routes, 'GET /bills': { scopes: ['a'] } } };
    expect(codes(body({}), bills)).to.deep.equal([]);
    expect(codes(body({}), ORDERS)).to.deep.equal(['undeclared_route']);
    expect(codes(body({ 'x-amazon-apigateway-auth': { type: 'AWS_IAM' } }), bills)).to.deep.equal([
      'missing_authorizer',
    ]);
    expect(codes(body({ security: [{ Auth0: [] }] }), bills)).to.deep.equal([]);
    expect(codes(body({ security: [{ Nope: [] }] }), bills)).to.deep.equal(['missing_authorizer']);
  });

  it('finds a resource policy that allows: SAM writes one for lists of addresses', () => {
    const policy = (value: Json) => codes(changed(REST, [...AUTH, 'ResourcePolicy'], value));
    expect(policy({ IpRangeBlacklist: ['203.0.113.0/24'] })).to.deep.equal(['resource_policy']);
    expect(policy({ CustomStatements: [{ Effect: 'Deny' }] })).to.deep.equal([]);
    expect(policy({ CustomStatements: { Effect: 'Allow' } })).to.deep.equal(['resource_policy']);
  });

  describe('for an HTTP API', () => {
    const HTTP = {
      Resources: {
        Api: {
          Type: 'AWS::Serverless::HttpApi',
          Properties: {
            CorsConfiguration: true,
            Auth: {
              DefaultAuthorizer: 'Auth0',
              Authorizers: {
                Auth0: {
                  FunctionArn: 'arn',
                  AuthorizerPayloadFormatVersion: 2.0,
                  EnableSimpleResponses: 'false',
                  Identity: { Headers: 'Authorization' },
                },
              },
            },
          },
        },
        Orders: {
          Type: 'AWS::Serverless::Function',
          Properties: { Events: { All: { Type: 'HttpApi', Properties: { ApiId: { Ref: 'Api' } } } } },
        },
      },
    };
    const ALL = { ...ORDERS, undeclared: 'deny' as const };

    it('takes an event without a path for `$default`, which needs a route for preflights', () => {
      expect(codes(HTTP, ALL)).to.deep.equal(['guarded_preflight']);
      const preflight = {
        Type: 'HttpApi',
        Properties: {
          ApiId: { Ref: 'Api' },
          Method: 'options',
          Path: '/{proxy+}',
          Auth: { Authorizer: 'NONE' },
        },
      };
      expect(codes(changed(HTTP, [...EVENTS, 'Preflight'], preflight), ALL)).to.deep.equal([]);
      const orders = changed(HTTP, [...EVENTS, 'Preflight'], {
        ...preflight,
        Properties: { ...preflight.Properties, Path: '/orders' },
      });
      expect(codes(orders, ALL)).to.deep.equal(['guarded_preflight']);
      expect(
        codes(changed(HTTP, ['Resources', 'Api', 'Properties', 'CorsConfiguration'], undefined), ALL),
      ).to.deep.equal([]);
      const named = changed(HTTP, [...EVENTS, 'All', 'Properties', 'Path'], '$default');
      expect(codes(named, ALL)).to.deep.equal(['guarded_preflight']);
    });

    it('demands the payload format, and says what is undecided', () => {
      const authorizer = (name: string, value: unknown) =>
        codes(changed(HTTP, [...AUTHORIZER, name], value), ALL).filter(
          (code) => code !== 'guarded_preflight',
        );
      expect(authorizer('AuthorizerPayloadFormatVersion', undefined)).to.deep.equal(['response_format']);
      expect(authorizer('AuthorizerPayloadFormatVersion', '3.0')).to.deep.equal(['response_format']);
      expect(authorizer('AuthorizerPayloadFormatVersion', '1.0')).to.deep.equal([]);
      expect(authorizer('AuthorizerPayloadFormatVersion', { Ref: 'Format' })).to.deep.equal(['undecided']);
      expect(authorizer('EnableSimpleResponses', true)).to.deep.equal(['response_format']);
      expect(authorizer('EnableSimpleResponses', undefined)).to.deep.equal([]);
      expect(authorizer('EnableSimpleResponses', { Ref: 'Simple' })).to.deep.equal(['undecided']);
      expect(authorizer('EnableSimpleResponses', 'maybe')).to.deep.equal(['undecided']);
      const simple = changed(HTTP, [...AUTHORIZER, 'AuthorizerPayloadFormatVersion'], '1.0');
      expect(codes(simple, { ...ALL, httpApiResponse: 'simple' })).to.include('response_format');
    });

    it('reads CORS in `DefinitionBody`', () => {
      const api = ['Resources', 'Api', 'Properties'];
      const without = changed(HTTP, [...api, 'CorsConfiguration'], undefined);
      const body = { openapi: '3.0.1', 'x-amazon-apigateway-cors': {}, paths: {} };
      expect(codes(changed(without, [...api, 'DefinitionBody'], body), ALL)).to.deep.equal([
        'guarded_preflight',
      ]);
    });

    it('does not cache without identity sources', () => {
      const identity = (value: unknown) =>
        codes(changed(HTTP, [...AUTHORIZER, 'Identity'], value), { ...ALL, handlerDecides: true });
      expect(identity({ Headers: ['Authorization'] })).to.include('identity_sources');
      expect(identity(undefined)).to.deep.equal(['guarded_preflight']);
      expect(identity({ Headers: [], ReauthorizeEvery: 300 })).to.include('identity_sources');
    });
  });
});
