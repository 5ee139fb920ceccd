import { expect } from 'chai';
import fc from 'fast-check';
import sinon from 'sinon';
import {
  type AuthorizerOptions,
  auth0Authorizer,
  auth0JwtVerifier,
  type Decision,
  type GatewayKind,
  identitySources,
  policySerializer,
  type RulesOptions,
} from '../../lib/index.ts';
import { createTestIssuer, decide, eventFor } from '../../lib/testing.ts';
import { EVERY_GATEWAY } from '../support/every-gateway.ts';
import { invoke, recordingLog, verdictOf } from '../support/invoke.ts';
import { middy } from '../support/middy.ts';
import { runs } from '../support/property-runs.ts';

const issuer = createTestIssuer();
const NAMES = { acr: 'urn:acr', amr: 'urn:amr', authTime: 'urn:time' };
const DETAILS = [{ type: 'payment', amount: 5 }];
const nowInSeconds = () => Math.floor(Date.now() / 1000);

function authorizer(options: AuthorizerOptions) {
  const decisions: Decision[] = [];
  const onDecision = (decision: Decision) => void decisions.push(decision);
  const chain = auth0Authorizer({ logger: false, ...options, ...issuer.options, onDecision });
  return { handler: middy().use(chain) as never, decisions };
}

/** A rule, and claims that it passes and refuses. */
interface RuleCase {
  readonly rules: RulesOptions;
  readonly good: () => Record<string, unknown>;
  readonly bad: () => Record<string, unknown>;
  readonly code: string;
}

const CASES: Readonly<Record<string, RuleCase>> = {
  'a claim that must be absent': {
    rules: { claims: { 'urn:suspended': { absent: true } } },
    good: () => ({ 'urn:suspended': null }),
    bad: () => ({ 'urn:suspended': false }),
    code: 'claim_mismatch',
  },
  'a claim that must be present': {
    rules: { claims: { org_id: { present: true } } },
    good: () => ({ org_id: 'org_1' }),
    bad: () => ({ org_id: null }),
    code: 'claim_mismatch',
  },
  'a type of authorization details': {
    rules: { authorizationDetails: { types: ['payment'] } },
    good: () => ({ authorization_details: DETAILS }),
    bad: () => ({ authorization_details: [{ type: 'account' }] }),
    code: 'insufficient_authorization_details',
  },
  'a strong login': {
    rules: { authentication: { acr: ['gold'], amr: ['mfa'], claims: NAMES } },
    good: () => ({ 'urn:acr': 'gold', 'urn:amr': ['pwd', 'mfa'] }),
    bad: () => ({ acr: 'gold', amr: ['mfa'] }),
    code: 'insufficient_authentication',
  },
  'a recent login': {
    rules: { authentication: { maxAge: 60, claims: NAMES } },
    good: () => ({ 'urn:time': nowInSeconds() - 30 }),
    bad: () => ({ 'urn:time': nowInSeconds() - 90 }),
    code: 'insufficient_authentication',
  },
};

