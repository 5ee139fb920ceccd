import { expect } from 'chai';
import type {
  Exploration,
  ExploredAnswer,
  ExploredColumn,
  ExploredRoute,
} from '../../lib/exploring/exploration.ts';
import { adviceFor, explore } from '../../lib/exploring/explore.ts';
import { type ExploredModule, trialOf } from '../../lib/exploring/trial.ts';
import { gatewayKinds } from '../../lib/gateways/index.ts';
import {
  type AuthorizerOptions,
  auth0Authorizer,
  type GatewayKind,
  identitySources,
} from '../../lib/index.ts';
import { createTestIssuer, decide, eventFor } from '../../lib/testing.ts';
import { middy } from '../support/middy.ts';

const explored = async (options: AuthorizerOptions, more: Partial<ExploredModule> = {}) =>
  explore(
    await trialOf({
      source: 'options.ts',
      options: { algorithms: ['ES256'], ...options },
      gateway: 'rest-request',
      client: {},
      ...more,
    }),
  );

/** What the cell of a route and a caller says. */
function cell({ routes, callers, columns, verdicts }: Exploration, key: string | null, name: string): string {
  const column = columns[callers.findIndex((caller) => caller.name === name)];
  const verdict = verdicts[column?.fresh[routes.findIndex((route) => route.key === key)] ?? -1];
  return verdict?.kind === 'allow' ? ['allow', ...verdict.unless].join(' ') : String(verdict?.code);
}

function answerOf({ callers, columns }: Exploration, name: string): ExploredAnswer | undefined {
  return columns[callers.findIndex((caller) => caller.name === name)]?.answer;
}

const SHOP: AuthorizerOptions = {
  rules: { callers: { allow: ['user', 'machine'] } },
  routes: {
    'GET /catalogue': {},
    'GET /orders/{order}': { scopes: ['read:orders'] },
    'GET /orders/{order}/lines': {},
    'GET /orders/{order}/lines/{line}': { scopes: ['read:orders'] },
    'DELETE /orders/{order}': { permissions: ['orders:cancel'] },
    'POST /imports': { callers: { allow: ['machine'] } },
    'GET /orgs/{org}': { organization: { matches: 'path:org', allow: ['org_a'] } },
    'GET /names/{org}': { organization: { matches: 'path:org', by: 'name', allow: ['org_a', 'Acme'] } },
    'GET /any/{org}': { organization: { matches: 'path:org' } },
    'ANY /admin/{proxy+}': { claims: { role: 'admin' } },
    'GET /admin/1': {},
    'GET /trailing/': { token: 'optional', callers: false },
  },
};

