import { expect } from 'chai';
import { parse, stringify } from 'yaml';
import type { AuthorizerOptions } from '../../lib/index.ts';
import { editedText, withEdits } from '../../lib/openapi/edits.ts';
import { newDocument } from '../../lib/openapi/new-document.ts';
import { type WriteTerms, writeOpenApi } from '../../lib/openapi/write-openapi.ts';
import { OpenApiError, routesFromOpenApi } from '../../lib/openapi.ts';

type Members = { readonly [member: string]: any };

const TERMS = {
  gateway: 'rest-request',
  function: 'AuthorizerFunction',
  issuer: 'https://tenant.eu.auth0.com/',
  basePath: null,
} as const;

const termsFor = (options: AuthorizerOptions, more: Partial<WriteTerms> = {}): WriteTerms => ({
  ...TERMS,
  options,
  ...more,
});

/** The document with what the options say. */
function written(document: Members, options: AuthorizerOptions, more?: Partial<WriteTerms>): Members {
  const { edits, problems } = writeOpenApi(document, termsFor(options, more));
  expect(problems).to.deep.equal([]);
  return withEdits(document, edits);
}

const problemsOf = (document: Members, options: AuthorizerOptions) =>
  writeOpenApi(document, termsFor(options)).problems.map(({ code, pointer }) => `${code} ${pointer}`);

const documentOf = (paths: Members, more: Members = {}): Members => ({ openapi: '3.0.3', paths, ...more });

const OPTIONS = {
  routes: {
    'GET /orders': { scopes: { all: ['api'], any: ['read', 'admin'] } },
    'POST /orders': { permissions: ['write:orders'] },
    'GET /prices': { token: 'optional' },
  },
  undeclared: 'absent',
} satisfies AuthorizerOptions;

const REQUIREMENT = (scopes: readonly string[]) => ({ 'auth0-authorizer': [], auth0: scopes });

