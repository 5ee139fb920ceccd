import { expect } from 'chai';
import { dpop, mtls } from '../../lib/binding.ts';
import { type AuthorizerOptions, OptionError } from '../../lib/index.ts';
import { protectedResourceHandler, protectedResourceMetadata } from '../../lib/responses.ts';

const OPTIONS: AuthorizerOptions = { domain: 'tenant.eu.auth0.com', audience: 'https://api.example.com/' };

describe('protectedResourceMetadata', () => {
  it('names the audience as the resource and the issuer as its authorization server', () => {
    expect(protectedResourceMetadata(OPTIONS)).to.deep.equal({
      resource: 'https://api.example.com/',
      authorization_servers: ['https://tenant.eu.auth0.com/'],
      bearer_methods_supported: ['header'],
    });
  });

  it('says which bound tokens the API takes', () => {
    const metadataWith = (more: AuthorizerOptions) => {
      const {
        resource: _,
        authorization_servers: __,
        ...rest
      } = protectedResourceMetadata({ ...OPTIONS, ...more });
      return rest;
    };
    expect(metadataWith({ dpop: dpop('off'), mtls: mtls('off') })).to.deep.equal({
      bearer_methods_supported: ['header'],
    });
    expect(metadataWith({ dpop: dpop({ mode: 'allowed', algorithms: ['ES256'] }) })).to.deep.equal({
      bearer_methods_supported: ['header'],
      dpop_signing_alg_values_supported: ['ES256'],
    });
    expect(metadataWith({ dpop: dpop('required'), mtls: mtls('allowed') })).to.deep.equal({
      bearer_methods_supported: [],
      dpop_signing_alg_values_supported: ['ES256', 'RS256'],
      dpop_bound_access_tokens_required: true,
      tls_client_certificate_bound_access_tokens: true,
    });
  });

  it('takes domain and audience from the environment, as the authorizer does', () => {
    const saved = { ...process.env };
    Object.assign(process.env, {
      AUTH0_DOMAIN: 'tenant.eu.auth0.com,login.example.com',
      AUTH0_AUDIENCE: 'https://api.example.com/mcp',
    });
    try {
      expect(protectedResourceMetadata()).to.deep.include({
        resource: 'https://api.example.com/mcp',
        authorization_servers: ['https://tenant.eu.auth0.com/', 'https://login.example.com/'],
      });
    } finally {
      process.env = saved;
    }
  });

  it('lists each scope and permission of the rules once, in the order of the options', () => {
    const options: AuthorizerOptions = {
      ...OPTIONS,
      rules: { scopes: { all: ['openid'], any: ['read:orders', 'admin'] } },
      routes: {
        'GET /orders': { scopes: ['read:orders'] },
        'POST /orders': { scopes: { any: ['write:orders'] } },
        'GET /users': { scopes: { all: ['read:users'] }, permissions: ['read:users', 'admin:users'] },
        'PUT /users': { permissions: { any: ['write:users'] } },
        'GET /prices': { scopes: false, permissions: false },
        'GET /health': { token: 'optional', scopes: false },
      },
    };
    expect(protectedResourceMetadata(options)['scopes_supported']).to.deep.equal([
      ...['openid', 'read:orders', 'admin', 'write:orders', 'read:users', 'admin:users', 'write:users'],
    ]);
  });

  it('lists each type of authorization details once, and none if no rule names one', () => {
    const rule = (...types: string[]) => ({ authorizationDetails: { types } });
    const options: AuthorizerOptions = {
      ...OPTIONS,
      rules: rule('payment', 'account'),
      routes: {
        'GET /a': rule('account', 'consent'),
        'GET /b': { authorizationDetails: false },
        'GET /c': {},
      },
    };
    expect(protectedResourceMetadata(options).authorization_details_types_supported).to.deep.equal([
      'payment',
      'account',
      'consent',
    ]);
    expect(protectedResourceMetadata(OPTIONS)).to.not.have.property('authorization_details_types_supported');
  });

  it('names the standard ways of sending a token only', () => {
    const methods = (tokenSource: NonNullable<AuthorizerOptions['tokenSource']>) =>
      protectedResourceMetadata({ ...OPTIONS, tokenSource }).bearer_methods_supported;
    expect(methods({ header: 'Authorization', query: 'access_token' })).to.deep.equal(['header', 'query']);
    expect(methods({ header: 'X-Token', query: 'token', cookie: 'token' })).to.deep.equal([]);
  });

  it('describes one of several APIs, with its audience, issuers and scopes', () => {
    const [orders, bills] = ['https://orders.example.com/', 'https://bills.example.com/'];
    const options: AuthorizerOptions = {
      domain: ['tenant.eu.auth0.com', { domain: 'bills.eu.auth0.com', audience: bills }],
      rules: { scopes: ['common'] },
      apis: {
        one: { audience: orders, routes: { 'GET /orders': { scopes: ['read:orders'] } } },
        two: { audience: bills, rules: { scopes: false, permissions: ['pay'] } },
      },
    };
    expect(protectedResourceMetadata(options, { api: 'one' })).to.deep.include({
      resource: orders,
      authorization_servers: ['https://tenant.eu.auth0.com/'],
      scopes_supported: ['common', 'read:orders'],
    });
    expect(protectedResourceMetadata(options, { api: 'two' })).to.deep.include({
      resource: bills,
      authorization_servers: ['https://tenant.eu.auth0.com/', 'https://bills.eu.auth0.com/'],
      scopes_supported: ['pay'],
    });
    expect(() => protectedResourceMetadata(options)).to.throw(OptionError, /^api: must be a key of `apis`/);
    expect(() => protectedResourceMetadata(OPTIONS, { api: 'one' })).to.throw(
      OptionError,
      /^api: has no meaning/,
    );
  });

  it('names the issuers that may issue tokens for the resource only', () => {
    const domain = [
      { domain: 'one.eu.auth0.com', audience: 'https://one.example.com/' },
      { domain: 'two.eu.auth0.com', audience: 'https://two.example.com/' },
    ];
    const serversOf = (resource: string) =>
      protectedResourceMetadata({ domain }, { resource }).authorization_servers;
    expect(serversOf('https://two.example.com/')).to.deep.equal(['https://two.eu.auth0.com/']);
    expect(serversOf('https://api.example.com/mcp')).to.have.length(2);
  });

  it('takes another resource, and members of your own', () => {
    const metadata = { resource_name: 'Orders', scopes_supported: ['read:orders'] };
    const resource = 'https://api.example.com/mcp';
    expect(protectedResourceMetadata(OPTIONS, { resource, metadata })).to.deep.include({
      resource,
      ...metadata,
    });
  });

  it('refuses options that name no resource', () => {
    const audiences = ['orders', 'urn:orders', ['https://a.example.com/', 'https://b.example.com/']];
    for (const audience of audiences) {
      expect(() => protectedResourceMetadata({ ...OPTIONS, audience })).to.throw(
        OptionError,
        /^resource: is missing/,
      );
    }
    expect(() =>
      protectedResourceMetadata(OPTIONS, { metadata: { resource: 'https://b.example.com/' } }),
    ).to.throw(OptionError, /^metadata\.resource: /);
    const resource = 'https://api.example.com/#here';
    expect(() => protectedResourceMetadata(OPTIONS, { resource })).to.throw(OptionError, /^resource: /);
    expect(() => protectedResourceMetadata({ ...OPTIONS, rules: { scopes: [] } })).to.throw(
      OptionError,
      /^rules/,
    );
  });
});

