import { expect } from 'chai';
import type { AuthorizerOptions } from '../../lib/index.ts';
import { changed, checked, codes, found, ORDERS } from './support/documents.ts';
import { openApiDocument } from './support/writers.ts';

const AUTHORIZER = 'x-amazon-apigateway-authorizer';
const SPEC = {
  kind: 'rest',
  routes: Object.keys(ORDERS.routes).map((key) => ({ key, guarded: true })),
  ttl: 300,
  sources: ['method.request.header.Authorization'],
  payload: '2.0',
  simple: false,
} as const;
const REST = openApiDocument(SPEC);
const HTTP = openApiDocument({ ...SPEC, kind: 'http', sources: ['$request.header.Authorization'] });

const given = { option: '--openapi' } as const;
const SCHEME = ['components', 'securitySchemes', 'auth0'];
const kindOf = (document: unknown) => checked(document, ORDERS, given).checked.map(({ kind }) => kind);

describe('check of an OpenAPI document', () => {
  it('finds nothing in good ones', () => {
    expect(found(REST, ORDERS, given)).to.deep.equal([]);
    expect(found(HTTP, ORDERS, given)).to.deep.equal([]);
  });

  it('recognises HTTP APIs by what only they have', () => {
    expect(kindOf(REST)).to.deep.equal(['rest']);
    expect(kindOf(HTTP)).to.deep.equal(['http']);
    const bare = changed(REST, [...SCHEME, AUTHORIZER], { type: 'jwt', jwtConfiguration: {} });
    expect(kindOf(bare)).to.deep.equal(['http']);
    expect(kindOf({ ...REST, 'x-amazon-apigateway-cors': {} })).to.deep.equal(['http']);
    const source = changed(REST, [...SCHEME, AUTHORIZER, 'identitySource'], '$request.header.Authorization');
    expect(kindOf(source)).to.deep.equal(['http']);
  });

  it('reads Swagger 2, with the header of a TOKEN authorizer', () => {
    const { components: _, openapi: __, ...rest } = REST;
    const auth0 = { type: 'apiKey', name: 'X-Token', in: 'header', [AUTHORIZER]: { type: 'token' } };
    const swagger = { ...rest, swagger: '2.0', info: {}, securityDefinitions: { auth0 } };
    const options: AuthorizerOptions = { ...ORDERS, tokenSource: { header: 'x-token' } };
    expect(found(swagger, options, given)).to.deep.equal([]);
    expect(checked(swagger, options, given).checked.map(({ name }) => name)).to.deep.equal(['document.json']);
    expect(codes(swagger, ORDERS, given)).to.deep.equal(['identity_sources']);
  });

  it('knows that REST APIs ignore `security` at the top', () => {
    const { paths, ...rest } = changed(REST, ['paths', '/orders', 'get', 'security'], undefined);
    expect(codes({ ...rest, paths, security: [{ auth0: [] }] }, ORDERS, given)).to.deep.equal([
      'missing_authorizer',
    ]);
    const http = changed(HTTP, ['paths', '/orders', 'get', 'security'], undefined);
    expect(codes({ ...http, security: [{ auth0: [] }] }, ORDERS, given)).to.deep.equal(['undecided']);
    expect(codes(http, ORDERS, given)).to.deep.equal(['missing_authorizer']);
  });

  it('reads other schemes as what they are', () => {
    const security = ['paths', '/orders', 'get', 'security'];
    const schemes = {
      key: { type: 'apiKey', name: 'x-api-key', in: 'header' },
      pool: { type: 'apiKey', 'x-amazon-apigateway-authtype': 'cognito_user_pools' },
    };
    const document = changed(REST, ['components', 'securitySchemes'], {
      ...(REST['components'] as { securitySchemes: object }).securitySchemes,
      ...schemes,
    });
    const withNames = (...names: string[]) =>
      codes(
        changed(
          document,
          security,
          names.map((name) => ({ [name]: [] })),
        ),
        ORDERS,
        given,
      );
    expect(withNames('key')).to.deep.equal(['missing_authorizer']);
    expect(withNames('pool')).to.deep.equal(['missing_authorizer']);
    expect(withNames('key', 'auth0')).to.deep.equal([]);
    expect(withNames('unknown')).to.deep.equal(['missing_authorizer']);
    const elsewhere = changed(document, ['components', 'Fn::Transform'], { Name: 'AWS::Include' });
    expect(codes(changed(elsewhere, security, [{ unknown: [] }]), ORDERS, given)).to.deep.equal([
      'undecided',
    ]);
    const iam = changed(document, ['paths', '/orders', 'get'], {
      'x-amazon-apigateway-auth': { type: 'AWS_IAM' },
    });
    expect(codes(iam, ORDERS, given)).to.deep.equal(['missing_authorizer']);
  });

  it('says that operations are in another document', () => {
    const elsewhere = changed(REST, ['paths', '/orders'], { $ref: 'orders.yaml' });
    expect(found(elsewhere, ORDERS, given)).to.deep.equal([
      "warning undecided paths['/orders']",
      'warning missing_route ',
      'warning missing_route ',
    ]);
  });

  it('takes `$default` for the catch-all that it is', () => {
    const any = { 'x-amazon-apigateway-any-method': { isDefaultRoute: true, security: [{ auth0: [] }] } };
    const all = { ...HTTP, paths: { '/$default': any, 'x-note': {} } };
    expect(codes(all, { ...ORDERS, undeclared: 'deny' }, given)).to.deep.equal([]);
    expect(codes(all, ORDERS, given)).to.deep.equal(['undeclared_route']);
    expect(
      codes({ ...all, 'x-amazon-apigateway-cors': {} }, { ...ORDERS, undeclared: 'deny' }, given),
    ).to.deep.equal(['guarded_preflight']);
  });

  describe('without extensions of API Gateway', () => {
    const plain = (paths: readonly string[], more: object = {}) => ({
      openapi: '3.1.0',
      ...more,
      paths: Object.fromEntries(
        paths.map((path) => [path, { get: {}, ...(path.endsWith('}') ? {} : { post: {} }) }]),
      ),
    });

    it('compares the routes, and says that it does not show the authorizer', () => {
      expect(codes(plain(['/orders', '/orders/{id}']), ORDERS, given)).to.deep.equal(['undecided']);
      expect(codes(plain(['/orders']), ORDERS, given)).to.deep.equal(['missing_route', 'undecided']);
    });

    it('adds the base path of the servers', () => {
      const options = { routes: { 'GET /v1/orders': {}, 'POST /v1/orders': {} } };
      const servers = [{ url: 'https://api.example.com/v1' }];
      expect(codes(plain(['/orders'], { servers }), options, given)).to.deep.equal(['undecided']);
      const { openapi: _, ...rest } = plain(['/orders'], { swagger: '2.0', basePath: '/v1/' });
      expect(codes(rest, options, given)).to.deep.equal(['undecided']);
      const two = [...servers, { url: '/v2' }];
      expect(found(plain(['/orders'], { servers: two }), options, given)[0]).to.equal(
        'warning undecided servers',
      );
      expect(codes(plain(['/orders']), options, given)).to.deep.equal(['missing_route', 'undecided']);
    });
  });

  it('finds a resource policy that allows', () => {
    const policy = (...effects: unknown[]) => ({
      ...REST,
      'x-amazon-apigateway-policy': { Statement: effects.map((Effect) => ({ Effect })) },
    });
    expect(found(policy('Deny', 'Allow'), ORDERS, given)).to.deep.equal([
      'warning resource_policy x-amazon-apigateway-policy',
    ]);
    expect(found(policy('Deny'), ORDERS, given)).to.deep.equal([]);
    expect(found(policy('Deny', 'Allow'), { ...ORDERS, denyRest: true }, given)).to.deep.equal([]);
    expect(codes(policy(7), ORDERS, given)).to.deep.equal(['undecided']);
    const one = { ...REST, 'x-amazon-apigateway-policy': { Statement: { Effect: 'Allow' } } };
    expect(codes(one, ORDERS, given)).to.deep.equal(['resource_policy']);
    const text = (policyText: string) => ({ ...REST, 'x-amazon-apigateway-policy': policyText });
    expect(codes(text('{"Statement":[{"Effect":"Allow"}]}'), ORDERS, given)).to.deep.equal([
      'resource_policy',
    ]);
    expect(codes(text('{'), ORDERS, given)).to.deep.equal(['undecided']);
  });

  it('names the routes that a resource policy opens', () => {
    const routes = {
      'GET /users/{id}': { scopes: ['read:users'] },
      'GET /users/{id}/{proxy+}': { scopes: ['read:all'] },
    };
    const document = {
      ...openApiDocument({
        ...SPEC,
        routes: Object.keys(routes).map((key) => ({ key, guarded: true })),
        ttl: 0,
      }),
      'x-amazon-apigateway-policy': { Statement: [{ Effect: 'Allow' }] },
    };
    const { findings } = checked(document, { routes }, given);
    expect(findings.map(({ code, severity }) => `${severity} ${code}`)).to.deep.equal([
      'error resource_policy',
    ]);
    expect(findings[0]?.problem).to.match(/to some callers 'GET/);
  });

  it('has no authorizers to judge in a document without them', () => {
    const open = changed(REST, ['components'], {});
    const policy = { ...open, 'x-amazon-apigateway-policy': { Statement: [{ Effect: 'Allow' }] } };
    expect(codes(policy, ORDERS, given)).to.deep.equal(['missing_authorizer']);
  });
});