describe('writeOpenApi', () => {
  it('writes security, permissions and schemes into a new document', () => {
    const { paths, components } = written(newDocument(OPTIONS.routes), OPTIONS);
    expect(paths['/orders'].get.security).to.deep.equal([
      REQUIREMENT(['api', 'read']),
      REQUIREMENT(['api', 'admin']),
    ]);
    expect(paths['/orders'].post)
      .to.include.keys('responses')
      .and.deep.include({
        security: [REQUIREMENT([])],
        'x-auth0-permissions': ['write:orders'],
      });
    expect(paths['/prices'].get.security).to.deep.equal([REQUIREMENT([]), {}]);
    expect(components.securitySchemes.auth0).to.deep.equal({
      type: 'openIdConnect',
      openIdConnectUrl: 'https://tenant.eu.auth0.com/.well-known/openid-configuration',
    });
  });

  describe('makes API Gateway call the authorizer', () => {
    const schemeFor = (options: AuthorizerOptions, more?: Partial<WriteTerms>): Members =>
      written(newDocument(options.routes ?? {}), options, more)['components'].securitySchemes[
        'auth0-authorizer'
      ];
    const routes = { 'GET /orders': { scopes: ['read:orders'] } };
    const uri =
      'arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${AuthorizerFunction.Arn}/invocations';

    it('of a REST API, under the key that the options need', () => {
      expect(schemeFor({ routes, rules: { ip: { deny: ['192.0.2.0/24'] } } })).to.deep.equal({
        type: 'apiKey',
        name: 'Authorization',
        in: 'header',
        'x-amazon-apigateway-authtype': 'custom',
        'x-amazon-apigateway-authorizer': {
          type: 'request',
          authorizerUri: { 'Fn::Sub': uri },
          identitySource: 'method.request.header.Authorization, context.identity.sourceIp',
          authorizerResultTtlInSeconds: 300,
        },
      });
    });

    it('of an HTTP API, with payload format 2.0', () => {
      const lambda = 'arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:auth:live';
      const options: AuthorizerOptions = { routes, httpApiResponse: 'simple' };
      const scheme = schemeFor(options, { gateway: 'http-api-2.0', function: lambda });
      expect(scheme['x-amazon-apigateway-authorizer']).to.deep.equal({
        type: 'request',
        authorizerUri: `arn:aws-us-gov:apigateway:us-gov-west-1:lambda:path/2015-03-31/functions/${lambda}/invocations`,
        authorizerPayloadFormatVersion: '2.0',
        enableSimpleResponses: true,
        identitySource: '$request.header.Authorization, $context.routeKey',
        authorizerResultTtlInSeconds: 300,
      });
    });

    it('without a cache if no key is right, and for as long as a rule permits', () => {
      const optional = { 'GET /orders': { token: 'optional' } } as const;
      expect(schemeFor({ routes: optional })['x-amazon-apigateway-authorizer'])
        .to.include({ authorizerResultTtlInSeconds: 0 })
        .and.not.have.property('identitySource');
      const stepUp = { 'GET /orders': { authentication: { maxAge: 60 } } };
      expect(
        schemeFor({ routes: stepUp })['x-amazon-apigateway-authorizer'].authorizerResultTtlInSeconds,
      ).to.equal(60);
    });

    it('for a token in another place', () => {
      expect(schemeFor({ routes, tokenSource: { header: 'X-Token' } })['name']).to.equal('X-Token');
      for (const tokenSource of [{ query: 'token' }, { cookie: 'token' }]) {
        expect(schemeFor({ routes, tokenSource })['name']).to.equal('Unused');
      }
    });
  });

  it('uses the schemes that the document has', () => {
    const lambda = {
      type: 'apiKey',
      'x-amazon-apigateway-authorizer': { type: 'request', authorizerUri: 'old' },
    };
    const schemes = {
      lambda,
      login: { type: 'oauth2', flows: {} },
      auth0: { type: 'http', scheme: 'bearer' },
    };
    const document = documentOf({ '/orders': { get: {} } }, { components: { securitySchemes: schemes } });
    const options = { routes: { 'GET /orders': { scopes: ['a'] } } };
    const { paths, components } = written(document, options);
    expect(paths['/orders'].get.security).to.deep.equal([{ lambda: [], login: ['a'] }]);
    expect(components.securitySchemes).to.have.all.keys('lambda', 'login', 'auth0');
    expect(components.securitySchemes.login).to.deep.equal(schemes.login);
    expect(components.securitySchemes.lambda['x-amazon-apigateway-authorizer'].authorizerUri).not.to.equal(
      'old',
    );
  });

  it('takes another name than that of a scheme for something else', () => {
    const schemes = { auth0: { type: 'http', scheme: 'bearer' }, 'auth0-authorizer': { type: 'apiKey' } };
    const document = documentOf({ '/orders': { get: {} } }, { components: { securitySchemes: schemes } });
    const { paths } = written(document, { routes: { 'GET /orders': {} } });
    expect(paths['/orders'].get.security).to.deep.equal([{ 'auth0-authorizer-2': [], 'auth0-2': [] }]);
  });

  it('writes common rules, unless a route has its own', () => {
    const options: AuthorizerOptions = {
      rules: { scopes: ['api'], permissions: { any: ['p', 'q'] } },
      routes: {
        'GET /a': {},
        'GET /b': { scopes: ['b'], permissions: false },
        'GET /c': { scopes: false, token: 'optional', permissions: false },
        'GET /d': { token: 'optional' },
      },
    };
    const { paths } = written(newDocument(options.routes ?? {}), options);
    const requirement = (path: string) => paths[path].get.security;
    expect(requirement('/a')).to.deep.equal([REQUIREMENT(['api'])]);
    expect(requirement('/b')).to.deep.equal([REQUIREMENT(['b'])]);
    expect(requirement('/c')).to.deep.equal([REQUIREMENT([]), {}]);
    // A route with such rules needs a token all the same.
    expect(requirement('/d')).to.deep.equal([REQUIREMENT(['api'])]);
    expect(paths['/a'].get['x-auth0-permissions']).to.deep.equal({ any: ['p', 'q'] });
    expect(paths['/b'].get).not.to.have.property('x-auth0-permissions');
  });

  it('writes the rules of one of several APIs', () => {
    const options: AuthorizerOptions = {
      rules: { scopes: ['common'] },
      apis: {
        a1b2: { audience: 'x', rules: { scopes: ['own'] }, routes: { 'GET /a': {} } },
        c3d4: { audience: 'y' },
      },
    };
    const { paths } = written(newDocument({ 'GET /a': {} }), options, { api: 'a1b2' });
    expect(paths['/a'].get.security).to.deep.equal([REQUIREMENT(['own'])]);
    expect(
      written(newDocument({ 'GET /a': {} }), options, { api: 'c3d4' })['paths']['/a'].get.security,
    ).to.deep.equal([REQUIREMENT(['common'])]);
  });

  it('guards undeclared operations by the common rules, if these apply to them', () => {
    const document = documentOf({ '/a': { get: {} }, '/b': { get: { security: [] } } });
    const { paths } = written(document, { rules: { scopes: ['api'] } });
    expect(paths['/a'].get.security).to.deep.equal([REQUIREMENT(['api'])]);
    expect(paths['/b'].get.security).to.deep.equal([]);
  });

  it('finds operations by base path, by other names of parameters, and by ANY', () => {
    const document = documentOf(
      {
        '/{user}': { get: {}, put: {} },
        '/$default': { 'x-amazon-apigateway-any-method': { isDefaultRoute: true } },
      },
      { servers: [{ url: '/v1' }] },
    );
    const routes = {
      'GET /v1/{id}': { scopes: ['a'] },
      'ANY /v1/{id}': { scopes: ['b'] },
      $default: { scopes: ['c'] },
    };
    const { paths } = written(document, { routes });
    expect(paths['/{user}'].get.security).to.deep.equal([REQUIREMENT(['a'])]);
    expect(paths['/{user}'].put.security).to.deep.equal([REQUIREMENT(['b'])]);
    expect(paths['/$default']['x-amazon-apigateway-any-method'].security).to.deep.equal([REQUIREMENT(['c'])]);
  });

  it('leaves operations open beside a route for ANY, and guards those that are routes of their own', () => {
    const open = { security: [] };
    const document = documentOf({
      '/a': { 'x-amazon-apigateway-any-method': {}, options: open },
      '/b': { get: open },
    });
    const { paths } = written(document, { routes: { 'ANY /a': {}, 'GET /b': {} } });
    expect(paths['/a'].options.security).to.deep.equal([]);
    expect(paths['/a']['x-amazon-apigateway-any-method'].security).to.deep.equal([REQUIREMENT([])]);
    expect(paths['/b'].get.security).to.deep.equal([REQUIREMENT([])]);
  });

  it('removes permissions that the options do not require', () => {
    const document = documentOf({ '/a': { get: { 'x-auth0-permissions': ['p'] } } });
    expect(written(document, { routes: { 'GET /a': {} } })['paths']['/a'].get).to.have.all.keys('security');
  });

  it('names the rules that no document states', () => {
    const routes = {
      'GET /a': { claims: { org_id: 'x' }, ip: false, scopes: { all: ['a'], reportOnly: true } },
    } as const;
    const options: AuthorizerOptions = { rules: { country: { deny: ['KP'], source: 'cloudfront' } }, routes };
    const { unstated, problems } = writeOpenApi(newDocument(routes), termsFor(options));
    expect(unstated).to.deep.equal(['country', 'claims', 'scopes']);
    expect(problems).to.deep.equal([]);
  });

  describe('reports', () => {
    const CASES: readonly [string, Members, AuthorizerOptions, readonly string[]][] = [
      [
        'an operation that is no route',
        documentOf({ '/a': { get: {}, put: {} } }),
        { routes: { 'GET /a': {} } },
        ['no_security /paths/~1a/put'],
      ],
      [
        'a route that is no operation',
        documentOf({ '/a': { get: {} } }),
        { routes: { 'GET /a': {}, 'GET /b': {} } },
        ['path /paths'],
      ],
      [
        'a WebSocket route',
        newDocument({ 'GET /a': {}, $connect: {} }),
        { routes: { 'GET /a': {}, $connect: {} } },
        ['path /paths'],
      ],
      [
        'the default route without its key',
        documentOf({ '/x': { get: {}, 'x-amazon-apigateway-any-method': { isDefaultRoute: true } } }),
        { routes: { 'GET /x': {} } },
        ['no_security /paths/~1x/x-amazon-apigateway-any-method'],
      ],
      [
        'an authorization of API Gateway',
        documentOf({ '/a': { get: { 'x-amazon-apigateway-auth': { type: 'AWS_IAM' } } } }),
        { routes: { 'GET /a': {} } },
        ['contradiction /paths/~1a/get/x-amazon-apigateway-auth'],
      ],
      [
        'an operation of two paths with different rules',
        documentOf(
          { '/a': { $ref: '#/components/pathItems/x' }, '/b': { $ref: '#/components/pathItems/x' } },
          { components: { pathItems: { x: { get: {} } } } },
        ),
        { routes: { 'GET /a': { scopes: ['a'] }, 'GET /b': { scopes: ['b'] } } },
        ['contradiction /components/pathItems/x/get/security'],
      ],
    ];
    for (const [title, document, options, problems] of CASES) {
      it(title, () => expect(problemsOf(document, options)).to.deep.equal(problems));
    }
  });
});