describe('rules over the token', () => {
  afterEach(() => sinon.restore());

  for (const gateway of EVERY_GATEWAY) {
    const { kind, httpApiResponse } = gateway;
    const response = httpApiResponse === undefined ? {} : { httpApiResponse };
    for (const [name, { rules, good, bad, code }] of Object.entries(CASES)) {
      it(`demand ${name} on ${gateway.name}`, async () => {
        const { handler, decisions } = authorizer({ ...response, rules });
        const send = async (claims: Record<string, unknown>) =>
          verdictOf(await invoke(handler, eventFor(kind, { token: issuer.token(claims) })));
        expect(await send(good())).to.equal('Allow');
        expect(await send(bad())).to.be.oneOf(['Deny', 'Unauthorized']);
        expect(decisions[1]).to.deep.include({ outcome: 'deny', code });
      });
    }
  }

  it('only report if they say so, are replaced by a route, and are switched off by false', async () => {
    for (const [name, { rules, bad, code }] of Object.entries(CASES)) {
      const [[rule, option] = ['', {}]] = Object.entries(rules);
      const log = recordingLog();
      const { handler, decisions } = authorizer({
        logger: log,
        rules,
        routes: {
          'GET /common': {},
          'GET /reported': { [rule]: { ...option, reportOnly: true } },
          'GET /off': { [rule]: false },
        },
      });
      const token = issuer.token(bad());
      for (const path of ['/common', '/reported', '/off'])
        await invoke(handler, eventFor('rest-request', { token, path }));
      expect(
        decisions.map(({ outcome }) => outcome),
        name,
      ).to.deep.equal(['deny', 'allow', 'allow']);
      expect(
        log.lines.map(({ reports }) => reports?.map((one) => one.code)),
        name,
      ).to.deep.equal([undefined, [code], undefined]);
    }
  });

  it('refuse a caller without a token as missing_token on an optional route', async () => {
    for (const [name, { rules }] of Object.entries(CASES)) {
      const { handler, decisions } = authorizer({ rules, routes: { 'GET /orders': { token: 'optional' } } });
      await invoke(handler, eventFor('http-api-2.0'));
      expect(decisions[0], name).to.deep.include({ outcome: 'deny', code: 'missing_token' });
    }
  });

  const POLICY_KINDS: readonly GatewayKind[] = ['rest-token', 'rest-request', 'http-api-1.0', 'http-api-2.0'];
  const MAX_AGES = [30, 60, 90];

  it('allow from the cache what they allow when judged, and nothing else', async function () {
    this.timeout(0);
    const rule = fc.constantFrom<RulesOptions>(
      {},
      ...Object.values(CASES).map(({ rules }) => rules),
      ...MAX_AGES.map((maxAge) => ({ authentication: { maxAge, claims: NAMES } })),
    );
    const part = fc.constantFrom<Record<string, unknown>>(
      {},
      ...Object.values(CASES).flatMap(({ good, bad }) => [good(), bad()]),
    );
    const claims = fc.tuple(part, part, part).map((parts) => Object.assign({}, ...parts));
    const age = fc.option(fc.integer({ min: 0, max: 120 }));
    await fc.assert(
      fc.asyncProperty(
        fc.array(rule, { minLength: 2, maxLength: 5 }),
        claims,
        age,
        fc.constantFrom(...POLICY_KINDS),
        async (rules, given, seconds, kind) => {
          const held = seconds === null ? given : { ...given, 'urn:time': nowInSeconds() - seconds };
          const routes = Object.fromEntries(rules.map((one, at) => [`GET /r${at}`, one]));
          const { handler } = authorizer({
            routes,
            undeclared: 'absent',
            unauthorized: 'deny',
            clockTolerance: 0,
          });
          const token = issuer.token(held);
          const may = rules.map((one) => passes(one, held));
          for (const [at] of rules.entries()) {
            const answer = await decide(handler, eventFor(kind, { token, path: `/r${at}` }));
            expect(answer.outcome).to.equal(may[at] ? 'allow' : 'deny');
            // A denial may deny the stage.
            for (const [other, isAllowed] of may.entries()) {
              const fromCache = answer.allowsFromCache('GET', `/r${other}`);
              if (fromCache || answer.outcome === 'allow') expect(fromCache).to.equal(isAllowed);
            }
          }
        },
      ),
      { numRuns: runs(60, 1500) },
    );
  });

  it('keep remembered grants apart for claims that JSON does not tell apart', async () => {
    const routes = {
      'GET /a': { claims: { x: { absent: true } } },
      'GET /b': { claims: { x: { present: true } } },
    };
    const { handler } = authorizer({ routes: routes as never, undeclared: 'absent' });
    const verdicts = async (token: string) => {
      const { outcome, allowsFromCache } = await decide(
        handler,
        eventFor('rest-token', { token, path: '/b' }),
      );
      return [outcome, allowsFromCache('GET', '/a')];
    };
    // JSON.parse makes Infinity of 1e999, and JSON.stringify null of that.
    const infinite = signedWith('{"x":1e999');
    expect(await verdicts(issuer.token({}))).to.deep.equal(['deny', true]);
    expect(await verdicts(issuer.token({ x: null }))).to.deep.equal(['deny', true]);
    expect(await verdicts(infinite)).to.deep.equal(['allow', false]);
    expect(await verdicts(issuer.token({}))).to.deep.equal(['deny', true]);
  });
});

