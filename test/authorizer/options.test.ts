import { expect } from 'chai';
import { parseAuthorizerOptions } from '../../lib/authorizer/settings.ts';
import {
  auth0Authorizer,
  auth0JwtVerifier,
  decisionLogger,
  headerParser,
  OptionError,
  policySerializer,
  requestRules,
} from '../../lib/index.ts';

describe('parseAuthorizerOptions', () => {
  const base = {
    domain: 'tenant.eu.auth0.com',
    audience: 'https://api.example.com/',
    jwks: { prefetch: false },
  };

  const refused: readonly [name: string, options: unknown, option: string, advice: RegExp][] = [
    ['an unknown option', { ...base, audiance: 'x' }, 'audiance', /known options: .*audience/],
    ['an option of another level', { ...base, allow: ['DE'] }, 'allow', /not an option/],
    ['a string instead of an object', 'tenant.eu.auth0.com', '', /must be an object/],
    ['null', null, '', /must be an object/],
    ['options that are inherited', Object.create(Object.assign(Object.create(null), base)), '', /of a class/],
    ['an empty domain', { ...base, domain: '' }, 'domain', /./],
    ['a domain with a scheme', { ...base, domain: 'https://tenant.eu.auth0.com' }, 'domain', /./],
    ['domain and issuer together', { ...base, issuer: 'https://x.example.com/' }, 'issuer', /./],
    ['an empty audience', { ...base, audience: '' }, 'audience', /non-empty/],
    ['no audiences', { ...base, audience: [] }, 'audience', /at least one/],
    ['a symmetric algorithm', { ...base, algorithms: ['HS256'] }, 'algorithms[0]', /HS256/],
    ['the algorithm none', { ...base, algorithms: ['none'] }, 'algorithms[0]', /none/],
    [
      'a keys endpoint without TLS',
      { ...base, jwks: { uri: 'http://keys.example.com/jwks' } },
      'jwks.uri',
      /https/,
    ],
    ['a bad CIDR', { ...base, rules: { ip: { allow: ['10.0.0.0/8/24'] } } }, 'rules.ip.allow[0]', /./],
    ['host bits in a CIDR', { ...base, rules: { ip: { deny: ['10.0.0.1/8'] } } }, 'rules.ip.deny[0]', /./],
    ['junk behind a star', { ...base, rules: { ip: { allow: ['*', 'junk'] } } }, 'rules.ip.allow[0]', /./],
    ['an empty allow list', { ...base, rules: { ip: { allow: [] } } }, 'rules.ip.allow', /./],
    [
      'an unknown country',
      { ...base, rules: { country: { allow: ['Germany'], source: 'cloudfront' } } },
      'rules.country.allow[0]',
      /./,
    ],
    ['a bad route key', { ...base, routes: { 'FETCH /x': {} } }, "routes['FETCH /x']", /./],
    [
      'two keys for one route',
      { ...base, routes: { 'GET /users/{id}': {}, 'GET /users/{name}': {} } },
      "routes['GET /users/{name}']",
      /./,
    ],
    ['no routes', { ...base, routes: {} }, 'routes', /./],
    ['undeclared without routes', { ...base, undeclared: 'deny' }, 'undeclared', /./],
    ['a wrong choice', { ...base, httpApiResponse: 'simpel' }, 'httpApiResponse', /'iam' or 'simple'/],
    ['a time that is no number', { ...base, clockTolerance: '5' }, 'clockTolerance', /./],
    ['a ttlOverride beyond AppSync', { ...base, ttlOverride: 4000 }, 'ttlOverride', /3600/],
    ['a ttlOverride with a fraction', { ...base, ttlOverride: 0.5 }, 'ttlOverride', /whole/],
    ['a context that is no function', { ...base, context: { a: 1 } }, 'context', /function/],
    ['a context that takes time', { ...base, context: async () => ({}) }, 'context', /async.* handler/],
    ['a principal that takes time', { ...base, principalId: async () => 'me' }, 'principalId', /async/],
    [
      'a predicate that takes time',
      { ...base, rules: { claims: { org_id: async () => true } } },
      "rules.claims['org_id']",
      /async.*custom/,
    ],
    ['a logger that is no object', { ...base, logger: true }, 'logger', /Powertools Logger/],
    [
      'a logger without a level',
      { ...base, logger: { info() {}, warn() {} } },
      'logger',
      /Powertools Logger/,
    ],
    ['logClaims without claims', { ...base, logClaims: [] }, 'logClaims', /./],
    ['a rate above 1', { ...base, allowSampleRate: 1.5 }, 'allowSampleRate', /from 0 to 1/],
    ['a rate that is no number', { ...base, allowSampleRate: false }, 'allowSampleRate', /from 0 to 1/],
    [
      'the former name of an option',
      { ...base, sampleAllows: 0.5 },
      'sampleAllows',
      /write `allowSampleRate`/,
    ],
    ['a hook that is no function', { ...base, onDecision: true }, 'onDecision', /a function, not true/],
    ['an empty token source', { ...base, tokenSource: {} }, 'tokenSource', /./],
  ];
  for (const [name, options, option, advice] of refused) {
    it(`refuses ${name} at start-up, with the path of the option`, () => {
      expect(() => auth0Authorizer(options as never))
        .to.throw(OptionError, advice)
        .with.property('option', option === '' ? 'options' : option);
    });
  }

  /** Options that look like a check and would check nothing. */
  const empty: readonly [options: object, option: string][] = [
    [{ rules: {} }, 'rules'],
    [{ routes: {} }, 'routes'],
    [{ apis: {} }, 'apis'],
    [{ apis: { one: { rules: {} } } }, "apis['one'].rules"],
    [{ apis: { one: { audience: [] } } }, "apis['one'].audience"],
    [{ rules: { ip: {} } }, 'rules.ip'],
    [{ rules: { ip: { allow: [] } } }, 'rules.ip.allow'],
    [{ rules: { ip: { deny: [] } } }, 'rules.ip.deny'],
    [{ rules: { country: { source: 'cloudfront' } } }, 'rules.country'],
    [{ rules: { country: { source: 'cloudfront', allow: [] } } }, 'rules.country.allow'],
    [{ rules: { country: { source: 'cloudfront', deny: [] } } }, 'rules.country.deny'],
    [{ rules: { audience: [] } }, 'rules.audience'],
    [{ rules: { audience: { any: [] } } }, 'rules.audience.any'],
    [{ rules: { bound: {} } }, 'rules.bound.to'],
    [{ rules: { callers: {} } }, 'rules.callers.allow'],
    [{ rules: { callers: { allow: [] } } }, 'rules.callers.allow'],
    [{ rules: { callers: { allow: ['agent'], actors: [] } } }, 'rules.callers.actors'],
    [{ rules: { clients: [] } }, 'rules.clients'],
    [{ rules: { clients: { allow: [] } } }, 'rules.clients.allow'],
    [{ rules: { organization: {} } }, 'rules.organization'],
    [{ rules: { organization: { allow: [] } } }, 'rules.organization.allow'],
    [{ rules: { scopes: [] } }, 'rules.scopes'],
    [{ rules: { scopes: {} } }, 'rules.scopes'],
    [{ rules: { scopes: { reportOnly: true } } }, 'rules.scopes'],
    [{ rules: { scopes: { any: [] } } }, 'rules.scopes.any'],
    [{ rules: { permissions: { all: [] } } }, 'rules.permissions.all'],
    [{ rules: { claims: {} } }, 'rules.claims'],
    [{ rules: { claims: { reportOnly: true } } }, 'rules.claims'],
    [{ rules: { claims: { org_id: [] } } }, "rules.claims['org_id']"],
    [{ rules: { claims: { org_id: {} } } }, "rules.claims['org_id']"],
    [{ rules: { authorizationDetails: { types: [] } } }, 'rules.authorizationDetails.types'],
    [{ rules: { authentication: {} } }, 'rules.authentication'],
    [{ rules: { authentication: { acr: [] } } }, 'rules.authentication.acr'],
    [{ rules: { authentication: { maxAge: 60, claims: {} } } }, 'rules.authentication.claims'],
    [{ rules: { custom: {} } }, 'rules.custom'],
    [{ routes: { 'GET /{id}': { custom: {} } } }, "routes['GET /{id}'].custom"],
    [{ routes: { 'GET /{id}': { encodedSlashes: {} } } }, "routes['GET /{id}'].encodedSlashes"],
    [{ conditions: {} }, 'conditions'],
    [{ requiredClaims: [] }, 'requiredClaims'],
  ];
  for (const [options, option] of empty) {
    it(`refuses ${JSON.stringify(options)}, which would check nothing`, () => {
      expect(() => auth0Authorizer({ ...base, ...options } as never))
        .to.throw(OptionError)
        .with.property('option', option);
    });
  }

  it('takes a route without rules of its own, which the common rules judge', () => {
    expect(() => auth0Authorizer({ ...base, routes: { 'GET /a': {} } })).not.to.throw();
    expect(() => auth0Authorizer({ ...base, apis: { one: {} } })).not.to.throw();
  });

  const undefinedChecks: readonly [options: object, option: string][] = [
    [{ rules: undefined }, 'rules'],
    [{ routes: undefined }, 'routes'],
    [{ undeclared: undefined }, 'undeclared'],
    [{ conditions: undefined }, 'conditions'],
    [{ handlerDecides: undefined }, 'handlerDecides'],
    [{ denyRest: undefined }, 'denyRest'],
    [{ conditions: { sourceIp: undefined } }, 'conditions.sourceIp'],
    [{ maxTokenAge: undefined }, 'maxTokenAge'],
    [{ requiredClaims: undefined }, 'requiredClaims'],
    [{ rules: { scopes: undefined } }, 'rules.scopes'],
    [{ rules: { scopes: { any: ['a'], all: undefined } } }, 'rules.scopes.all'],
    [{ rules: { ip: { allow: undefined, deny: ['192.0.2.0/24'] } } }, 'rules.ip.allow'],
    [{ rules: { ip: { deny: ['192.0.2.0/24'], source: undefined } } }, 'rules.ip.source'],
    [
      {
        rules: { ip: { deny: ['192.0.2.0/24'], source: { header: 'x', trustedHops: 1, proof: undefined } } },
      },
      'rules.ip.source.proof',
    ],
    [
      { rules: { country: { deny: ['KP'], matchClaim: undefined, source: 'cloudfront' } } },
      'rules.country.matchClaim',
    ],
    [
      { rules: { custom: { x: { check: () => true, reportOnly: undefined } } } },
      "rules.custom['x'].reportOnly",
    ],
    [{ rules: { claims: { org_id: undefined } } }, "rules.claims['org_id']"],
    [{ routes: { 'GET /a': { scopes: undefined } } }, "routes['GET /a'].scopes"],
    [{ routes: { 'GET /a': { token: undefined } } }, "routes['GET /a'].token"],
    [{ routes: { 'GET /a': undefined } }, "routes['GET /a']"],
  ];
  for (const [options, option] of undefinedChecks) {
    it(`refuses an undefined ${option}, which would drop a check`, () => {
      expect(() => auth0Authorizer({ ...base, ...options } as never))
        .to.throw(OptionError)
        .with.property('option', option);
    });
  }

  it('accepts undefined options that drop no check', () => {
    const nothing = { context: undefined, principalId: undefined, tokenSource: undefined, logger: undefined };
    expect(() => parseAuthorizerOptions({ ...base, ...nothing }, {})).not.to.throw();
  });

  it('refuses an undefined check of a middleware on its own', () => {
    expect(() => requestRules({ rules: undefined } as never)).to.throw(OptionError, /^rules: is undefined/);
    const options = { ...base, requiredClaims: undefined } as never;
    expect(() => auth0JwtVerifier(options)).to.throw(OptionError, /^requiredClaims: is undefined/);
  });

  it('reads domain and audience from the environment, several separated by commas', () => {
    const environment = { AUTH0_DOMAIN: 'a.auth0.com, login.example.com', AUTH0_AUDIENCE: 'one,two' };
    const { verifier } = parseAuthorizerOptions({}, environment);
    expect(verifier.issuers).to.deep.equal(['https://a.auth0.com/', 'https://login.example.com/']);
    expect(verifier.audiences).to.deep.equal(['one', 'two']);
  });

  it('prefers options to the environment', () => {
    const environment = { AUTH0_DOMAIN: 'other.auth0.com', AUTH0_AUDIENCE: 'other' };
    const { verifier } = parseAuthorizerOptions(base, environment);
    expect(verifier.issuers).to.deep.equal(['https://tenant.eu.auth0.com/']);
    const withIssuer = { issuer: 'https://id.example.com', audience: 'x' };
    expect(parseAuthorizerOptions(withIssuer, environment).verifier.issuers).to.deep.equal([
      'https://id.example.com',
    ]);
  });

  for (const [name, environment, option] of [
    ['no domain', { AUTH0_AUDIENCE: 'x' }, 'domain'],
    ['no audience', { AUTH0_DOMAIN: 'a.auth0.com' }, 'audience'],
    ['an empty domain', { AUTH0_DOMAIN: '', AUTH0_AUDIENCE: 'x' }, 'domain'],
    ['an empty entry', { AUTH0_DOMAIN: 'a.auth0.com,', AUTH0_AUDIENCE: 'x' }, 'domain'],
    ['a URL as a domain', { AUTH0_DOMAIN: 'https://a.auth0.com/', AUTH0_AUDIENCE: 'x' }, 'domain'],
    ['an invalid domain', { AUTH0_DOMAIN: 'a.auth0.com,b', AUTH0_AUDIENCE: 'x' }, 'domain'],
  ] as const) {
    it(`refuses ${name} in the environment, and names the variable`, () => {
      expect(() => parseAuthorizerOptions({}, environment))
        .to.throw(OptionError, `AUTH0_${option.toUpperCase()}`)
        .with.property('option', option);
    });
  }

  it('keeps valid options as they are', () => {
    const options = { httpApiResponse: 'simple', unauthorized: 'deny', ttlOverride: 60 } as const;
    const { serializer } = parseAuthorizerOptions({ ...base, ...options }, {});
    expect(serializer).to.include(options);
  });

  it('checks the options of each middleware on its own', () => {
    const unknown = { typo: 1 } as never;
    for (const factory of [headerParser, requestRules, policySerializer, decisionLogger, auth0JwtVerifier]) {
      expect(() => factory(unknown)).to.throw(OptionError, 'typo');
    }
  });

  it('never quotes a long value in full', () => {
    const long = 'x'.repeat(500);
    expect(() => auth0Authorizer({ ...base, httpApiResponse: long as 'iam' }))
      .to.throw(OptionError)
      .with.property('message')
      .with.length.below(200);
  });
});
