import { expect } from 'chai';
import { check } from '../../lib/checking/check.ts';
import { jsonDocument } from '../../lib/checking/documents/json.ts';
import type { AuthorizerOptions } from '../../lib/index.ts';
import { changed, codes, found, ORDERS } from './support/documents.ts';

const HTTP = {
  service: 'orders',
  custom: {
    ttl: '${self:custom.seconds}',
    seconds: 300,
    note: 'a ${ b',
    auth: { name: '${self:custom.name}' },
    name: 'auth0',
  },
  provider: {
    name: 'aws',
    httpApi: {
      authorizers: {
        auth0: {
          type: 'request',
          functionName: 'authorizer',
          identitySource: ['$request.header.Authorization'],
          resultTtlInSeconds: '${self:custom.ttl}',
        },
        jwt: { identitySource: '$request.header.Authorization', issuerUrl: 'https://tenant.eu.auth0.com/' },
      },
    },
  },
  functions: {
    authorizer: { handler: 'authorizer.handler' },
    orders: {
      handler: 'orders.handler',
      events: [
        { httpApi: { method: 'GET', path: '/orders', authorizer: { name: 'auth0' } } },
        { httpApi: { method: 'GET', path: '/orders/{id}', authorizer: '${self:custom.auth}' } },
        { httpApi: { method: 'POST', path: '/orders', authorizer: 'auth0' } },
        { sqs: 'arn:aws:sqs' },
      ],
    },
  },
};
const EVENTS = ['functions', 'orders', 'events'];
const AUTHORIZER = [...EVENTS, 0, 'httpApi', 'authorizer'];
const TTL = ['provider', 'httpApi', 'authorizers', 'auth0', 'resultTtlInSeconds'];

const REST = {
  service: 'orders',
  provider: { name: 'aws' },
  functions: {
    orders: {
      events: [
        { http: { method: 'get', path: 'orders', authorizer: 'authorizer' } },
        { http: { method: 'get', path: '/orders/{id}', authorizer: { name: 'authorizer' } } },
        { http: { method: 'post', path: 'orders', authorizer: { name: 'authorizer', type: 'token' } } },
      ],
    },
  },
};