describe('protectedResourceHandler', () => {
  const handler = protectedResourceHandler(OPTIONS);
  const document = JSON.stringify(protectedResourceMetadata(OPTIONS));

  it('answers REST APIs and both payload formats of HTTP APIs with the document', async () => {
    const events = [{ httpMethod: 'GET' }, { requestContext: { http: { method: 'GET' } } }];
    for (const event of events) {
      const { statusCode, headers, body } = await handler(event);
      expect({ statusCode, body }).to.deep.equal({ statusCode: 200, body: document });
      expect(headers).to.include({
        'Content-Type': 'application/json',
        'Cache-Control': 'public, max-age=3600',
        'Access-Control-Allow-Origin': '*',
      });
    }
  });

  it('answers HEAD without a body, and the preflight requests of browsers', async () => {
    expect(await handler({ httpMethod: 'HEAD' })).to.deep.include({ statusCode: 200, body: '' });
    const preflight = await handler({ httpMethod: 'OPTIONS' });
    expect(preflight).to.include({ statusCode: 204, body: '' });
    expect(preflight.headers).to.include({ 'Access-Control-Allow-Methods': 'GET, HEAD, OPTIONS' });
  });

  it('refuses other methods and events without one', async () => {
    for (const event of [{ httpMethod: 'POST' }, { httpMethod: 'constructor' }, {}, null]) {
      const { statusCode, headers } = await handler(event);
      expect(statusCode).to.equal(405);
      expect(headers).to.include({ Allow: 'GET, HEAD, OPTIONS' });
    }
  });

  it('fails at start-up for options that make no sense', () => {
    expect(() => protectedResourceHandler({ ...OPTIONS, audience: 'orders' })).to.throw(
      OptionError,
      /^resource: /,
    );
  });
});