describe('explore', () => {
  it('judges each route for callers with the scopes, permissions and kinds of the options', async () => {
    const found = await explored(SHOP, { personas: { 'night shift': { scope: 'read:orders', shift: 1 } } });
    expect(found.callers.map(({ name }) => name)).to.include.members([
      'everything',
      'nothing',
      'expired',
      'no token',
      'read:orders',
      'orders:cancel',
      'night shift',
    ]);
    expect(cell(found, 'GET /orders/{order}', 'read:orders')).to.equal('allow');
    expect(cell(found, 'GET /orders/{order}', 'night shift')).to.equal('allow');
    expect(cell(found, 'GET /orders/{order}', 'nothing')).to.equal('insufficient_scope');
    expect(cell(found, 'DELETE /orders/{order}', 'read:orders')).to.equal('insufficient_permissions');
    expect(cell(found, 'GET /catalogue', 'expired')).to.equal('token_expired');
    expect(cell(found, 'GET /catalogue', 'no token')).to.equal('missing_token');
    expect(cell(found, 'GET /trailing/', 'no token')).to.equal('allow');
    expect(cell(found, 'POST /imports', 'nothing')).to.equal('caller_not_allowed');
    expect(cell(found, null, 'everything')).to.equal('route_not_found');
  });

  it('has a request for each route that leads to it', async () => {
    const { routes } = await explored(SHOP);
    const pathOf = (key: string) => routes.find((route) => route.key === key)?.path;
    expect(routes.map(({ key }) => key)).to.deep.equal([...Object.keys(SHOP.routes ?? {}), null]);
    expect(pathOf('ANY /admin/{proxy+}')).to.equal('/admin/1');
    expect(routes.find(({ key }) => key === 'ANY /admin/{proxy+}')?.method).to.equal('HEAD');
    expect(pathOf('GET /orgs/{org}')).to.equal('/orgs/org_a');
    expect(pathOf('GET /names/{org}')).to.equal('/names/acme');
    expect(pathOf('GET /any/{org}')).to.equal('/any/1');
    expect(pathOf('GET /trailing/')).to.equal('/trailing/');
  });

  for (const gateway of ['rest-token', 'rest-request', 'http-api-1.0', 'http-api-2.0'] as const) {
    it(`agrees with the authorizer on each cell, fresh and cached (${gateway})`, () => agrees(SHOP, gateway));
  }

  it('agrees with the authorizer when all routes have the same rules', () =>
    agrees({ rules: { scopes: ['a'] } }, 'http-api-2.0'));

  /** Asks an authorizer with the same options about each cell. */
  async function agrees(options: AuthorizerOptions, gateway: GatewayKind): Promise<void> {
    const found = await explored(options, { gateway });
    const issuer = createTestIssuer({ algorithm: 'ES256' });
    const handler = middy().use(auth0Authorizer({ ...options, ...issuer.options, logger: false }));
    const eventTo = (token: string | undefined, route: ExploredRoute | undefined) =>
      eventFor(gateway, {
        token,
        method: route?.method ?? 'GET',
        path: route?.path ?? '/',
        routeKey: route?.key ?? undefined,
      });
    for (const [index, { claims, name }] of found.callers.entries()) {
      const sub = `auth0|${name.toLowerCase()}`;
      const token = claims === null ? undefined : issuer.token({ sub, ...claims });
      const { answer } = found.columns[index] as ExploredColumn;
      const asked = answer.kind === 'policy' ? found.routes[answer.request] : undefined;
      const cached = asked === undefined ? null : await decide(handler, eventTo(token, asked));
      for (const [at, route] of found.routes.entries()) {
        const decision = await decide(handler, eventTo(token, route));
        const said = cell(found, route.key, name);
        const where = `${route.key} for ${name}`;
        expect(said === 'allow', where).to.equal(decision.outcome === 'allow');
        if (decision.outcome === 'deny') expect(said, where).to.equal(decision.refusal);
        if (cached === null || answer.kind !== 'policy') continue;
        const repeated = cached.allowsFromCache(route.method ?? '', route.path ?? '');
        expect(answer.cached[at] === 'a', `${where}, cached`).to.equal(repeated);
      }
    }
  }

  it('measures the answer, and says that nothing is cached after a failed invocation', async () => {
    const found = await explored(SHOP);
    const everything = answerOf(found, 'everything');
    expect(everything?.kind === 'policy' && everything.bytes > everything.documentBytes).to.equal(true);
    expect(answerOf(found, 'nothing')).to.include({ kind: 'policy', covers: 'all' });
    expect(answerOf(found, 'expired')).to.include({ kind: 'none' });
  });

  it('shows a policy for some routes, and one for the route of the request only', async () => {
    const options: AuthorizerOptions = {
      routes: {
        'GET /a/{x}': { scopes: ['one'] },
        'GET /a/{x}/b/{y}': { scopes: ['two'] },
        'GET /a/{x}/b/{y}/c': { scopes: ['one'] },
        'GET /d': { scopes: ['one'] },
      },
    };
    expect(answerOf(await explored(options), 'one')).to.include({ covers: 'some', cached: 'addai' });
    const request = await explored({ ...options, handlerDecides: true });
    expect(answerOf(request, 'one')).to.include({ covers: 'route', cached: 'adddi' });
  });

  it('calls no custom rule and no look-up, and names those that could still refuse', async () => {
    const calls: string[] = [];
    const check = (name: string) => () => calls.push(name) > 0;
    const found = await explored({
      rules: { custom: { hours: check('hours') } },
      routes: {
        'GET /a': {
          scopes: ['a'],
          country: { allow: ['DE'], source: () => (check('country')() ? 'DE' : null) },
        },
        'GET /b': { custom: { hours: { check: check('hours'), reportOnly: true } } },
        'GET /c': { custom: false, country: { allow: ['DE'], source: 'cloudfront' } },
      },
    });
    expect(cell(found, 'GET /a', 'everything')).to.equal('allow country custom.hours');
    expect(cell(found, 'GET /a', 'nothing')).to.equal('insufficient_scope');
    expect(cell(found, 'GET /b', 'nothing')).to.equal('allow');
    expect(cell(found, 'GET /c', 'nothing')).to.equal('country_unknown');
    expect(found.columns[0]?.answer).to.include({ kind: 'none' });
    expect(found.routes[1]?.rules).to.deep.include({ name: 'custom.hours', reportOnly: true });
    expect(calls).to.deep.equal([]);
  });

  it('shows a function of a claim that throws as a fault', async () => {
    const role = () => {
      throw new Error('broken');
    };
    const options: AuthorizerOptions = { routes: { 'GET /a': { claims: { role } } } };
    const found = await explored(options, { personas: { a: { role: 'x' } } });
    expect(cell(found, 'GET /a', 'a')).to.equal('rule_error');
    expect(found.verdicts.find(({ kind }) => kind === 'fault')).to.include({ rule: 'claims' });
  });

  it('sends the first address that the common rule allows, or the one of the command, and its headers', async () => {
    const options: AuthorizerOptions = {
      rules: { ip: { allow: ['198.51.100.0/24'] }, country: { allow: ['DE'], source: 'cloudfront' } },
      routes: { 'GET /a': {} },
    };
    const headers = { 'CloudFront-Viewer-Country': 'DE' };
    expect(cell(await explored(options, { client: { headers } }), 'GET /a', 'nothing')).to.equal('allow');
    const client = { headers, sourceIp: '203.0.113.9' };
    expect(cell(await explored(options, { client }), 'GET /a', 'nothing')).to.equal('ip_not_allowed');
  });

  it('puts the token where the options look for it', async () => {
    const sources = [
      { query: 'token' },
      { cookie: 'session' },
      { header: 'X-Token' },
      { header: 'Authorization' },
    ];
    for (const tokenSource of sources) {
      const { columns } = await explored({ tokenSource, routes: { 'GET /a': {} } });
      expect(columns[0]?.answer, JSON.stringify(tokenSource)).to.include({ kind: 'policy', cached: 'ai' });
    }
    const socket = await explored({ tokenSource: { subprotocol: 'bearer' } }, { gateway: 'websocket' });
    expect(socket.columns[0]?.answer).to.include({ kind: 'policy', cached: 'a' });
  });

  it('has the rows that the gateway can match, and simple answers if there is no policy', async () => {
    const options: AuthorizerOptions = {
      routes: { $connect: { scopes: ['a'] }, $default: {}, 'GET /a': {} },
    };
    const socket = await explored(options, { gateway: 'websocket' });
    expect(socket.routes.map(({ key }) => key))
      .to.include('$connect')
      .and.not.include('GET /a');
    const appSync = await explored(options, { gateway: 'appsync-graphql' });
    expect(appSync.routes).to.deep.equal([
      {
        key: '$default',
        method: null,
        path: null,
        resource: null,
        rules: [{ name: 'callers', reportOnly: false }],
        token: 'required',
      },
    ]);
    expect(appSync.columns[0]?.answer).to.include({ kind: 'simple', request: 0, allows: true });
    const simple: AuthorizerOptions = { routes: { 'GET /a': { scopes: ['a'] } }, httpApiResponse: 'simple' };
    const http = await explored(simple, { gateway: 'http-api-2.0' });
    const allows = http.columns.map(({ answer }) => answer.kind === 'simple' && answer.allows);
    expect(allows).to.include.members([true, false]);
  });

  it('explores one of several APIs', async () => {
    const options: AuthorizerOptions = {
      apis: { one: { routes: { 'GET /a': {} } }, two: { routes: { 'GET /b': {} } } },
    };
    const { api, routes } = await explored(options, { api: 'two' });
    expect([api, routes[0]?.key]).to.deep.equal(['two', 'GET /b']);
  });

  it('shows the callers of most routes, and counts the others', async () => {
    const keys = Array.from({ length: 14 }, (_, index) => index);
    const scopeOf = (index: number) => `s${Math.max(0, index - 1)}`;
    const routes = Object.fromEntries(keys.map((index) => [`GET /r${index}`, { scopes: [scopeOf(index)] }]));
    const { callers, callersLeftOut } = await explored({ routes });
    expect(callersLeftOut).to.equal(1);
    expect(callers[4]).to.deep.include({ name: 's0', summary: 'has what GET /r0 and 1 more requires' });
  });

  it('names callers by their claims if they have no scope, and gives each a name of its own', async () => {
    const options: AuthorizerOptions = {
      routes: { 'GET /a': { claims: { level: 3, role: 'admin' } }, 'GET /b': {} },
    };
    const { callers } = await explored(options, { personas: { nothing: { a: 1 }, expired: 1 } });
    const names = callers.map(({ name }) => name);
    expect(names).to.include.members(['nothing', 'nothing (2)', 'expired (2)']);
    const other: AuthorizerOptions = { routes: { ...options.routes, 'GET /c': { scopes: ['c'] } } };
    expect((await explored(other)).callers.map(({ name }) => name)).to.include('level 3, role admin');
  });

  it('contains no token, and leaves logger, hooks and metrics alone', async () => {
    let calls = 0;
    const count = () => {
      calls += 1;
    };
    const logger = { info: count, warn: count, error: count };
    const found = await explored({ ...SHOP, logger, onDecision: count, metrics: true });
    expect(JSON.stringify(found)).not.to.match(/eyJ[\w-]+\./);
    expect(calls).to.equal(0);
  });

  it('gives the advice on caching that identitySources gives', async () => {
    const trial = await trialOf({ source: 'a', options: SHOP, gateway: 'rest-request', client: {} });
    expect(await adviceFor(trial)).to.deep.equal(
      gatewayKinds().map((gateway) => ({ gateway, advice: identitySources(SHOP, gateway) })),
    );
  });
});