/** A token whose payload begins with this text. */
function signedWith(beginning: string): string {
  const stringify = JSON.stringify;
  const stub = sinon.stub(JSON, 'stringify').callsFake((value, ...rest) => {
    const text = stringify(value, ...(rest as []));
    return Object.hasOwn(value as object, 'aud') ? text.replace('{', `${beginning},`) : text;
  });
  try {
    return issuer.token();
  } finally {
    stub.restore();
  }
}

/** Whether claims meet rules, by the words of the documents; without clock tolerance. */
function passes(
  { claims = {}, authorizationDetails, authentication }: RulesOptions,
  held: Record<string, unknown>,
) {
  const isMet = Object.entries(claims).every(([name, expected]) => {
    const has = held[name] !== undefined && held[name] !== null;
    return 'absent' in (expected as object) ? !has : has;
  });
  const details = (held['authorization_details'] ?? []) as { type: string }[];
  const isDetailed =
    authorizationDetails === undefined ||
    details.some(({ type }) => authorizationDetails.types.includes(type));
  const { acr, amr, maxAge } = authentication ?? {};
  const methods = (held['urn:amr'] ?? []) as string[];
  const age = nowInSeconds() - Number(held['urn:time'] ?? Number.NaN);
  return (
    isMet &&
    isDetailed &&
    (acr === undefined || acr.includes(held['urn:acr'] as string)) &&
    (amr === undefined || amr.every((one) => methods.includes(one))) &&
    (maxAge === undefined || (age >= 0 && age <= maxAge))
  );
}

describe('a token in a WebSocket subprotocol', () => {
  it('is verified, counts once, and never reaches a log line', async () => {
    const log = recordingLog();
    const tokenSource = {
      header: 'Authorization',
      subprotocol: 'v1',
      prefer: ['header', 'subprotocol'],
    } as const;
    const token = issuer.token();
    const expired = issuer.token({ exp: 1 });
    const codesWith = async (options: AuthorizerOptions) => {
      const { handler, decisions } = authorizer({ logger: log, ...options });
      for (const event of [
        { token, subprotocol: 'v1' },
        { subprotocol: 'v1' },
        { token: expired, subprotocol: 'v1' },
        { token, subprotocol: 'v1', authorization: `Bearer ${token}` },
        { token, subprotocol: 'v1', authorization: `Bearer ${expired}` },
        { token: expired, subprotocol: 'v1', authorization: `Bearer ${token}` },
      ])
        await invoke(handler, eventFor('websocket', event));
      return decisions.map((one) => ('code' in one ? one.code : one.outcome));
    };
    expect(await codesWith({ tokenSource: { subprotocol: 'v1' } })).to.deep.equal([
      ...['allow', 'missing_token', 'token_expired', 'allow', 'allow', 'token_expired'],
    ]);
    const { prefer: _, ...several } = tokenSource;
    expect((await codesWith({ tokenSource: several })).slice(3)).to.deep.equal([
      ...['multiple_credentials', 'multiple_credentials', 'multiple_credentials'],
    ]);
    expect((await codesWith({ tokenSource })).slice(3)).to.deep.equal(['allow', 'token_expired', 'allow']);
    const lines = JSON.stringify([log.lines, log.setUps, log.notices]);
    for (const text of [token, expired]) expect(lines).to.not.include(text.split('.')[1]);
  });
});