describe('check of serverless.yml', () => {
  it('finds nothing in good ones, and follows their variables', () => {
    expect(found(HTTP)).to.deep.equal([]);
    expect(found(REST)).to.deep.equal([]);
  });

  it('reads guards of every kind', () => {
    const guarded = (authorizer: unknown) => codes(changed(HTTP, AUTHORIZER, authorizer));
    expect(guarded(undefined)).to.deep.equal(['missing_authorizer']);
    expect(guarded({ type: 'aws_iam' })).to.deep.equal(['missing_authorizer']);
    expect(guarded('jwt')).to.deep.equal(['missing_authorizer']);
    expect(guarded({ name: 'jwt' })).to.deep.equal(['missing_authorizer']);
    expect(guarded('unknown')).to.deep.equal(['missing_authorizer']);
    const elsewhere = changed(HTTP, ['provider', 'httpApi', 'authorizers'], '${file(authorizers.yml)}');
    expect(codes(elsewhere)).to.deep.equal(['undecided']);
    expect(guarded({ id: 'abc' })).to.deep.equal(['undecided']);
    expect(guarded({ id: { Ref: 'Auth' } })).to.deep.equal(['undecided']);
    expect(guarded({})).to.deep.equal(['undecided']);
    expect(guarded('${opt:authorizer}')).to.deep.equal(['undecided']);
    const rest = (authorizer: unknown) =>
      codes(changed(REST, [...EVENTS, 0, 'http', 'authorizer'], authorizer));
    expect(rest('aws_iam')).to.deep.equal(['missing_authorizer']);
    expect(rest({ arn: 'arn:aws:cognito-idp:eu-central-1:1:userpool/x' })).to.deep.equal([
      'missing_authorizer',
    ]);
    expect(rest({ arn: 'arn:aws:lambda:eu-central-1:1:function:authorizer' })).to.deep.equal([
      'several_authorizers',
    ]);
    expect(rest({ authorizerId: { Ref: 'Auth' } })).to.deep.equal(['several_authorizers']);
    expect(rest({ type: 'request' })).to.deep.equal([]);
  });

  it('names the authorizer that the options are for', () => {
    const other = changed(REST, [...EVENTS, 0, 'http', 'authorizer'], 'other');
    expect(codes(other)).to.deep.equal(['several_authorizers']);
    expect(found(other, ORDERS, { authorizer: 'authorizer' })).to.deep.equal([
      'error missing_authorizer functions.orders.events[0].http',
    ]);
  });

  it('reads the short forms of events, and the catch-all', () => {
    const all = changed(HTTP, EVENTS, [{ httpApi: '*' }]);
    expect(found(all, { ...ORDERS, undeclared: 'deny' })).to.include(
      'error missing_authorizer functions.orders.events[0].httpApi',
    );
    const path = changed(HTTP, EVENTS, [{ httpApi: { path: '*', authorizer: 'auth0' } }]);
    expect(codes(path, { ...ORDERS, undeclared: 'deny' })).to.deep.equal([]);
    const short = changed(REST, EVENTS, [{ http: 'GET orders' }, { http: 'ANY bills' }]);
    expect(codes(short)).to.include('missing_authorizer').and.include('open_route');
    for (const [document, kind] of [
      [HTTP, 'httpApi'],
      [REST, 'http'],
    ] as const) {
      const open = changed(document, [...EVENTS, 0, kind, 'path'], undefined);
      expect(found(open as object)).to.deep.equal([
        `warning undecided functions.orders.events[0].${kind}`,
        `warning missing_route ${kind === 'http' ? 'functions' : 'provider.httpApi'}`,
      ]);
    }
    const bare = { service: 'orders', functions: { orders: { events: [{ httpApi: 'GET /orders' }] } } };
    expect(codes(bare, {})).to.deep.equal(['open_route']);
  });

  it('knows that an API that other stacks share may have further routes', () => {
    const shared = changed(HTTP, ['provider', 'httpApi', 'id'], 'abc');
    expect(found(changed(shared, [...EVENTS, 2], undefined))).to.deep.equal([
      'warning missing_route provider.httpApi',
    ]);
    const rest = changed(REST, ['provider', 'apiGateway'], { restApiId: 'abc' });
    expect(found(changed(rest, [...EVENTS, 2], undefined))).to.deep.equal([
      'warning missing_route functions',
    ]);
  });

  it('finds preflights of `$default` under CORS', () => {
    const all = changed(HTTP, EVENTS, [{ httpApi: { path: '*', authorizer: 'auth0' } }]);
    const cors = (value: unknown) =>
      codes(changed(all, ['provider', 'httpApi', 'cors'], value), { ...ORDERS, undeclared: 'deny' });
    expect(cors(true)).to.deep.equal(['guarded_preflight']);
    expect(cors(false)).to.deep.equal([]);
  });

  it('finds a resource policy that allows', () => {
    const policy = (statements: unknown) =>
      codes(changed(REST, ['provider', 'apiGateway'], { resourcePolicy: statements }));
    expect(policy([{ Effect: 'Allow' }])).to.deep.equal(['resource_policy']);
    expect(policy([{ Effect: 'Deny' }])).to.deep.equal([]);
    expect(policy('${file(policy.yml)}')).to.deep.equal(['undecided']);
  });

  it('reads the template in `resources`', () => {
    const Api = { Type: 'AWS::AppSync::GraphQLApi', Properties: { AuthenticationType: 'API_KEY' } };
    const document = { service: 'orders', provider: {}, resources: { Resources: { Api } } };
    expect(codes(document)).to.deep.equal(['missing_authorizer']);
    expect(codes({ ...document, resources: [{ Resources: { Api } }] })).to.deep.equal(['missing_authorizer']);
  });

  describe('with WebSocket events', () => {
    const OPTIONS: AuthorizerOptions = {
      tokenSource: { query: 'token' },
      routes: { $connect: { scopes: ['chat'] } },
    };
    const authorizer = { name: 'authorizer', identitySource: ['route.request.querystring.token'] };
    const CHAT = {
      service: 'chat',
      functions: {
        chat: { events: [{ websocket: { route: '$connect', authorizer } }, { websocket: '$default' }] },
      },
    };
    const GUARD = ['functions', 'chat', 'events', 0, 'websocket', 'authorizer'];

    it('looks at the authorizer of `$connect`', () => {
      expect(codes(CHAT, OPTIONS)).to.deep.equal([]);
      expect(codes(changed(CHAT, GUARD, undefined), OPTIONS)).to.deep.equal(['missing_authorizer']);
      // The header `Auth` is the default of the framework.
      expect(codes(changed(CHAT, GUARD, 'authorizer'), OPTIONS)).to.deep.equal(['identity_sources']);
      expect(
        codes(changed(CHAT, GUARD, { ...authorizer, name: undefined, arn: 'arn' }), OPTIONS),
      ).to.deep.equal([]);
      expect(codes(changed(CHAT, GUARD, { ...authorizer, name: undefined }), OPTIONS)).to.deep.equal([]);
      expect(codes(changed(CHAT, [...GUARD.slice(0, -1), 'route'], undefined), OPTIONS)).to.deep.equal([
        'missing_route',
      ]);
    });
  });

  describe('resolves variables', () => {
    const withTtl = (
      value: unknown,
      files: Record<string, unknown> = {},
      parameters = new Map<string, string>(),
    ) => {
      const text = JSON.stringify(changed(HTTP, TTL, value));
      const document = { ...jsonDocument('serverless.yml', text), related: new Map(Object.entries(files)) };
      return check({
        file: 'options.ts',
        options: ORDERS,
        environment: {},
        documents: [{ option: '--template', document }],
        parameters,
        assumptions: { authorizer: null, open: new Set() },
      }).findings.map(({ code }) => code);
    };

    it('of the document, of given parameters, and of JSON files beside it', () => {
      expect(withTtl('${self:custom.seconds}${self:custom.seconds}')).to.deep.equal(['ttl']);
      expect(withTtl('${param:ttl}', {}, new Map([['ttl', '300']]))).to.deep.equal([]);
      expect(withTtl('${file(api.json):ttl}', { 'api.json': { ttl: 7200 } })).to.deep.equal(['ttl']);
      expect(withTtl('${file(api.json):list.1}', { 'api.json': { list: [0, 300] } })).to.deep.equal([]);
    });

    for (const value of [
      '${param:ttl}',
      '${opt:ttl}',
      '${file(api.json):ttl}',
      '${self:custom.none}',
      '${self:custom.auth}0',
      '${env:TTL, 300}',
      '${AWS::Region}',
    ]) {
      it(`leaves ${value} undecided`, () => {
        expect(withTtl(value)).to.deep.equal(['undecided']);
      });
    }

    it('leaves variables that name each other undecided', () => {
      expect(codes(changed(HTTP, ['custom', 'seconds'], '${self:custom.ttl}'))).to.deep.equal(['undecided']);
    });

    it('refuses a document that contains itself', () => {
      const loop = changed(HTTP, ['custom', 'auth'], { inner: '${self:custom.auth}' });
      expect(() => codes(loop)).to.throw(/^document\.json is nested more than 100 levels deep$/);
    });
  });
});
