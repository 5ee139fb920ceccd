import middy from '@middy/core';
import { expect } from 'chai';
import sinon from 'sinon';
import { localApi } from '../../lib/cli/dev/local-api.ts';
import { type ForecastArguments, proofSettings } from '../../lib/cli/prove/settings.ts';
import { type AuthorizerOptions, auth0Authorizer } from '../../lib/index.ts';
import type { LambdaFunction, LocalGatewayOptions } from '../../lib/local-gateway/local-gateway.ts';
import type { Caller } from '../../lib/proving/probe.ts';
import { type Clock, type Proof, prove } from '../../lib/proving/prove.ts';
import { answerText } from '../../lib/proving/report.ts';
import { senderTo } from '../../lib/proving/send.ts';
import { createTestIssuer } from '../../lib/testing.ts';
import { type Fault, startFaultyGateway } from '../support/faulty-gateway.ts';

const issuer = createTestIssuer({ algorithm: 'ES256' });
const { domain, audience, algorithms } = issuer.options;
const HOUR = 3600;

const OPTIONS: AuthorizerOptions = {
  domain,
  audience,
  algorithms,
  routes: {
    'GET /orders': { scopes: ['read:orders'] },
    'GET /orders/{id}': { permissions: ['read:orders'] },
    'POST /orders': { permissions: ['write:orders'] },
    'GET /admin/keys': { permissions: ['admin'] },
    'GET /me': {},
  },
};

const GOOD = { scope: 'read:orders', permissions: ['read:orders', 'write:orders', 'admin'] };

function tokens(): Map<Caller, string> {
  const now = Math.floor(Date.now() / 1000);
  return new Map([
    ['good', issuer.token(GOOD)],
    ['thin', issuer.token({ sub: 'auth0|thin' })],
    ['expired', issuer.token({ ...GOOD, iat: now - 2 * HOUR, exp: now - HOUR })],
  ]);
}

interface Case {
  readonly options?: AuthorizerOptions;
  /** Options that the stage runs, if they are not those of the module. */
  readonly deployed?: AuthorizerOptions;
  readonly kind?: LocalGatewayOptions['kind'];
  readonly gateway?: Partial<LocalGatewayOptions>;
  readonly fault?: Fault;
  readonly given?: Partial<ForecastArguments>;
  readonly callers?: ReadonlyMap<Caller, string>;
  readonly clock?: Clock;
}

const NO_PAUSES: Clock = { now: Date.now, sleep: async () => {} };

/** Sends the requests to a local gateway, without pauses. */
async function proofOf({
  options = OPTIONS,
  deployed = options,
  kind = 'rest-request',
  gateway = {},
  fault = {},
  given = {},
  callers = tokens(),
  clock = NO_PAUSES,
}: Case = {}): Promise<Proof> {
  const authorizer = middy().use(
    auth0Authorizer({ ...deployed, ...issuer.options, logger: false }),
  ) as LambdaFunction;
  const { viewer: _, ...api } = localApi(options, kind, true);
  const stage = await startFaultyGateway({ ...api, authorizer, ...gateway }, fault);
  const sender = senderTo(new URL(stage.url), 5000);
  try {
    const asked = { gateway: kind, parameters: {}, methods: [], maxRequests: 1000, rate: 100, ...given };
    const settings = await proofSettings(asked, options, new URL(stage.url), callers);
    return await prove(settings, sender, clock);
  } finally {
    sender.close();
    await stage.close();
  }
}

/** The same with a token that expires during the run. Time passes only where the run waits. */
async function proofWithExpiry(proven: Case): Promise<Proof> {
  const time = sinon.useFakeTimers({ now: Date.now(), toFake: ['Date'] });
  const sleep = async (milliseconds: number) => time.tick(milliseconds);
  const now = Math.floor(Date.now() / 1000);
  const callers = new Map<Caller, string>([['expiring', issuer.token({ exp: now + 60 })]]);
  try {
    return await proofOf({ ...proven, callers, clock: { now: Date.now, sleep } });
  } finally {
    time.restore();
  }
}

