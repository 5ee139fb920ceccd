import { expect } from 'chai';
import sinon from 'sinon';
import {
  type AuthorizerOptions,
  auth0Authorizer,
  auth0JwtVerifier,
  type GatewayKind,
  headerParser,
  identitySources,
  OptionError,
  policySerializer,
  type RevocationsOptions,
  requestRules,
} from '../../lib/index.ts';
import { revokeTokens, type TokensToRevoke } from '../../lib/revocations.ts';
import { decide, eventFor, restRequestEvent } from '../../lib/testing.ts';
import { EVERY_GATEWAY } from '../support/every-gateway.ts';
import { invoke, recordingLog } from '../support/invoke.ts';
import { AUDIENCE, type Issuer, startIssuer } from '../support/issuer.ts';
import { type MemoryStore, memoryStore } from '../support/memory-store.ts';
import { middy } from '../support/middy.ts';

const SECOND = 1000;

describe('the option revocations', () => {
  let issuer: Issuer;
  let clock: sinon.SinonFakeTimers;
  let store: MemoryStore;

  before(async () => {
    issuer = await startIssuer();
  });
  after(() => issuer.close());

  beforeEach(() => {
    clock = sinon.useFakeTimers({ now: Date.now(), toFake: ['Date'] });
    store = memoryStore(clock as unknown as { now(): number });
  });
  afterEach(() => clock.restore());

  const chainOf = ({ revocations, ...options }: Partial<AuthorizerOptions> = {}) =>
    auth0Authorizer({
      issuer: issuer.url,
      audience: AUDIENCE,
      logger: false,
      revocations: { store, ...revocations },
      ...options,
    });
  const create = (options?: Partial<AuthorizerOptions>) => middy().use(chainOf(options));

  const revoke = (tokens: TokensToRevoke) => revokeTokens({ store, tokens });

  /** `allow`, or the refusal's or fault's code. */
  async function outcomeOf(authorizer: unknown, event: object): Promise<string | undefined> {
    const decision = await decide(authorizer as Parameters<typeof decide>[0], event);
    if (decision.outcome === 'deny') return decision.refusal;
    return decision.outcome === 'allow' ? 'allow' : decision.code;
  }

  for (const { name, event, httpApiResponse } of EVERY_GATEWAY) {
    it(`refuses a revoked token within refreshEvery on ${name}, new or known`, async () => {
      const authorizer = create(httpApiResponse === undefined ? {} : { httpApiResponse });
      const known = event({ token: await issuer.token() });
      expect(await outcomeOf(authorizer, known)).to.equal('allow');
      await revoke({ sub: 'auth0|abc' });
      clock.tick(11 * SECOND);
      expect(await outcomeOf(authorizer, known)).to.equal('token_revoked');
      const iat = Math.floor(Date.now() / 1000) - 60;
      const fresh = event({ token: await issuer.token({ iat }) });
      expect(await outcomeOf(authorizer, fresh)).to.equal('token_revoked');
      // A login after the revocation.
      const later = event({ token: await issuer.token() });
      expect(await outcomeOf(authorizer, later)).to.equal('allow');
      const other = event({ token: await issuer.token({ sub: 'auth0|other', iat }) });
      expect(await outcomeOf(authorizer, other)).to.equal('allow');
    });
  }

  const kinds: readonly [TokensToRevoke, object, string][] = [
    [{ sub: 'auth0|x' }, { sub: 'auth0|x' }, 'sub'],
    [{ org_id: 'org_1' }, { org_id: 'org_1' }, 'org_id'],
    [{ client: 'app' }, { azp: 'app' }, 'client'],
    [{ client: 'app' }, { azp: undefined, client_id: 'app' }, 'client'],
    [{ sid: 'session' }, { sid: 'session' }, 'sid'],
    [{ jti: 'token' }, { jti: 'token' }, 'jti'],
  ];
  for (const [tokens, claims, detail] of kinds) {
    it(`answers 401 for ${JSON.stringify(tokens)} against ${JSON.stringify(claims)}, and logs the kind alone`, async () => {
      await revoke(tokens);
      const log = recordingLog();
      const event = restRequestEvent({ token: await issuer.token(claims as Record<string, unknown>) });
      const outcome = await invoke(create({ logger: log }), event);
      expect(outcome).to.have.nested.property('error.message', 'Unauthorized');
      expect(log.lines[0]).to.include({ refusal: 'token_revoked', detail, kid: issuer.key.kid });
      expect(log.lines[0]?.advice).to.match(/revoked/);
    });
  }

  it('verifies the rest first, so that only good tokens are looked up', async () => {
    await revoke({ sub: 'auth0|abc' });
    const past = Math.floor(Date.now() / 1000) - 7200;
    const expired = await issuer.token({ iat: past, exp: past + 60 });
    expect(await outcomeOf(create(), restRequestEvent({ token: expired }))).to.equal('token_expired');
  });

  it('refuses with and without the token cache', async () => {
    const authorizer = create({ tokenCache: false });
    const event = restRequestEvent({ token: await issuer.token() });
    expect(await outcomeOf(authorizer, event)).to.equal('allow');
    await revoke({ sub: 'auth0|abc' });
    clock.tick(11 * SECOND);
    expect(await outcomeOf(authorizer, event)).to.equal('token_revoked');
  });

  it('is an option of auth0JwtVerifier on its own, too', async () => {
    await revoke({ sub: 'auth0|abc' });
    const verifier = auth0JwtVerifier({ issuer: issuer.url, audience: AUDIENCE, revocations: { store } });
    const authorizer = middy().use([headerParser(), verifier, requestRules(), policySerializer()]);
    const iat = Math.floor(Date.now() / 1000) - 60;
    const event = restRequestEvent({ token: await issuer.token({ iat }) });
    expect(await outcomeOf(authorizer, event)).to.equal('token_revoked');
  });

  it('reads nothing in a request within refreshEvery', async () => {
    const authorizer = create();
    const event = restRequestEvent({ token: await issuer.token() });
    for (let at = 0; at < 5; at += 1) await outcomeOf(authorizer, event);
    expect(store.calls.read).to.equal(1);
  });

  it('starts to read when the authorizer is created', () => {
    create({ jwks: { prefetch: false } });
    expect(store.calls.read).to.equal(1);
  });

  it('is there after ready(), which repeats a read that fails', async () => {
    clock.restore();
    await revoke({ sub: 'auth0|abc' });
    store.trouble = 'rejects';
    const chain = chainOf();
    store.trouble = null;
    await chain.ready();
    store.trouble = 'rejects';
    const event = restRequestEvent({
      token: await issuer.token({ iat: Math.floor(Date.now() / 1000) - 60 }),
    });
    expect(await outcomeOf(middy().use(chain), event)).to.equal('token_revoked');
  });

  describe('without a list', () => {
    const unavailable = (options: Partial<RevocationsOptions>, log = recordingLog()) => {
      store.trouble = 'rejects';
      return { log, authorizer: create({ logger: log, revocations: { store, ...options } }) };
    };

    it("lets tokens pass under 'allow', and warns once", async () => {
      const { authorizer, log } = unavailable({});
      const event = restRequestEvent({ token: await issuer.token() });
      for (let at = 0; at < 3; at += 1) expect(await outcomeOf(authorizer, event)).to.equal('allow');
      expect(log.notices.map(({ level, message }) => [level, message])).to.deep.equal([
        ['warn', 'authorizer revocations unavailable'],
      ]);
      const [notice] = log.notices;
      expect(notice?.line).to.have.nested.property('error.message', 'the store is down');
      expect(notice?.line)
        .to.have.property('advice')
        .that.matches(/pass.*onUnavailable.*permissions/);
    });

    it("answers 5xx under 'deny', with the cause in the log line of each request", async () => {
      const { authorizer, log } = unavailable({ onUnavailable: 'deny' });
      const event = restRequestEvent({ token: await issuer.token() });
      expect(await outcomeOf(authorizer, event)).to.equal('revocations_unavailable');
      expect(log.lines[0]).to.include({
        decision: 'fault',
        fault: 'revocations_unavailable',
        level: 'error',
      });
      expect(log.lines[0]).to.have.nested.property('error.cause.message', 'the store is down');
      expect(log.notices).to.deep.equal([]);
    });

    it('calls onEvent, too', async () => {
      const types: string[] = [];
      const { authorizer } = unavailable({ onEvent: ({ type }) => void types.push(type) });
      const event = restRequestEvent({ token: await issuer.token() });
      await outcomeOf(authorizer, event);
      expect(types).to.deep.equal(['refresh_failed', 'unavailable']);
    });
  });

  it('never admits a request that it cannot judge because the list throws', async () => {
    const broken = { read: () => Promise.reject(null) };
    const authorizer = create({ revocations: { store: broken, onUnavailable: 'deny' } });
    const event = restRequestEvent({ token: await issuer.token() });
    expect(await outcomeOf(authorizer, event)).to.equal('revocations_unavailable');
  });

  it('cuts ttlOverride down to what remains of within', async () => {
    const event = eventFor('appsync-graphql', { token: await issuer.token() });
    const ttlOf = async (revocations: Partial<RevocationsOptions>, ttlOverride?: number) => {
      const options = ttlOverride === undefined ? {} : { ttlOverride };
      const outcome = await invoke(create({ revocations: { store, ...revocations }, ...options }), event);
      return outcome.kind === 'response' && outcome.response.ttlOverride;
    };
    expect(await ttlOf({}, 300)).to.equal(49);
    expect(await ttlOf({ within: 311 }, 300)).to.equal(300);
    expect(await ttlOf({}, 30)).to.equal(30);
    expect(await ttlOf({})).to.equal(0);
  });

  it('bounds the TTL that identitySources advises, so that a revocation is in force within what was asked for', () => {
    const maxTtlOf = (
      revocations: Partial<RevocationsOptions>,
      common: Pick<AuthorizerOptions, 'rules'> = {},
      gateway: GatewayKind = 'rest-token',
    ) => {
      const advice = identitySources({ revocations: { store, ...revocations }, ...common }, gateway);
      return advice.cache ? advice.maxTtl : 'not cached';
    };
    const aged = (maxAge: number) => ({ rules: { authentication: { maxAge } } });
    expect(maxTtlOf({})).to.equal(49);
    expect(maxTtlOf({}, {}, 'http-api-2.0')).to.equal(49);
    expect(maxTtlOf({}, {}, 'appsync-graphql')).to.equal(undefined);
    expect(maxTtlOf({}, {}, 'websocket')).to.equal('not cached');
    expect(maxTtlOf({ within: 30, refreshEvery: 5 })).to.equal(24);
    expect(maxTtlOf({}, aged(20))).to.equal(20);
    expect(maxTtlOf({}, aged(90))).to.equal(49);
  });

  it('warns of the default TTL of API Gateway, once, unless it is short enough', async () => {
    const setUpsOf = async (within: number) => {
      const log = recordingLog();
      const authorizer = create({ logger: log, revocations: { store, within } });
      const event = restRequestEvent({ token: await issuer.token() });
      await invoke(authorizer, event);
      await invoke(authorizer, event);
      return log.setUps;
    };
    const [line, ...more] = await setUpsOf(310);
    expect(more).to.deep.equal([]);
    expect(line).to.include({ maxTtl: 299 });
    expect(line?.advice).to.match(/^Configure a TTL of at most 299 seconds: .*`revocations.within`/);
    expect(await setUpsOf(311)).to.deep.equal([]);
  });

  it('must not be undefined, so that a missing variable does not switch it off', () => {
    expect(() =>
      auth0Authorizer({ issuer: issuer.url, audience: AUDIENCE, revocations: undefined } as object),
    )
      .to.throw(OptionError)
      .with.property('option', 'revocations');
  });
});
