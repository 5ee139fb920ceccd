import { expect } from 'chai';
import type { AuthorizerOptions } from '../../lib/index.ts';
import { checked, codes, found, ORDERS } from './support/documents.ts';
import { type Spec, WRITERS } from './support/writers.ts';

const REST = WRITERS['CloudFormation, REST'];
const HTTP = WRITERS['CloudFormation, HTTP'];
const guarded = (...keys: string[]) => keys.map((key) => ({ key, guarded: true }));
const open = (...keys: string[]) => keys.map((key) => ({ key, guarded: false }));

const rest = (routes: Spec['routes'], more: Partial<Spec> = {}) =>
  REST.write({
    kind: 'rest',
    routes,
    ttl: 300,
    sources: ['method.request.header.Authorization'],
    payload: '2.0',
    simple: false,
    ...more,
  });
const http = (routes: Spec['routes'], more: Partial<Spec> = {}) =>
  HTTP.write({
    kind: 'http',
    routes,
    ttl: 300,
    sources: ['$request.header.Authorization'],
    payload: '2.0',
    simple: false,
    ...more,
  });
const DENY: AuthorizerOptions = { ...ORDERS, undeclared: 'deny' };
const problems = (...parameters: Parameters<typeof checked>) =>
  checked(...parameters).findings.map(({ problem }) => problem);
const ALL = Object.keys(ORDERS.routes);

describe('check of routes that are not declared', () => {
  it("takes a route that meets no declared one for refused, under `undeclared: 'deny'`", () => {
    expect(found(rest(guarded(...ALL, 'GET /bills')), DENY)).to.deep.equal([
      'warning undeclared_route Resources.Method3',
    ]);
    expect(codes(rest(guarded('ANY /orders', 'GET /orders/{id}')), DENY)).to.deep.equal([]);
    expect(codes(rest(guarded(...ALL, 'ANY /{proxy+}')), DENY)).to.deep.equal([]);
    const one = { routes: { 'GET /orders/{id}': { scopes: ['a'] } } };
    expect(codes(rest(guarded('GET /orders/{id}', 'ANY /orders')), one)).to.deep.equal(['undeclared_route']);
    const files = { routes: { 'GET /files/{proxy+}': { scopes: ['a'] } } };
    expect(codes(rest(guarded('GET /files/{proxy+}', 'ANY /files/{id}')), files)).to.deep.equal([]);
  });

  it("takes a route that is wider than the declared ones for undeclared, under `undeclared: 'absent'`", () => {
    expect(codes(rest(guarded('ANY /orders', 'GET /orders/{id}')))).to.deep.equal(['undeclared_route']);
    expect(codes(rest(guarded(...ALL, 'GET /orders/mine')))).to.deep.equal([]);
    const any = { routes: { 'ANY /orders': { scopes: ['a'] } }, undeclared: 'absent' } as const;
    expect(codes(rest(guarded('GET /orders', 'POST /orders')), any)).to.deep.equal([]);
  });

  it('says nothing if the common rules apply to other routes', () => {
    expect(codes(rest(guarded(...ALL, 'GET /bills')), { ...ORDERS, undeclared: 'rules' })).to.deep.equal([]);
    expect(codes(rest(guarded('GET /bills')), { rules: { scopes: ['a'] } })).to.deep.equal([]);
  });

  it('says why a route cannot be declared', () => {
    expect(problems(rest(guarded(...ALL, 'GET /a*b'))))
      .to.have.length(1)
      .and.match(/'GET \/a\*b' of the API cannot be declared/);
    expect(codes(rest([...guarded(...ALL), ...open('GET /a*b')]))).to.deep.equal(['open_route']);
  });
});

describe('check of routes without the authorizer', () => {
  it('looks at the route that requests arrive at, the most specific one', () => {
    expect(codes(rest([...guarded(...ALL), ...open('ANY /{proxy+}')]))).to.deep.equal(['open_route']);
    const behind = rest([...guarded('ANY /{proxy+}'), ...open('ANY /orders/{proxy+}')]);
    expect(problems(behind, DENY)[0]).to.include("rules of `routes['GET /orders/{id}']`");
    expect(codes(http([...guarded('$default'), ...open('ANY /{proxy+}')]), DENY)).to.deep.equal(
      ['missing_authorizer', 'identity_sources'].slice(0, 1),
    );
    expect(codes(http([...open('$default'), ...guarded('ANY /{proxy+}')]), DENY)).to.include('open_route');
  });

  it('knows that HTTP APIs choose greedy routes last', () => {
    const some = [...guarded('GET /orders', 'POST /orders', 'GET /orders/{proxy+}'), ...open('GET /{a}/{b}')];
    expect(codes(rest(some), DENY)).to.deep.equal(['open_route']);
    expect(codes(http(some), DENY)).to.deep.equal(['missing_authorizer']);
  });

  it('finds an open route whose paths fit a declared one, unless it is open on purpose', () => {
    const document = rest([...guarded(...ALL), ...open('GET /orders/mine')]);
    expect(problems(document)[0]).to.include("although its paths fit `routes['GET /orders/{id}']`");
    expect(codes(document, ORDERS, { open: ['GET /orders/mine'] })).to.deep.equal([]);
  });
});

