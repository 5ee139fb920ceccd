import { expect } from 'chai';
import {
  type ApisOptions,
  type AuthorizerOptions,
  auth0Authorizer,
  auth0JwtVerifier,
  evaluatePolicy,
  type GatewayKind,
  headerParser,
  identitySources,
  OptionError,
  policySerializer,
  requestRules,
} from '../../lib/index.ts';
import {
  type AuthorizerAnswer,
  createTestIssuer,
  decide,
  type EventOptions,
  eventFor,
} from '../../lib/testing.ts';
import { EVERY_GATEWAY } from '../support/every-gateway.ts';
import { invoke, recordingLog } from '../support/invoke.ts';
import { AUDIENCE, startIssuer } from '../support/issuer.ts';
import { middy } from '../support/middy.ts';

const ORDERS = 'https://orders.example.com/';
const BILLS = 'https://bills.example.com/';
const issuer = createTestIssuer();

const authorizer = (options: AuthorizerOptions) =>
  middy().use(auth0Authorizer({ logger: false, ...options, ...issuer.options }));

const APIS: ApisOptions = {
  orders1234: { audience: ORDERS, routes: { 'GET /list': { scopes: ['read:orders'] }, 'GET /new': {} } },
  bills12345: { audience: BILLS, rules: { scopes: ['read:bills'] } },
  'bills12345/test': { audience: [BILLS, ORDERS] },
};

