import module from 'node:module';
import { expect } from 'chai';
import sinon from 'sinon';
import { stringify } from 'yaml';
import { OptionError } from '../../lib/decision/errors.ts';
import { readOpenApi } from '../../lib/openapi/read-openapi.ts';
import { openRoutesOf } from '../../lib/openapi/routes-from-openapi.ts';
import { OpenApiError, type OpenApiOptions, routesFromOpenApi } from '../../lib/openapi.ts';

const SCHEMES = {
  auth0: { type: 'oauth2', flows: {} },
  oidc: {
    type: 'openIdConnect',
    openIdConnectUrl: 'https://tenant.eu.auth0.com/.well-known/openid-configuration',
  },
  bearer: { type: 'http', scheme: 'Bearer' },
  basic: { type: 'http', scheme: 'basic' },
  key: { type: 'apiKey', name: 'x-api-key', in: 'header' },
  tls: { type: 'mutualTLS' },
};

interface Parts {
  readonly [member: string]: unknown;
}

const documentOf = (paths: Parts, more: Parts = {}) => ({
  openapi: '3.1.0',
  info: { title: 'Orders', version: '1' },
  components: { securitySchemes: SCHEMES },
  security: [{ auth0: [] }],
  paths,
  ...more,
});

/** A document with one operation, `GET /orders`. */
const operation = (members: Parts, more: Parts = {}) => documentOf({ '/orders': { get: members } }, more);
const secured = (...security: unknown[]) => operation({ security });

const problemsOf = (document: unknown, options?: OpenApiOptions) => {
  try {
    routesFromOpenApi(document as object, options);
  } catch (error) {
    if (error instanceof OpenApiError) return error.problems.map(({ code, pointer }) => `${code} ${pointer}`);
    throw error;
  }
  return [];
};

const GET = '/paths/~1orders/get';