describe('check of preflights', () => {
  it('finds a route for all methods that takes them, in an API that has others', () => {
    const options = { routes: { 'ANY /orders': { scopes: ['a'] }, 'ANY /bills': { scopes: ['b'] } } };
    expect(codes(rest(guarded('ANY /orders', 'ANY /bills')), options)).to.deep.equal([]);
    const some = rest([...guarded('ANY /orders', 'ANY /bills'), ...open('OPTIONS /bills')]);
    expect(found(some, options)).to.deep.equal(['warning guarded_preflight Resources.Method0']);
    const all = rest([...guarded('ANY /orders', 'ANY /bills'), ...open('OPTIONS /{proxy+}')]);
    expect(codes(all, options)).to.deep.equal([]);
    expect(codes(http([...guarded('$default'), ...open('OPTIONS /orders')]), DENY)).to.include(
      'guarded_preflight',
    );
    expect(
      codes(rest([...guarded('ANY /orders', 'ANY /bills'), ...open('OPTIONS /a*b')]), options),
    ).to.include('guarded_preflight');
  });

  it('takes preflights that the options declare for callers without a token', () => {
    const routes = { ...ORDERS.routes, 'OPTIONS /orders': { token: 'optional' } } as const;
    const document = rest(guarded(...ALL, 'OPTIONS /orders'), { ttl: 0, sources: [] });
    expect(codes(document, { ...DENY, routes })).to.deep.equal([]);
    expect(codes(document, { ...DENY, routes: { ...routes, 'OPTIONS /orders': {} } })).to.deep.equal([
      'guarded_preflight',
    ]);
    expect(codes(rest(guarded('OPTIONS /a*b', ...ALL)), DENY)).to.deep.equal(['guarded_preflight']);
  });
});

describe('check of identity sources', () => {
  it('demands the path behind a catch-all', () => {
    const sources = ['method.request.header.Authorization', 'context.resourcePath', 'context.httpMethod'];
    const options = { ...DENY, handlerDecides: true };
    expect(codes(rest(guarded(...ALL), { sources }), options)).to.deep.equal([]);
    expect(problems(rest(guarded('ANY /{proxy+}'), { sources }), options))
      .to.have.length(1)
      .and.match(/context\.path too.*'ANY \/\{proxy\+\}' of the API also takes/);
    const own = [
      'METHOD.request.header.Authorization'.replace('METHOD', 'method'),
      'context.path',
      'context.httpMethod',
    ];
    expect(codes(rest(guarded('ANY /{proxy+}'), { sources: own }), options)).to.deep.equal([]);
    // The method of the request is in the key of a REST API, also on a route for all methods.
    expect(codes(rest(guarded('ANY /orders', 'GET /orders/{id}'), { sources }), options)).to.deep.equal([]);
    const keyed = ['$request.header.authorization', '$context.routeKey'];
    expect(
      codes(http(guarded('ANY /orders', 'GET /orders/{id}'), { sources: keyed }), options),
    ).to.deep.equal(['identity_sources']);
  });

  it('finds sources that refuse callers, also without a cache', () => {
    const sources = ['method.request.header.Authorization', 'method.request.querystring.key'];
    expect(codes(rest(guarded(...ALL), { sources, ttl: 0 }))).to.deep.equal(['identity_sources']);
    const anonymous = { routes: { ...ORDERS.routes, 'GET /orders': { token: 'optional' } } } as const;
    expect(problems(rest(guarded(...ALL), { ttl: 0 }), { ...DENY, ...anonymous })).to.have.length(1);
    expect(codes(rest(guarded(...ALL), { ttl: 0, sources: [] }), { ...DENY, ...anonymous })).to.deep.equal(
      [],
    );
    const custom: AuthorizerOptions = { ...ORDERS, rules: { custom: { hours: () => true } } };
    expect(codes(rest(guarded(...ALL), { ttl: 0, sources }), custom)).to.deep.equal(['identity_sources']);
  });

  it('knows the places of the token', () => {
    const cookie = { ...ORDERS, tokenSource: { cookie: 'token' } } as const;
    expect(
      codes(rest(guarded(...ALL), { sources: ['method.request.header.Cookie'], ttl: 0 }), cookie),
    ).to.deep.equal([]);
    expect(codes(rest(guarded(...ALL), { ttl: 0 }), cookie)).to.deep.equal(['identity_sources']);
    const subprotocol = { ...ORDERS, tokenSource: { subprotocol: 'bearer' } } as const;
    const sources = ['method.request.header.Sec-WebSocket-Protocol'];
    expect(codes(rest(guarded(...ALL), { sources, ttl: 0 }), subprotocol)).to.deep.equal([]);
    const two = { ...ORDERS, tokenSource: { header: 'authorization', query: 'token' } } as const;
    expect(codes(rest(guarded(...ALL), { ttl: 0 }), two)).to.deep.equal(['identity_sources']);
  });
});