describe('several APIs behind one function', () => {
  for (const { name, kind, httpApiResponse = 'iam' } of EVERY_GATEWAY) {
    const hasStages = !kind.startsWith('appsync');
    // AppSync and WebSocket APIs have no routes with a path.
    const apis: ApisOptions = { ...APIS, orders1234: { audience: ORDERS } };
    const handler = authorizer({ apis, httpApiResponse, unauthorized: 'deny' });
    const outcomeOf = async (apiId: string, claims: object, options: EventOptions = {}) => {
      const event = eventFor(kind, { apiId, token: issuer.token({ ...claims }), ...options });
      const decision = await decide(handler, event);
      return decision.outcome === 'deny' ? decision.refusal : decision.outcome;
    };

    it(`takes a token at the API of its audience only: ${name}`, async () => {
      expect(await outcomeOf('orders1234', { aud: ORDERS })).to.equal('allow');
      expect(await outcomeOf('bills12345', { aud: ORDERS, scope: 'read:bills' })).to.equal('wrong_audience');
      expect(await outcomeOf('bills12345', { aud: BILLS, scope: 'read:bills' })).to.equal('allow');
      expect(await outcomeOf('orders1234', { aud: BILLS })).to.equal('wrong_audience');
      expect(await outcomeOf('orders1234', { aud: [ORDERS, BILLS] })).to.equal('allow');
      expect(await outcomeOf('orders1234', { aud: issuer.options.audience })).to.equal('wrong_audience');
    });

    it(`judges the rules of the API: ${name}`, async () => {
      expect(await outcomeOf('bills12345', { aud: BILLS })).to.equal('insufficient_scope');
    });

    it(`refuses an API that is not named: ${name}`, async () => {
      expect(await outcomeOf('other12345', { aud: ORDERS })).to.equal('unknown_api');
      expect(await outcomeOf('other12345', { aud: 'urn:other' })).to.equal('wrong_audience');
    });

    if (!hasStages) continue;

    it(`prefers the options of the stage: ${name}`, async () => {
      expect(await outcomeOf('bills12345', { aud: ORDERS }, { stage: 'test' })).to.equal('allow');
      expect(await outcomeOf('bills12345', { aud: ORDERS }, { stage: 'live' })).to.equal('wrong_audience');
    });
  }

  for (const kind of ['rest-token', 'rest-request', 'http-api-1.0', 'http-api-2.0', 'websocket'] as const) {
    it(`answers with policies for the API and stage of the request alone: ${kind}`, async () => {
      const handler = authorizer({ apis: APIS, unauthorized: 'deny' });
      const token = issuer.token({ aud: [ORDERS, BILLS], scope: 'read:orders read:bills' });
      const places = [
        'orders1234/prod',
        'orders1234/test',
        'bills12345/prod',
        'bills12345/test',
        'other12345/prod',
      ];
      for (const place of places) {
        const [apiId = '', stage = ''] = place.split('/');
        const event = eventFor(kind, { token, apiId, stage, path: '/list' });
        const { answer } = (await decide(handler, event)) as { answer: AuthorizerAnswer };
        for (const other of places) {
          const rest = kind === 'websocket' ? '$connect' : 'GET/new';
          const resource = `arn:aws:execute-api:eu-central-1:123456789012:${other}/${rest}`;
          const verdict = evaluatePolicy(answer.policyDocument as never, { resource });
          const isOpen =
            other === place && apiId !== 'other12345' && !(kind === 'websocket' && apiId === 'orders1234');
          expect(verdict === 'allow', `${place} at ${other}`).to.equal(isOpen);
        }
      }
    });
  }

  it('inherits the top-level audience, rules and the environment where an API has none of its own', async () => {
    const handler = authorizer({
      rules: { scopes: ['common'] },
      apis: { one: {}, two: { audience: ORDERS, rules: { scopes: false } } },
    });
    const refusalOf = async (apiId: string, claims: object) => {
      const decision = await decide(
        handler,
        eventFor('rest-request', { apiId, token: issuer.token({ ...claims }) }),
      );
      return decision.outcome === 'deny' ? decision.refusal : decision.outcome;
    };
    expect(await refusalOf('one', { scope: 'common' })).to.equal('allow');
    expect(await refusalOf('one', {})).to.equal('insufficient_scope');
    expect(await refusalOf('one', { scope: 'common', aud: ORDERS })).to.equal('wrong_audience');
    expect(await refusalOf('two', { aud: ORDERS })).to.equal('allow');
    expect(await refusalOf('two', { scope: 'common' })).to.equal('wrong_audience');
  });

  it('does not count an audience that is bound to another issuer', async () => {
    const others = createTestIssuer({ domain: 'other.eu.auth0.com' });
    const handler = middy().use(
      auth0Authorizer({
        logger: false,
        issuer: [{ issuer: 'https://other.eu.auth0.com/', audience: ORDERS }, 'https://id.example.com/'],
        audience: BILLS,
        jwks: { keys: others.jwks, shared: true },
        apis: { orders1234: { audience: ORDERS }, bills12345: { audience: BILLS } },
      }),
    );
    const at = async (apiId: string, claims: object) => {
      const decision = await decide(
        handler,
        eventFor('rest-request', { apiId, token: others.token({ ...claims }) }),
      );
      return decision.outcome === 'deny' ? decision.refusal : decision.outcome;
    };
    expect(await at('orders1234', { aud: ORDERS })).to.equal('allow');
    expect(await at('bills12345', { aud: [ORDERS, BILLS] })).to.equal('wrong_audience');
    expect(await at('bills12345', { aud: BILLS, iss: 'https://id.example.com/' })).to.equal('allow');
    expect(await at('orders1234', { aud: ORDERS, iss: 'https://id.example.com/' })).to.equal('allow');
  });

  it('refuses a token that the token cache knows from another API', async () => {
    const handler = authorizer({ apis: APIS });
    const token = issuer.token({ aud: ORDERS, scope: 'read:bills' });
    const outcomes: string[] = [];
    for (const apiId of ['orders1234', 'bills12345', 'orders1234', 'bills12345']) {
      const event = eventFor('http-api-2.0', { apiId, path: '/new', token });
      outcomes.push((await decide(handler, event)).outcome);
    }
    expect(outcomes).to.deep.equal(['allow', 'deny', 'allow', 'deny']);
  });

  it('takes the stage $default of an HTTP API', async () => {
    const handler = authorizer({ apis: { 'orders1234/$default': { audience: ORDERS } } });
    const at = async (stage: string) => {
      const event = eventFor('http-api-2.0', {
        apiId: 'orders1234',
        stage,
        token: issuer.token({ aud: ORDERS }),
      });
      const decision = await decide(handler, event);
      return decision.outcome === 'deny' ? decision.refusal : decision.outcome;
    };
    expect(await at('$default')).to.equal('allow');
    expect(await at('live')).to.equal('unknown_api');
  });

  it('refuses a sample event for all stages if a stage of the API has options of its own', async () => {
    const handler = authorizer({ apis: { ...APIS, bills12345: { audience: BILLS } } });
    const at = async (apiId: string, aud: string) => {
      const event = { ...eventFor('rest-token', { apiId, token: issuer.token({ aud }) }) } as {
        methodArn: string;
      };
      event.methodArn = event.methodArn.replace('/prod/', '/*/');
      const decision = await decide(handler, event);
      return decision.outcome === 'deny' ? decision.refusal : decision.outcome;
    };
    expect(await at('bills12345', BILLS)).to.equal('unknown_api');
    expect(await at('orders1234', BILLS)).to.equal('wrong_audience');
    expect(await at('orders1234', ORDERS)).to.equal('route_not_found');
  });

  it('asks for a token where the API takes no anonymous callers', async () => {
    const handler = authorizer({
      unauthorized: 'deny',
      apis: {
        open: { routes: { 'GET /orders': { token: 'optional' } } },
        shut: { routes: { 'GET /x': {} } },
      },
    });
    const at = async (apiId: string) => {
      const decision = await decide(handler, eventFor('rest-request', { apiId }));
      return decision.outcome === 'deny' ? [decision.status, decision.refusal] : decision.outcome;
    };
    expect(await at('open')).to.equal('allow');
    expect(await at('shut')).to.deep.equal([403, 'missing_token']);
    expect(await at('else')).to.deep.equal([403, 'missing_token']);
  });

  it('refuses an event of AppSync that names no API', async () => {
    const handler = authorizer({ apis: { orders1234: {} } });
    const requestContext = { apiId: '', requestId: 'r', accountId: '123456789012', queryString: '' };
    const event = { authorizationToken: issuer.token(), requestContext };
    expect(await decide(handler, event)).to.include({ outcome: 'deny', refusal: 'unknown_api' });
  });

  it('shares one key set and one token cache', async () => {
    const served = await startIssuer();
    try {
      const handler = middy().use(
        auth0Authorizer({
          logger: false,
          issuer: served.url,
          audience: AUDIENCE,
          apis: { one: {}, two: { rules: { scopes: ['read:orders'] } } },
        }),
      );
      const token = await served.token({ scope: 'read:orders' });
      for (const apiId of ['one', 'two', 'one']) {
        const decision = await decide(handler, eventFor('http-api-2.0', { apiId, token }));
        expect(decision.outcome).to.equal('allow');
      }
      expect(served.requests).to.equal(1);
    } finally {
      await served.close();
    }
  });

  it('works in a chain of single middlewares', async () => {
    const handler = middy().use([
      headerParser(),
      auth0JwtVerifier({ ...issuer.options, audience: [ORDERS, BILLS, 'common'] }),
      requestRules({ apis: { ...APIS, common1234: {} } }),
      policySerializer({ unauthorized: 'deny' }),
    ]);
    const at = async (apiId: string, aud: string) => {
      const event = eventFor('rest-request', { apiId, path: '/new', token: issuer.token({ aud }) });
      const decision = await decide(handler, event);
      return decision.outcome === 'deny' ? decision.refusal : decision.outcome;
    };
    expect(await at('orders1234', ORDERS)).to.equal('allow');
    expect(await at('orders1234', BILLS)).to.equal('wrong_audience');
    // Only the verifier knows what is accepted at all.
    expect(await at('common1234', BILLS)).to.equal('allow');
    expect(await at('other12345', BILLS)).to.equal('unknown_api');
  });

  it('bounds the caching of AppSync by the rules of the API', async () => {
    const ip = { allow: ['192.0.2.0/24'], source: { header: 'x-real-ip', trustedHops: 1 } } as const;
    const handler = authorizer({
      ttlOverride: 60,
      apis: { plain: {}, guarded: { rules: { ip } } },
    });
    const ttlOf = async (apiId: string) => {
      const headers = { 'x-real-ip': '192.0.2.7' };
      const event = eventFor('appsync-graphql', { apiId, token: issuer.token(), headers });
      const decision = await decide(handler, event);
      return decision.outcome === 'allow' ? decision.answer.ttlOverride : decision;
    };
    expect(await ttlOf('plain')).to.equal(60);
    expect(await ttlOf('guarded')).to.equal(0);
  });

  describe('identitySources', () => {
    const options: AuthorizerOptions = {
      apis: { one: { rules: { ip: { allow: ['192.0.2.0/24'] } } }, 'one/test': {}, two: {} },
    };
    const advised = (api: string | undefined, kind: GatewayKind = 'http-api-2.0') =>
      identitySources(options, kind, api);

    it('advises for one API', () => {
      const token = '$request.header.Authorization';
      const withAddress = [token, '$context.identity.sourceIp'];
      expect(advised('one')).to.deep.include({ cache: true, identitySources: withAddress });
      expect(advised('one/test')).to.deep.include({ cache: true, identitySources: [token] });
      expect(advised('two')).to.deep.include({ cache: true, identitySources: [token] });
    });

    it('refuses options without the name of the API, and a name without such options', () => {
      expect(() => advised(undefined)).to.throw(
        OptionError,
        "api: must be a key of `apis`: 'one', 'one/test', 'two'",
      );
      expect(() => advised('three')).to.throw(OptionError, /^api: must be a key/);
      expect(() => identitySources({}, 'rest-request', 'one')).to.throw(
        OptionError,
        'api: has no meaning without `apis`: leave it out',
      );
    });
  });

  describe('the log', () => {
    it('names the API in notices, each API once', async () => {
      const logger = recordingLog();
      const handler = middy().use(
        auth0Authorizer({
          logger,
          apis: {
            one: { rules: { ip: { deny: ['192.0.2.0/24'] } } },
            two: { routes: { 'GET /orders': {} }, undeclared: 'absent' },
            three: {},
          },
          ...issuer.options,
        }),
      );
      const token = issuer.token();
      for (const apiId of ['one', 'two', 'three', 'one', 'two', 'four']) {
        const options = { token, apiId, path: '/orders', routeKey: 'ANY /other' };
        await invoke(handler, eventFor('http-api-2.0', options));
      }
      await invoke(handler, { no: 'event' });
      expect(logger.setUps.map(({ api }) => api)).to.deep.equal(['one']);
      expect(logger.notices.map(({ line }) => line)).to.have.length(1);
      expect(logger.notices[0]?.line).to.include({ api: 'two', gatewayRoute: 'ANY /other' });
    });

    it('names the API that is unknown, and what an API takes', async () => {
      const logger = recordingLog();
      const handler = middy().use(auth0Authorizer({ logger, apis: APIS, ...issuer.options }));
      const token = issuer.token({ aud: ORDERS });
      await invoke(handler, eventFor('rest-request', { token, apiId: 'other12345' }));
      await invoke(handler, eventFor('rest-request', { token, apiId: 'bills12345' }));
      const [unknown, wrong] = logger.lines;
      expect(unknown).to.include({
        refusal: 'unknown_api',
        detail: 'other12345/prod',
        api: 'other12345/prod',
      });
      expect(wrong).to.include({ refusal: 'wrong_audience', detail: `configured: ${BILLS}` });
      expect(wrong).to.include({ principalId: 'auth0|test', issuer: 'https://test.auth0.example/' });
    });
  });

  describe('refuses at start-up', () => {
    const base = { domain: 'tenant.eu.auth0.com', audience: 'common' };
    const cases: readonly [what: string, options: object, message: string | RegExp][] = [
      ['no API', { apis: {} }, 'apis: names no API: name one, or leave the option out'],
      ['another type', { apis: [] }, /^apis: must be an object/],
      ['an undefined value', { apis: undefined }, /^apis: is undefined/],
      [
        'top-level routes',
        { apis: { one: {} }, routes: { 'GET /': {} } },
        "routes: cannot be combined with `apis`: write it for each API, as in apis['one'].routes",
      ],
      [
        'a top-level undeclared',
        { apis: { one: {} }, undeclared: 'rules' },
        /^undeclared: cannot be combined/,
      ],
      ['a key that is no ID', { apis: { 'a/b/c': {} } }, /^apis\['a\/b\/c'\]: must be the ID of an API/],
      ['a key for all stages', { apis: { 'a/*': {} } }, /^apis\['a\/\*'\]: must be the ID/],
      [
        'a key from a variable that is not set',
        { apis: { [`${process.env['NO_SUCH_API']}`]: {} } },
        "apis['undefined']: comes from a variable that is not set: set it to the ID of the API",
      ],
      ['a stage from such a variable', { apis: { 'a/undefined': {} } }, /comes from a variable/],
      [
        'an unknown option',
        { apis: { one: { audiences: 'a' } } },
        /^apis\['one'\]\.audiences: is not an option/,
      ],
      ['an undefined option', { apis: { one: { rules: undefined } } }, /^apis\['one'\]\.rules: is undefined/],
      ['an empty audience', { apis: { one: { audience: [] } } }, /^apis\['one'\]\.audience: .*at least one/],
      [
        'the userinfo endpoint',
        { apis: { one: { audience: 'https://tenant.eu.auth0.com/userinfo' } } },
        /^apis\['one'\]\.audience: holds the \/userinfo endpoint/,
      ],
      ['a bad rule', { apis: { one: { rules: { ip: {} } } } }, /^apis\['one'\]\.rules\.ip/],
      ['a bad route', { apis: { one: { routes: { GET: {} } } } }, /^apis\['one'\]\.routes\['GET'\]/],
      ['no route', { apis: { one: { routes: {} } } }, /^apis\['one'\]\.routes: declares no route/],
      [
        'a bad rule of a route',
        { apis: { one: { routes: { 'GET /': { scopes: [] } } } } },
        /^apis\['one'\]\.routes\['GET \/'\]\.scopes/,
      ],
      [
        'a bad undeclared',
        { apis: { one: { undeclared: 'deny' } } },
        /^apis\['one'\]\.undeclared: is 'deny'/,
      ],
      [
        'an audience rule that no token of the API can pass',
        { apis: { one: { audience: 'own', rules: { audience: ['common'] } } } },
        /^apis\['one'\]\.rules\.audience: holds 'common'/,
      ],
      [
        'an audience that each issuer has replaced',
        {
          domain: [{ domain: 'a.auth0.com', audience: 'x' }],
          audience: undefined,
          apis: { one: { audience: 'y' } },
        },
        /^apis\['one'\]\.audience: holds 'y'/,
      ],
      [
        'conditions on the address without such a rule at each API',
        {
          conditions: { sourceIp: true },
          rules: { ip: { deny: ['192.0.2.1'] } },
          apis: { one: { rules: { ip: false } } },
        },
        /^conditions\.sourceIp: needs/,
      ],
    ];
    for (const [what, options, message] of cases) {
      it(what, () => {
        expect(() => auth0Authorizer({ ...base, ...options })).to.throw(OptionError, message);
      });
    }

    it('no audience, unless each API has its own', () => {
      const { domain } = base;
      const withApis = (apis: ApisOptions) => () => auth0Authorizer({ domain, apis });
      expect(withApis({ one: { audience: 'a' }, two: { audience: 'b' } })).not.to.throw();
      expect(withApis({ one: { audience: 'a' }, two: {} })).to.throw(OptionError, /^audience: is missing/);
    });
  });

  it('carries the lists of an ip rule of the API into its policies', async () => {
    const handler = authorizer({
      conditions: { sourceIp: true },
      rules: { ip: { deny: ['192.0.2.1'] } },
      apis: { one: {}, two: { rules: { ip: { allow: ['198.51.100.0/24'] } } } },
    });
    const listsOf = async (apiId: string) =>
      JSON.stringify(await decide(handler, eventFor('rest-token', { apiId, token: issuer.token() })));
    expect(await listsOf('one'))
      .to.include('192.0.2.1')
      .and.not.include('198.51.100.0');
    expect(await listsOf('two'))
      .to.include('198.51.100.0')
      .and.not.include('192.0.2.1');
  });
});