describe('a rule on the age of the login', () => {
  const rules: RulesOptions = { authentication: { maxAge: 60, claims: NAMES } };
  afterEach(() => sinon.restore());

  it('refuses a known token when its login has become too old', async () => {
    const clock = sinon.useFakeTimers({ now: Date.now(), toFake: ['Date'] });
    const { handler, decisions } = authorizer({ rules, clockTolerance: 7 });
    const token = issuer.token({ 'urn:time': nowInSeconds() });
    for (const seconds of [0, 67, 1]) {
      clock.tick(seconds * 1000);
      await invoke(handler, eventFor('rest-request', { token }));
    }
    expect(decisions.map(({ outcome }) => outcome)).to.deep.equal(['allow', 'allow', 'deny']);
  });

  it('grants its route in the policy of another request only while the login is recent', async () => {
    const clock = sinon.useFakeTimers({ now: Date.now(), toFake: ['Date'] });
    const routes = { 'GET /plain': {}, 'GET /recent': rules };
    const { handler } = authorizer({ routes, clockTolerance: 0 });
    const token = issuer.token({ 'urn:time': nowInSeconds() });
    const isGranted = async () => {
      const answer = await decide(handler, eventFor('rest-token', { token, path: '/plain' }));
      expect(answer.outcome).to.equal('allow');
      return answer.allowsFromCache('GET', '/recent');
    };
    expect(await isGranted()).to.equal(true);
    clock.tick(60_000);
    expect(await isGranted()).to.equal(true);
    clock.tick(1000);
    expect(await isGranted()).to.equal(false);
  });

  it('ends the TTL of AppSync with the login, with the token and with the option, whichever is first', async () => {
    const ttlOf = async (options: AuthorizerOptions, claims: Record<string, unknown>) => {
      const { handler } = authorizer(options);
      const outcome = await invoke(handler, eventFor('appsync-graphql', { token: issuer.token(claims) }));
      return outcome.kind === 'response' ? outcome.response.ttlOverride : outcome.error;
    };
    const login = (age: number) => ({ 'urn:time': nowInSeconds() - age });
    expect(await ttlOf({ rules, ttlOverride: 300 }, login(20))).to.be.within(38, 40);
    expect(await ttlOf({ rules, ttlOverride: 30 }, login(20))).to.equal(30);
    expect(await ttlOf({ rules, ttlOverride: 300 }, login(63))).to.equal(0);
    expect(await ttlOf({ rules, ttlOverride: 0 }, login(20))).to.equal(0);
    expect(await ttlOf({ rules, ttlOverride: 300 }, { ...login(0), exp: nowInSeconds() + 10 })).to.be.within(
      8,
      10,
    );
    const reported = { authentication: { maxAge: 60, claims: NAMES, reportOnly: true } };
    expect(await ttlOf({ rules: reported, ttlOverride: 300 }, login(20))).to.equal(300);
    const elsewhere = { routes: { 'GET /orders': rules }, ttlOverride: 300 };
    expect(await ttlOf(elsewhere, login(20))).to.equal(0);
    const optional = { $default: { token: 'optional' } } as const;
    expect(await ttlOf({ routes: optional, ttlOverride: 300 }, login(20))).to.equal(300);
  });

  it('lets a serializer without rules answer AppSync for ttlOverride', async () => {
    const { domain, audience, algorithms, jwks } = issuer.options;
    const handler = middy()
      .use(auth0JwtVerifier({ domain, audience, algorithms, jwks }))
      .use(policySerializer({ ttlOverride: 300 }));
    const outcome = await invoke(handler, eventFor('appsync-events', { token: issuer.token() }));
    expect(outcome).to.have.nested.property('response.ttlOverride', 300);
  });

  it('bounds the TTL in the advice on caching, by the least age of an enforced rule', () => {
    const maxTtlOf = (options: AuthorizerOptions, gateway: GatewayKind = 'rest-request') => {
      const advice = identitySources(options, gateway);
      return advice.cache ? advice.maxTtl : 'not cached';
    };
    const aged = (maxAge: number, reportOnly = false) => ({ authentication: { maxAge, reportOnly } });
    expect(maxTtlOf({ rules: aged(60) })).to.equal(60);
    expect(maxTtlOf({ rules: aged(60) }, 'rest-token')).to.equal(60);
    expect(maxTtlOf({ rules: aged(60) }, 'http-api-2.0')).to.equal(60);
    expect(maxTtlOf({ rules: aged(60) }, 'appsync-graphql')).to.equal(undefined);
    expect(maxTtlOf({ rules: aged(60) }, 'websocket')).to.equal('not cached');
    expect(maxTtlOf({ rules: aged(60, true) })).to.equal(undefined);
    expect(maxTtlOf({ rules: { authentication: { acr: ['a'] } } })).to.equal(undefined);
    expect(maxTtlOf({ routes: { 'GET /a': aged(90), 'GET /b': aged(45), 'GET /c': {} } })).to.equal(45);
  });

  it('is followed by a line about the TTL if it is shorter than the default of API Gateway', async () => {
    const lineFor = async (maxAge: number, kind: GatewayKind = 'rest-token', more: RulesOptions = {}) => {
      const log = recordingLog();
      const { handler } = authorizer({ logger: log, rules: { authentication: { maxAge }, ...more } });
      await invoke(handler, eventFor(kind, { token: issuer.token() }));
      return log.setUps[0];
    };
    const ttl =
      'Configure a TTL of at most 299 seconds: a cached allow outlives the `maxAge` of a rule, and a revocation (`revocations.within`), by up to the TTL.';
    expect(await lineFor(299)).to.deep.equal({
      gateway: 'rest-token',
      cache: true,
      identitySources: ['method.request.header.Authorization'],
      maxTtl: 299,
      advice: ttl,
    });
    expect(await lineFor(300)).to.equal(undefined);
    expect(await lineFor(299, 'appsync-graphql')).to.equal(undefined);
    const both = await lineFor(299, 'http-api-2.0', { ip: { deny: ['192.0.2.1'] } });
    expect(both?.advice).to.match(
      /^Configure exactly these identity sources .* Configure a TTL of at most 299 seconds/,
    );
  });
});