describe('routesFromOpenApi', () => {
  describe('reads security', () => {
    const CASES: readonly [string, object, object][] = [
      ['a scope', secured({ auth0: ['read:orders'] }), { scopes: ['read:orders'] }],
      ['AND within a scheme', secured({ auth0: ['a', 'b'] }), { scopes: ['a', 'b'] }],
      ['AND of schemes', secured({ auth0: ['a'], bearer: ['b', 'a'] }), { scopes: ['a', 'b'] }],
      ['OR of scopes', secured({ auth0: ['a'] }, { auth0: ['b'] }), { scopes: { any: ['a', 'b'] } }],
      [
        'a common scope and an OR',
        secured({ auth0: ['c', 'a'] }, { oidc: ['b', 'c'] }),
        { scopes: { all: ['c'], any: ['a', 'b'] } },
      ],
      [
        'an alternative that includes another',
        secured({ auth0: ['a', 'b'] }, { auth0: ['a'] }),
        { scopes: ['a'] },
      ],
      ['the same alternative twice', secured({ auth0: ['a'] }, { oidc: ['a'] }), { scopes: ['a'] }],
      ['a token without scopes', secured({ bearer: [] }), {}],
      ['a token or a scope', secured({ bearer: [] }, { auth0: ['a'] }), {}],
      ['no token among the alternatives', secured({ auth0: ['a'] }, {}), { token: 'optional' }],
      ['the default of the document', operation({}, { security: [{ auth0: ['z'] }] }), { scopes: ['z'] }],
      [
        'permissions',
        operation({ 'x-auth0-permissions': ['read:orders'] }),
        { permissions: ['read:orders'] },
      ],
      [
        'scopes and permissions',
        operation({ security: [{ auth0: ['a'] }], 'x-auth0-permissions': { any: ['p', 'q'] } }),
        { scopes: ['a'], permissions: { any: ['p', 'q'] } },
      ],
      [
        'the Lambda authorizer of API Gateway beside the scheme with the scopes',
        operation(
          { security: [{ lambda: [], auth0: ['a'] }] },
          {
            components: {
              securitySchemes: {
                ...SCHEMES,
                lambda: { ...SCHEMES.key, 'x-amazon-apigateway-authorizer': { type: 'request' } },
              },
            },
          },
        ),
        { scopes: ['a'] },
      ],
      [
        'a scheme behind a reference',
        operation(
          { security: [{ alias: ['a'] }] },
          {
            components: {
              securitySchemes: { ...SCHEMES, alias: { $ref: '#/components/securitySchemes/auth0' } },
            },
          },
        ),
        { scopes: ['a'] },
      ],
    ];
    for (const [title, document, rules] of CASES) {
      it(title, () => expect(routesFromOpenApi(document)).to.deep.equal({ 'GET /orders': rules }));
    }

    it('leaves out operations that everybody may call', () => {
      const document = documentOf({
        '/orders': { get: {}, post: { security: [] }, put: { 'x-amazon-apigateway-auth': { type: 'NONE' } } },
        '/health': { get: { security: [], 'x-amazon-apigateway-auth': { type: 'NONE' } } },
      });
      expect(routesFromOpenApi(document)).to.deep.equal({ 'GET /orders': {} });
      const open = openRoutesOf(readOpenApi(document));
      expect(open).to.deep.equal(['POST /orders', 'PUT /orders', 'GET /health']);
    });

    it('takes only the schemes that `schemes` names for tokens of Auth0', () => {
      const document = secured({ auth0: ['a'] });
      expect(routesFromOpenApi(document, { schemes: 'auth0' })).to.deep.equal({
        'GET /orders': { scopes: ['a'] },
      });
      expect(problemsOf(document, { schemes: ['bearer'] })).to.deep.equal([`scheme ${GET}/security/0/auth0`]);
    });
  });

  describe('reports', () => {
    const CASES: readonly [string, unknown, readonly string[]][] = [
      ['an API key', secured({ key: [] }), [`scheme ${GET}/security/0/key`]],
      ['an API key beside a token', secured({ key: [], auth0: [] }), [`scheme ${GET}/security/0/key`]],
      ['an API key as an alternative', secured({ auth0: [] }, { key: [] }), [`scheme ${GET}/security/1/key`]],
      ['basic authentication', secured({ basic: [] }), [`scheme ${GET}/security/0/basic`]],
      ['mutual TLS', secured({ tls: [] }), [`scheme ${GET}/security/0/tls`]],
      ['a scheme that is not declared', secured({ other: [] }), [`scheme ${GET}/security/0/other`]],
      [
        'a scheme named like a member of each object',
        secured({ constructor: [] }),
        [`scheme ${GET}/security/0/constructor`],
      ],
      [
        'a scheme whose reference leads nowhere',
        operation(
          { security: [{ a: [] }, { b: [] }] },
          {
            components: {
              securitySchemes: { a: { $ref: '#/nowhere' }, b: { $ref: '#/components/securitySchemes/b' } },
            },
          },
        ),
        [`scheme ${GET}/security/0/a`, `scheme ${GET}/security/1/b`],
      ],
      [
        'alternatives of several scopes',
        secured({ auth0: ['a', 'b'] }, { auth0: ['c'] }),
        [`alternatives ${GET}/security`],
      ],
      [
        'too many alternatives',
        secured(...Array.from({ length: 101 }, (_, at) => ({ auth0: [`s${at}`] }))),
        [`alternatives ${GET}/security`],
      ],
      ['a scope with a space', secured({ auth0: ['read orders'] }), [`scope ${GET}/security`]],
      ['a scope that is no text', secured({ auth0: [7] }), [`scope ${GET}/security`]],
      ['security that is no list', operation({ security: {} }), [`structure ${GET}/security`]],
      ['a requirement that is no object', secured('auth0'), [`structure ${GET}/security/0`]],
      ['scopes that are no list', secured({ auth0: 'a' }), [`structure ${GET}/security/0/auth0`]],
      ['no security at all', operation({}, { security: undefined }), [`no_security ${GET}`]],
      [
        'a problem of the default once',
        documentOf({ '/a': { get: {}, put: {} } }, { security: [{ key: [] }] }),
        ['scheme /security/0/key'],
      ],
      [
        'permissions without a token',
        operation({ security: [{}], 'x-auth0-permissions': ['a'] }),
        [`contradiction ${GET}/x-auth0-permissions`],
      ],
      [
        'permissions of an open operation',
        operation({ security: [], 'x-auth0-permissions': ['a'] }),
        [`contradiction ${GET}/x-auth0-permissions`],
      ],
      [
        'permissions that require nothing',
        operation({ 'x-auth0-permissions': [] }),
        [`permissions ${GET}/x-auth0-permissions`],
      ],
      [
        'permissions of a path',
        documentOf({ '/a': { 'x-auth0-permissions': ['a'], get: {} } }),
        ['permissions /paths/~1a/x-auth0-permissions'],
      ],
      [
        'IAM authorization',
        operation({ 'x-amazon-apigateway-auth': { type: 'AWS_IAM' } }),
        [`scheme ${GET}/x-amazon-apigateway-auth`],
      ],
      [
        'an open method with security',
        operation({ security: [{ auth0: [] }], 'x-amazon-apigateway-auth': { type: 'NONE' } }),
        [`contradiction ${GET}/x-amazon-apigateway-auth`],
      ],
      [
        'a method in capitals, and one that is none',
        documentOf({ '/a': { GET: {}, fetch: {}, trace: {}, get: {} } }),
        ['method /paths/~1a/GET', 'method /paths/~1a/fetch', 'method /paths/~1a/trace'],
      ],
      [
        'a parameter that is part of a segment',
        documentOf({ '/files/{id}.json': { get: {} } }),
        ['path /paths/~1files~1{id}.json/get'],
      ],
      ['a path without a slash', documentOf({ files: { get: {} } }), ['path /paths/files/get']],
      ['an operation that is no object', documentOf({ '/a': { get: [] } }), ['structure /paths/~1a/get']],
      ['a path item that is no object', documentOf({ '/a': 'get' }), ['structure /paths/~1a']],
      ['paths that are no object', documentOf({}, { paths: [] }), ['structure /paths']],
      [
        'an operation that is a reference',
        documentOf({ '/a': { get: { $ref: '#/x' } } }),
        ['reference /paths/~1a/get'],
      ],
      ['a reference to another document', documentOf({ '/a': { $ref: 'a.yaml' } }), ['reference /paths/~1a']],
      [
        'a reference to nothing',
        documentOf({ '/a': { $ref: '#/components/pathItems/a' } }),
        ['reference /paths/~1a'],
      ],
      [
        'a reference that is no pointer',
        documentOf({ '/a': { $ref: '#a' }, '/b': { $ref: '#%' }, '/c': { $ref: 7 } }),
        ['reference /paths/~1a', 'reference /paths/~1b', 'reference /paths/~1c'],
      ],
      ['a reference to itself', documentOf({ '/a': { $ref: '#/paths/~1a' } }), ['reference /paths/~1a']],
      [
        'a reference to what is no path item',
        documentOf({ '/a': { $ref: '#/openapi' } }),
        ['structure /openapi'],
      ],
      [
        'an operation in a path and in its reference',
        documentOf(
          { '/a': { $ref: '#/components/pathItems/a', get: {} } },
          { components: { securitySchemes: SCHEMES, pathItems: { a: { get: {} } } } },
        ),
        ['contradiction /components/pathItems/a/get', 'duplicate_route /components/pathItems/a/get'],
      ],
      [
        'paths that differ by the name of a parameter',
        documentOf({ '/a/{id}': { get: {} }, '/a/{name}': { get: {} } }),
        ['duplicate_route /paths/~1a~1{name}/get'],
      ],
      [
        'a path parameter in the style matrix',
        documentOf(
          {
            '/a/{id}': {
              parameters: [
                { $ref: '#/components/parameters/id' },
                { name: 'q', in: 'query', style: 'matrix' },
              ],
              get: {},
            },
          },
          {
            components: {
              securitySchemes: SCHEMES,
              parameters: { id: { name: 'id', in: 'path', style: 'matrix' } },
            },
          },
        ),
        ['parameter /paths/~1a~1{id}/parameters/0'],
      ],
      ['a document that guards nothing', operation({ security: [] }), ['nothing_guarded ']],
      ['a document without paths', documentOf({}, { paths: undefined }), ['nothing_guarded ']],
      ['OpenAPI 2', { swagger: '2.0' }, ['document ']],
      ['OpenAPI 3.2', { openapi: '3.2.0' }, ['document ']],
      ['an object without a version', {}, ['document ']],
      ['a list', [], ['document ']],
      ['a text that is no document', '- a\n- b', ['document ']],
      ['broken JSON', '{"openapi": ', ['document ']],
      ['broken YAML', 'openapi: "3.1.0', ['document ']],
      [
        'a key that is twice in JSON',
        '{"openapi":"3.1.0","paths":{"/a":{"get":{"security":[{"x":[]},{}],"security":[]}}}}',
        ['document /paths/~1a/get/security'],
      ],
      ['a key that is twice in YAML', 'openapi: 3.1.0\npaths:\n  /a:\n  /a:\n', ['document ']],
      ['a text without an end', ' '.repeat(67_108_865), ['document ']],
    ];
    for (const [title, document, problems] of CASES) {
      it(title, () => expect(problemsOf(document)).to.deep.equal(problems));
    }

    it('a scheme whose type or HTTP scheme is not a text', () => {
      for (const value of [['oauth2'], { toString: null }, 7, null]) {
        const document = operation(
          { security: [{ odd: [] }] },
          { components: { securitySchemes: { odd: { type: value } } } },
        );
        expect(problemsOf(document), JSON.stringify(value)).to.deep.equal([`scheme ${GET}/security/0/odd`]);
      }
      for (const scheme of [['bearer'], { toString: null }]) {
        const document = operation(
          { security: [{ odd: [] }] },
          { components: { securitySchemes: { odd: { type: 'http', scheme } } } },
        );
        expect(problemsOf(document), JSON.stringify(scheme)).to.deep.equal([`scheme ${GET}/security/0/odd`]);
      }
    });

    it('DPoP, with what to write in its place', () => {
      const schemes = { ...SCHEMES, dpop: { type: 'http', scheme: 'DPoP' } };
      const document = operation({ security: [{ dpop: [] }] }, { components: { securitySchemes: schemes } });
      expect(() => routesFromOpenApi(document)).to.throw(
        OpenApiError,
        'is http dpop: write `http` with `bearer`',
      );
    });

    it('all problems at once, and lists the first 20 of them', () => {
      const paths = Object.fromEntries(
        Array.from({ length: 30 }, (_, at) => [`/p${at}`, { get: { security: [{ key: [] }] } }]),
      );
      expect(() => routesFromOpenApi(documentOf(paths)))
        .to.throw(OpenApiError, /\/paths\/~1p0\/get\/security\/0\/key: is apiKey.*and 10 more/s)
        .with.property('problems')
        .with.lengthOf(30);
      expect(() => routesFromOpenApi({})).to.throw(OpenApiError, 'the document: has no member `openapi`');
    });
  });

  describe('reads paths', () => {
    it('with greedy parameters, all methods, the default route and extensions', () => {
      const document = documentOf({
        '/files/{proxy+}': { 'x-amazon-apigateway-any-method': {}, head: {}, summary: 'Files' },
        '/$default': { 'x-amazon-apigateway-any-method': { isDefaultRoute: true } },
        'x-note': 'no path',
      });
      expect(Object.keys(routesFromOpenApi(document))).to.have.members([
        ...['ANY /files/{proxy+}', 'HEAD /files/{proxy+}', '$default'],
      ]);
    });

    it('behind references, with members beside them', () => {
      const components = { securitySchemes: SCHEMES, pathItems: { 'a/b~c': { get: {}, parameters: [] } } };
      const paths = { '/a': { $ref: '#/components/pathItems/a~1b~0c', put: {} } };
      expect(Object.keys(routesFromOpenApi(documentOf(paths, { components })))).to.deep.equal([
        'PUT /a',
        'GET /a',
      ]);
    });

    it('with names of members that each object has', () => {
      const text = JSON.stringify(documentOf({ '/constructor': { get: {} } })).replace(
        '/constructor',
        '/__proto__',
      );
      expect(Object.keys(routesFromOpenApi(text))).to.deep.equal(['GET /__proto__']);
    });

    it('from YAML with what its maps merge, before the default of the document', () => {
      const text = `openapi: 3.1.0
components: { securitySchemes: { login: { type: oauth2, flows: {} } } }
security: [{}]
x-guarded: &guarded
  security: [{ login: [write] }]
paths:
  /a:
    get: { <<: *guarded, responses: {} }
    put: { <<: [*guarded], security: [{ login: [own] }] }
`;
      expect(routesFromOpenApi(text)).to.deep.equal({
        'GET /a': { scopes: ['write'] },
        'PUT /a': { scopes: ['own'] },
      });
    });

    it('from YAML only if the package `yaml` is there', () => {
      const require = Object.assign(
        () => {
          throw new Error('Cannot find module');
        },
        module.createRequire(import.meta.url),
      );
      const stub = sinon.stub(module, 'createRequire').returns(require as unknown as NodeJS.Require);
      try {
        expect(() => routesFromOpenApi('openapi: 3.1.0')).to.throw(
          OpenApiError,
          'install the package `yaml`',
        );
      } finally {
        stub.restore();
      }
    });

    it('of an object, and passes on what its getters throw', () => {
      const permissions = {
        get all() {
          throw new Error('broken');
        },
      };
      expect(() => routesFromOpenApi(operation({ 'x-auth0-permissions': permissions }))).to.throw(
        Error,
        'broken',
      );
    });

    it('from YAML and JSON texts as from objects', () => {
      const document = documentOf({
        '/a': { get: { security: [{ auth0: ['x:y'] }] }, 'x-list': ['a', 'b', {}] },
      });
      const routes = { 'GET /a': { scopes: ['x:y'] } };
      expect(routesFromOpenApi(document)).to.deep.equal(routes);
      expect(routesFromOpenApi(`\uFEFF${JSON.stringify(document, null, 2)}`)).to.deep.equal(routes);
      expect(routesFromOpenApi(stringify(document))).to.deep.equal(routes);
      expect(routesFromOpenApi({ ...document, openapi: '3.0.4' })).to.deep.equal(routes);
    });
  });

  describe('reads base paths', () => {
    const keysWith = (servers: unknown, options?: OpenApiOptions) =>
      Object.keys(routesFromOpenApi(operation({}, { servers }), options));
    const CASES: readonly [string, unknown, string][] = [
      ['none', [{ url: 'https://api.example.com' }], '/orders'],
      ['an empty list', [], '/orders'],
      ['a slash', [{ url: '/' }], '/orders'],
      ['a path', [{ url: 'https://api.example.com/v1/' }], '/v1/orders'],
      ['a path alone', [{ url: '/v1?x=1#y' }], '/v1/orders'],
      [
        'a path that several hosts share',
        [{ url: 'https://a.example.com/v1' }, { url: '//b.example.com:8080/v1' }],
        '/v1/orders',
      ],
      [
        'variables of the host',
        [
          {
            url: '{scheme}://{host}/v1',
            variables: { scheme: { enum: ['http', 'https'], default: 'https' }, host: { default: 'x' } },
          },
        ],
        '/v1/orders',
      ],
      [
        'a variable of the path',
        [{ url: 'https://x/{version}', variables: { version: { default: 'v2' } } }],
        '/v2/orders',
      ],
      [
        'a base path as API Gateway writes it',
        [{ url: '{basePath}', variables: { basePath: { default: 'v1' } } }],
        '/v1/orders',
      ],
      [
        'the same with two slashes',
        [{ url: 'https://x/{basePath}', variables: { basePath: { default: '/v1' } } }],
        '/v1/orders',
      ],
      [
        'the same without a value',
        [{ url: '/{basePath}', variables: { basePath: { default: '' } } }],
        '/orders',
      ],
      [
        'a stage',
        [
          {
            url: 'https://a1b2.execute-api.eu-central-1.amazonaws.com/{basePath}',
            variables: { basePath: { default: '/prod' } },
          },
        ],
        '/orders',
      ],
      [
        'a path behind a stage',
        [{ url: 'https://a1b2.execute-api.eu-central-1.amazonaws.com/prod/v1' }],
        '/v1/orders',
      ],
    ];
    for (const [title, servers, path] of CASES) {
      it(title, () => expect(keysWith(servers)).to.deep.equal([`GET ${path}`]));
    }

    it('of an operation before those of its path, and these before those of the document', () => {
      const document = documentOf(
        {
          '/a': { servers: [{ url: '/path' }], get: { servers: [{ url: '/own' }] }, put: {} },
          '/b': { get: {} },
        },
        { servers: [{ url: '/all' }] },
      );
      expect(Object.keys(routesFromOpenApi(document))).to.deep.equal([
        'GET /own/a',
        'PUT /path/a',
        'GET /all/b',
      ]);
    });

    const PROBLEMS: readonly [string, unknown, string][] = [
      ['several', [{ url: '/v1' }, { url: '/v2' }], 'base_path /servers'],
      [
        'several values of a variable',
        [{ url: '/{v}', variables: { v: { enum: ['v1', 'v2'] } } }],
        'base_path /servers',
      ],
      ['a relative address', [{ url: 'v1' }], 'base_path /servers/0'],
      ['a variable without a default', [{ url: '/{v}' }], 'base_path /servers/0'],
      ['a server without an address', [{}], 'base_path /servers/0'],
      [
        'too many combinations',
        [{ url: '/{a}{a}{a}{a}', variables: { a: { enum: 'abcdef'.split('') } } }],
        'base_path /servers/0',
      ],
      ['servers that are no list', {}, 'structure /servers'],
    ];
    for (const [title, servers, problem] of PROBLEMS) {
      it(`reports ${title}, unless \`basePath\` chooses one`, () => {
        expect(problemsOf(operation({}, { servers }))).to.deep.equal([problem]);
        expect(keysWith(servers, { basePath: '/v9' })).to.deep.equal(['GET /v9/orders']);
        expect(keysWith(servers, { basePath: '' })).to.deep.equal(['GET /orders']);
      });
    }

    it('refuses options that make no sense', () => {
      for (const options of [{ basePath: 'v1' }, { basePath: '/v1/' }, { schemes: [] }, { other: 1 }]) {
        expect(() => routesFromOpenApi(documentOf({}), options as OpenApiOptions)).to.throw(OptionError);
      }
    });
  });
});
