import { expect } from 'chai';
import { createExplainer } from '../../lib/explaining/explainer.ts';
import { explore } from '../../lib/exploring/explore.ts';
import type { PageRequest } from '../../lib/exploring/page-data.ts';
import { traceOf } from '../../lib/exploring/trace.ts';
import { createTracer, preparedRequests } from '../../lib/exploring/tracer.ts';
import { type ExploredModule, trialOf } from '../../lib/exploring/trial.ts';
import { type AuthorizerOptions, OptionError } from '../../lib/index.ts';

const SHOP: AuthorizerOptions = {
  routes: {
    'GET /orders': { scopes: { any: ['read:orders'], reportOnly: true } },
    'POST /orders': { scopes: ['write:orders'], claims: { role: 'admin' } },
    'GET /open': { token: 'optional', callers: false },
    'GET /late': { custom: { hours: () => false } },
    'GET /broken': {
      custom: {
        hours: () => {
          throw new Error('broken');
        },
      },
    },
  },
};

const request = (more: Partial<PageRequest> = {}): PageRequest => ({
  claims: {},
  method: 'GET',
  path: '/orders',
  headers: {},
  sourceIp: null,
  ...more,
});

const tracerFor = async (options: AuthorizerOptions, more: Partial<ExploredModule> = {}) =>
  createTracer(
    await trialOf({
      source: 'a',
      options: { algorithms: ['ES256'], ...options },
      gateway: 'rest-request',
      client: {},
      ...more,
    }),
  );

describe('a trace', () => {
  const statesOf = async (more: Partial<PageRequest>, options = SHOP) => {
    const { steps } = await (await tracerFor(options))(request(more));
    return steps.map(({ title, state }) => `${title} ${state}`);
  };

  it('follows an allow through each step, also rules that only report', async () => {
    const trace = await (await tracerFor(SHOP))(request());
    expect(trace.steps.map(({ title, state }) => `${title} ${state}`)).to.deep.equal([
      'Event read passed',
      'Token verified passed',
      'Route found passed',
      'Rule callers passed',
      'Rule scopes reported',
      'Decision passed',
    ]);
    expect(trace.client.status).to.equal(null);
    expect(trace.policy).to.have.property('Statement');
    expect(trace.log).to.include({ decision: 'allow', route: 'GET /orders' });
    expect(JSON.stringify(trace)).not.to.match(/eyJ[\w-]+\./);
  });

  it('stops at the rule that refuses, and says what the others would do', async () => {
    const { steps, client } = await (await tracerFor(SHOP))(request({ method: 'POST' }));
    expect(steps.map(({ title, state }) => `${title} ${state}`)).to.include.members([
      'Rule scopes refused',
      'Rule claims open',
      'Decision refused',
    ]);
    expect(steps.find(({ title }) => title === 'Rule scopes')?.reason).to.equal(
      "Declared in routes['POST /orders'].scopes. insufficient_scope: missing write:orders (scope is absent).",
    );
    expect(steps.find(({ title }) => title === 'Rule claims')?.reason).to.match(/It would be refused/);
    expect(client.status).to.equal(403);
  });

  it('stops at the token', async () => {
    const expired = await (await tracerFor(SHOP))(request({ claims: { exp: 1 } }));
    expect(expired.steps.slice(0, 3).map(({ state }) => state)).to.deep.equal(['passed', 'refused', 'open']);
    expect(expired.steps.at(-1)?.reason).to.match(/^token_expired \(401\)\. /);
    expect(await statesOf({ claims: null })).to.include('Token verified refused');
  });

  it('goes on without a token where a route admits that', async () => {
    expect(await statesOf({ claims: null, path: '/open' })).to.deep.equal([
      'Event read passed',
      'Token verified passed',
      'Route found passed',
      'Decision passed',
    ]);
  });

  it('shows a path that no route takes, and two tokens', async () => {
    expect(await statesOf({ path: '/none' })).to.include.members(['Route found refused', 'Decision refused']);
    expect(await statesOf({ headers: { authorization: 'Bearer x' } })).to.include('Token verified refused');
  });

  it('runs custom rules', async () => {
    expect(await statesOf({ path: '/late' })).to.include('Rule custom.hours refused');
    expect(await statesOf({ path: '/broken' })).to.include.members([
      'Rule custom.hours fault',
      'Decision fault',
    ]);
  });

  it('sends the query, the address and the headers of the form', async () => {
    const options: AuthorizerOptions = {
      rules: { ip: { allow: ['198.51.100.0/24'] } },
      routes: { 'GET /orders': { custom: { query: ({ request: { query } }) => query['a'] === '2' } } },
    };
    expect(await statesOf({ path: '/orders?a=1&a=2' }, options)).to.include('Decision passed');
    expect(await statesOf({ path: '/orders?a=1' }, options)).to.include('Decision refused');
    expect(await statesOf({ sourceIp: '203.0.113.1' }, options)).to.include('Rule ip refused');
  });

  it('works on a gateway without paths', async () => {
    const trace = await (await tracerFor({ routes: { $default: {} } }, { gateway: 'appsync-graphql' }))(
      request(),
    );
    expect(trace.steps[0]?.reason).to.equal('appsync-graphql, with a token.');
    expect(trace.policy).to.equal(null);
  });

  it('refuses what no client can send', async () => {
    const trace = await tracerFor(SHOP);
    await trace(request({ path: 'orders' })).then(
      () => expect.fail('it should be refused'),
      (error) => expect(error).to.be.instanceOf(OptionError),
    );
  });

  it('is one of an event that is none of an authorizer, and of an API that the options do not name', async () => {
    const options: AuthorizerOptions = { domain: 'a.example', audience: 'a', apis: { one: {} } };
    const explainer = await createExplainer(options, 'resigned');
    const { steps } = traceOf(await explainer.explain({}));
    expect(steps.map(({ state }) => state)).to.deep.equal(['fault', 'open', 'open', 'fault']);
  });
});

describe('prepared requests', () => {
  it('are of each route, by a caller who may use it and one who may not, up to a number', async () => {
    const trial = await trialOf({ source: 'a', options: SHOP, gateway: 'rest-request', client: {} });
    const exploration = await explore(trial);
    const tracer = await createTracer(trial);
    const prepared = await preparedRequests(exploration, tracer, 5);
    expect(prepared.map(({ route }) => route)).to.deep.equal([0, 0, 1, 1, 2]);
    expect(prepared.map(({ trace }) => trace.steps.at(-1)?.state)).to.deep.equal([
      'passed',
      'refused',
      'passed',
      'refused',
      'passed',
    ]);
    expect(prepared.map(({ trace }) => trace.policy)).to.deep.equal([null, null, null, null, null]);
    const socket = await trialOf({ source: 'a', options: {}, gateway: 'appsync-events', client: {} });
    expect(await preparedRequests(await explore(socket), await createTracer(socket), 5)).to.have.length(2);
  });
});