/** Differences in short: `opens: GET /admin/keys (thin)`. */
function differencesOf({ differences }: Proof): string[] {
  const texts = differences.map(
    ({ kind, row: { probe } }) => `${kind}: ${probe.method} ${probe.path} (${probe.caller})`,
  );
  return [...new Set(texts)];
}

function answerTo(proof: Proof, id: string): string | undefined {
  const answered = proof.questions.find(({ question }) => question.id === id);
  return answered && answerText(answered);
}

/** Two routes: `thin` may use the first one only. */
const TWO: AuthorizerOptions = {
  domain,
  audience,
  algorithms,
  routes: { 'GET /me': {}, 'GET /admin/keys': { permissions: ['admin'] } },
};
const SIMPLE: AuthorizerOptions = { ...TWO, httpApiResponse: 'simple' };
const NOT_CACHED = { ttl: 0, identitySources: [] };
const path = ({ url = '' }: { readonly url?: string | undefined }) => url;

describe('prove', () => {
  for (const kind of ['rest-request', 'rest-token', 'http-api-1.0', 'http-api-2.0'] as const) {
    it(`finds no difference at a gateway as it is modelled: ${kind}`, async () => {
      const proof = await proofOf({ kind });
      expect(differencesOf(proof)).to.deep.equal([]);
      const unclear = proof.rows.filter(({ observed }) => observed.outcome === 'unclear');
      // HTTP APIs mark their answers by the body alone, which answers to HEAD do not have.
      expect(unclear.map(({ probe }) => probe.method)).to.satisfy((methods: string[]) =>
        methods.every((method) => method === 'HEAD' && kind.startsWith('http')),
      );
      expect(answerTo(proof, 'case')).to.equal('yes');
      expect(answerTo(proof, 'deny-patterns')).to.equal('yes');
    });
  }

  it('finds no difference with simple responses that are cached as advised', async () => {
    expect(differencesOf(await proofOf({ options: SIMPLE, kind: 'http-api-2.0' }))).to.deep.equal([]);
  });

  it('shows that a cached answer outlives the token, which is no difference', async () => {
    const proof = await proofWithExpiry({ options: TWO });
    expect(differencesOf(proof)).to.deep.equal([]);
    expect(answerTo(proof, 'cached-after-exp')).to.equal('yes, as the TTL allows');
    const judged = await proofWithExpiry({ options: TWO, gateway: { caching: NOT_CACHED } });
    expect(differencesOf(judged)).to.deep.equal([]);
    expect(answerTo(judged, 'cached-after-exp')).to.equal('no, every request is judged');
  });

  describe('finds the fault of a stage', () => {
    it('that replays the answer for the first route to every route', async () => {
      const caching = { ttl: 300, identitySources: ['$request.header.Authorization'] };
      const proof = await proofOf({ options: SIMPLE, kind: 'http-api-2.0', gateway: { caching } });
      expect(differencesOf(proof)).to.include('opens: GET /admin/keys (thin)');
    });

    it('that replays a policy for the first route to every route', async () => {
      const caching = { ttl: 300, identitySources: ['method.request.header.Authorization'] };
      const narrow = { ...TWO, handlerDecides: true };
      const proof = await proofOf({ options: TWO, deployed: narrow, gateway: { caching } });
      expect(differencesOf(proof)).to.include('refuses: GET /admin/keys (good)');
    });

    it('whose cache key lacks the token', async () => {
      const caching = { ttl: 300, identitySources: ['$context.routeKey'] };
      const proof = await proofOf({ options: SIMPLE, kind: 'http-api-2.0', gateway: { caching } });
      expect(differencesOf(proof)).to.include('opens: GET /me (none)');
    });

    it('that does not require the identity source', async () => {
      const caching = { ttl: 0, identitySources: [] };
      const proof = await proofOf({ options: TWO, kind: 'http-api-2.0', gateway: { caching } });
      expect(differencesOf(proof)).to.deep.equal([
        'status: GET /me (none)',
        'status: GET /admin/keys (none)',
      ]);
    });

    it('that caches although nothing may be cached', async () => {
      const proof = await proofWithExpiry({ options: TWO, kind: 'http-api-2.0', given: { ttl: 0 } });
      expect(differencesOf(proof)).to.include('opens: GET /me (expiring)');
      expect(answerTo(proof, 'cached-after-exp')).to.equal('yes, as the TTL allows');
    });

    it('without the authorizer on one route', async () => {
      const open = { 'GET /admin/keys': () => ({ statusCode: 200, body: '{}' }) };
      const proof = await proofOf({ options: TWO, gateway: { routes: ['GET /me'], open } });
      expect(differencesOf(proof))
        .to.include('opens: GET /admin/keys (none)')
        .and.include('opens: GET /admin/keys (thin)');
    });

    it('without a declared route', async () => {
      const proof = await proofOf({ options: TWO, gateway: { routes: ['GET /me'] } });
      expect(differencesOf(proof)).to.include('missing: GET /admin/keys (good)');
    });

    it('that ignores case', async () => {
      const proof = await proofOf({
        options: TWO,
        fault: { target: (request) => path(request).toLowerCase() },
      });
      expect(differencesOf(proof)).to.include('opens: GET /Me (good)');
      expect(answerTo(proof, 'case')).to.equal('no');
    });

    it('that ignores a final slash', async () => {
      const fault = {
        target: (request: { readonly url?: string | undefined }) => path(request).replace(/\/$/, ''),
      };
      const proof = await proofOf({ options: TWO, kind: 'http-api-2.0', fault });
      expect(differencesOf(proof)).to.include('opens: GET /me/ (good)');
      expect(answerTo(proof, 'final-slash')).to.equal('yes');
    });

    it('that collapses slashes', async () => {
      const fault = {
        target: (request: { readonly url?: string | undefined }) => path(request).replace(/\/+/g, '/'),
      };
      const proof = await proofOf({ options: TWO, fault });
      expect(differencesOf(proof)).to.include('opens: GET /admin//keys (good)');
    });

    it('that decodes an encoded slash', async () => {
      const fault = {
        target: (request: { readonly url?: string | undefined }) => path(request).replace('%2F', '/'),
      };
      const proof = await proofOf({ options: TWO, fault });
      expect(differencesOf(proof)).to.include('opens: GET /admin%2Fkeys (good)');
    });

    it('that drops a final space', async () => {
      const fault = {
        target: (request: { readonly url?: string | undefined }) => path(request).replace(/%20$/, ''),
      };
      expect(differencesOf(await proofOf({ options: TWO, fault }))).to.include('opens: GET /me%20 (good)');
    });

    it('that takes HEAD for GET', async () => {
      const proof = await proofOf({ options: TWO, fault: { method: () => 'GET' } });
      expect(differencesOf(proof)).to.include('opens: HEAD /me (good)');
    });

    it('that answers a 403 for a 401', async () => {
      const fault: Fault = {
        answer: (answer) =>
          answer.status === 401
            ? { status: 403, headers: { 'x-amzn-ErrorType': 'AccessDeniedException' } }
            : answer,
      };
      expect(differencesOf(await proofOf({ options: TWO, fault }))).to.include('status: GET /me (none)');
    });

    it('that refuses preflight requests, which are sent only if OPTIONS is named', async () => {
      const given = { methods: ['OPTIONS'] };
      const refusing = await proofOf({ options: TWO, given });
      expect(differencesOf(refusing)).to.deep.equal([
        'preflight: OPTIONS /me (none)',
        'preflight: OPTIONS /admin/keys (none)',
      ]);
      const fault: Fault = { instead: ({ method }) => (method === 'OPTIONS' ? { status: 204 } : null) };
      expect(differencesOf(await proofOf({ options: TWO, given, fault }))).to.deep.equal([]);
    });

    it('that runs other options', async () => {
      const deployed = { ...TWO, routes: { 'GET /me': { scopes: ['other'] }, 'GET /admin/keys': {} } };
      const proof = await proofOf({ options: TWO, deployed });
      expect(differencesOf(proof))
        .to.include('refuses: GET /me (good)')
        .and.include('opens: GET /admin/keys (thin)');
    });
  });
});