describe('editedText', () => {
  const OPTIONS_A = { routes: { 'GET /a': { scopes: ['x'] }, 'PUT /a': { scopes: ['y'] } } };

  const editedYaml = (text: string): { readonly text: string; readonly document: Members } => {
    const document = parse(text) as Members;
    const { edits, problems } = writeOpenApi(document, termsFor(OPTIONS_A));
    expect(problems).to.deep.equal([]);
    const edited = editedText(text, document, edits);
    expect(routesFromOpenApi(edited)).to.deep.equal(OPTIONS_A.routes);
    return { text: edited, document: parse(edited) as Members };
  };

  it('keeps the comments of YAML', () => {
    const { text } = editedYaml(
      '# Orders\nopenapi: 3.0.3\npaths:\n  /a: # a path\n    get: {} # read\n    put: {}\n',
    );
    expect(text)
      .to.match(/^# Orders\n/)
      .and.include('# a path');
  });

  it('gives each operation its own security if they share an anchor', () => {
    const { document } = editedYaml(
      'openapi: 3.0.3\npaths:\n  /a:\n    get: &one\n      summary: A\n    put: *one\n',
    );
    expect(document['paths']['/a'].put).to.deep.include({ summary: 'A', security: [REQUIREMENT(['y'])] });
  });

  it('refuses a document that contains itself', () => {
    const document = parse(
      'openapi: 3.0.3\nx-self: &self { again: *self }\npaths: { /a: { get: {} } }\n',
    ) as Members;
    const { edits } = writeOpenApi(document, termsFor({ routes: { 'GET /a': {} } }));
    expect(() => withEdits(document, edits)).to.throw(OpenApiError, 'contains itself');
  });

  it('fills members that are empty', () => {
    const { document } = editedYaml('openapi: 3.0.3\ncomponents:\npaths:\n  /a:\n    get: {}\n    put: {}\n');
    expect(document['components'].securitySchemes).to.have.all.keys('auth0', 'auth0-authorizer');
  });

  it('changes paths of any name, also in JSON', () => {
    const text = JSON.stringify(documentOf({ '/a': { get: {} } })).replace('/a', '/__proto__');
    const document = JSON.parse(text) as Members;
    const options = { routes: Object.fromEntries([['GET /__proto__', { scopes: ['x'] }]]) };
    const { edits } = writeOpenApi(document, termsFor(options));
    expect(routesFromOpenApi(editedText(text, document, edits))).to.deep.equal(options.routes);
    expect(routesFromOpenApi(editedText(stringify(document), document, edits))).to.deep.equal(options.routes);
  });
});