describe('the challenge of a rule on the login', () => {
  const authentication = { maxAge: 60, acr: ['silver', 'gold'] };
  const CHALLENGE = { acr_values: 'silver gold', max_age: 60 };
  const refused = async (options: AuthorizerOptions, kind: GatewayKind) => {
    const { handler, decisions } = authorizer({ unauthorized: 'deny', ...options });
    const outcome = await invoke(handler, eventFor(kind, { token: issuer.token(), path: '/a' }));
    const context = outcome.kind === 'response' ? outcome.response.context : undefined;
    return { context, decision: decisions[0] };
  };

  it('is in the context if every route has the same rules, and in the decision always', async () => {
    for (const kind of ['rest-token', 'rest-request', 'http-api-1.0', 'http-api-2.0', 'websocket'] as const) {
      const { context, decision } = await refused({ rules: { authentication } }, kind);
      expect(context, kind).to.deep.equal({ refusal: 'insufficient_authentication', ...CHALLENGE });
      expect(decision, kind).to.deep.include({ status: 401, challenge: CHALLENGE });
    }
  });

  it('is not in a context that may be repeated for a route with other rules', async () => {
    const routes = { 'GET /a': { authentication }, 'GET /b': { authentication: { maxAge: 5 } } };
    for (const kind of ['rest-token', 'rest-request', 'http-api-1.0', 'http-api-2.0'] as const) {
      const { context, decision } = await refused({ routes }, kind);
      expect(context, kind).to.deep.equal({ refusal: 'insufficient_authentication' });
      expect(decision, kind).to.deep.include({ challenge: CHALLENGE });
    }
  });

  it('is in the context if the route is in the cache key, or nothing may be cached', async () => {
    const routes = { 'GET /a': { authentication }, 'GET /b': {} };
    const { context } = await refused({ routes, httpApiResponse: 'simple' }, 'http-api-2.0');
    expect(context).to.include(CHALLENGE);
    const custom = { custom: { never: () => true } };
    expect((await refused({ routes, rules: custom }, 'rest-request')).context).to.include(CHALLENGE);
    const connect = { $connect: { authentication }, $default: {} };
    expect((await refused({ routes: connect }, 'websocket')).context).to.include(CHALLENGE);
  });

  it('is not there for other refusals', async () => {
    const { context, decision } = await refused({ rules: { scopes: ['a'], authentication } }, 'rest-request');
    expect(context).to.deep.equal({ refusal: 'insufficient_scope' });
    expect(decision).to.not.have.property('challenge');
  });
});
