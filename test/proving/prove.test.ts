import type { IncomingMessage } from 'node:http';
import middy from '@middy/core';
import { expect } from 'chai';
import sinon from 'sinon';
import { localApi } from '../../lib/cli/dev/local-api.ts';
import { type ForecastArguments, proofSettings } from '../../lib/cli/prove/settings.ts';
import { type AuthorizerOptions, auth0Authorizer, type CountryRule } from '../../lib/index.ts';
import type { LambdaFunction, LocalGatewayOptions } from '../../lib/local-gateway/local-gateway.ts';
import type { ModelChange } from '../../lib/proving/forecast.ts';
import { WITHOUT_CONDITIONS, WITHOUT_DENIES } from '../../lib/proving/model-changes.ts';
import type { Caller } from '../../lib/proving/probe.ts';
import { type Clock, type Proof, prove } from '../../lib/proving/prove.ts';
import { answerText, proofJson } from '../../lib/proving/report.ts';
import { proofMarkdown } from '../../lib/proving/report-markdown.ts';
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
    'GET /orders/{id}': { permissions: ['read:orders'] },
    'POST /orders': { permissions: ['write:orders'] },
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

function good(): Map<Caller, string> {
  return new Map([['good', issuer.token(GOOD)]]);
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
  /** What the gateway makes of the answers of the authorizer. */
  readonly change?: ModelChange['answer'];
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
  change = (answer) => answer,
}: Case = {}): Promise<Proof> {
  const authorizer = middy(() => true).use(
    auth0Authorizer({ ...deployed, ...issuer.options, logger: false }),
  ) as LambdaFunction;
  const { viewer: _, ...api } = localApi(deployed, kind, true);
  const changed: LambdaFunction = async (event, context) => change(await authorizer(event, context));
  const stage = await startFaultyGateway({ ...api, authorizer: changed, ...gateway }, fault);
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
/** What `good` may use. */
const ONE: AuthorizerOptions = { ...TWO, routes: { 'GET /admin/keys': { permissions: ['admin'] } } };
/** The first requests: those of the declared routes. */
const FIRST = { maxRequests: 8 };
const SIMPLE: AuthorizerOptions = { ...TWO, httpApiResponse: 'simple' };
const DE: CountryRule = { allow: ['DE'], source: 'cloudfront' };
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

  it('answers the questions about policies where the options write such policies', async () => {
    const conditions = { ...ONE, conditions: { tokenExpiry: true } };
    const asked = await proofOf({ options: conditions, callers: good(), given: FIRST });
    expect(answerTo(asked, 'conditions')).to.equal('yes');
    expect(
      answerTo(await proofOf({ options: { ...ONE, denyRest: true }, given: FIRST }), 'not-resource'),
    ).to.equal('yes');
    const ignoring = await proofOf({
      options: conditions,
      callers: good(),
      given: FIRST,
      change: WITHOUT_CONDITIONS.answer,
    });
    expect(answerTo(ignoring, 'conditions')).to.equal(
      'no, they are ignored, or no, such a statement never applies',
    );
    const denying = await proofOf({ options: OPTIONS, callers: good(), change: WITHOUT_DENIES.answer });
    expect(answerTo(denying, 'deny-patterns')).to.equal('no');
  });

  it('sends the token where the authorizer looks for it', async () => {
    for (const tokenSource of [{ query: 'token' }, { cookie: 'session' }, { header: 'X-Token' }]) {
      const options: AuthorizerOptions = { ...TWO, tokenSource };
      const gateway = { caching: NOT_CACHED };
      const proof = await proofOf({ options, gateway, given: { maxRequests: 8 } });
      expect(differencesOf(proof)).to.deep.equal([]);
      expect(proof.rows[0]?.observed.outcome).to.equal('allowed');
    }
    const subprotocol: AuthorizerOptions = { ...TWO, tokenSource: { subprotocol: 'token' } };
    const error = await proofOf({ options: subprotocol }).catch(String);
    expect(error).to.match(/tokenSource: holds the token in a WebSocket subprotocol/);
  });

  it('makes the forecast for the address and country of this computer', async () => {
    const routes = { 'GET /me': { ip: { allow: ['192.0.2.7/32'] } }, 'GET /x': { country: DE } };
    const options = { ...TWO, routes };
    const given = { ip: '192.0.2.7', country: 'DE', maxRequests: 2 };
    const gateway = {
      viewer: () => ({ address: '192.0.2.7', headers: { 'CloudFront-Viewer-Country': 'DE' } }),
    };
    const proof = await proofOf({ options, given, gateway, callers: good() });
    expect(proof.rows.map(({ observed }) => observed.outcome)).to.deep.equal(['allowed', 'allowed']);
    expect(differencesOf(proof)).to.deep.equal([]);
  });

  it('finds no difference where a handler refuses, or where the forecast fails', async () => {
    const deployed = {
      ...TWO,
      routes: { 'GET /me': { scopes: ['other'] }, 'GET /admin/keys': { scopes: ['other'] } },
    };
    const given = { maxRequests: 8 };
    const decides = { ...TWO, handlerDecides: true };
    expect(differencesOf(await proofOf({ options: decides, deployed, given }))).to.deep.equal([]);
    const fails = () => {
      throw new Error('no database here');
    };
    const options = { ...TWO, rules: { custom: { fails } } };
    const passing = await proofOf({ options, deployed: TWO, given });
    expect(passing.rows[0]?.expected.outcome).to.equal('unclear');
    expect(differencesOf(passing)).to.deep.equal([]);
    expect(differencesOf(await proofOf({ options, deployed, given }))).to.deep.equal([]);
  });

  it('proves one API of several', async () => {
    const { routes = {}, ...common } = TWO;
    const options = { ...common, apis: { orders: { routes }, users: { routes: { 'GET /users': {} } } } };
    const ofOrders = { options, deployed: TWO, given: { ...FIRST, api: 'orders' } };
    expect(differencesOf(await proofOf(ofOrders))).to.deep.equal([]);
    const error = await proofOf({ ...ofOrders, given: { api: 'other' } }).catch(String);
    expect(error).to.match(/OptionError/);
  });

  it('answers no question on routing if the API has a catch-all that the options do not declare', async () => {
    const gateway = { routes: ['GET /me', 'GET /admin/keys', 'ANY /{proxy+}'] };
    const proof = await proofOf({ options: TWO, gateway });
    expect(differencesOf(proof)).to.deep.equal([]);
    expect(answerTo(proof, 'case')).to.equal('not decided by these requests');
  });

  it('reports what it did not send, and what it took the stage for', async () => {
    const short = { options: TWO, given: { ttl: 0, maxRequests: 3 } };
    expect(proofMarkdown(await proofOf({ ...short, callers: good() })))
      .to.include('- API: rest-request; expected cache: no cache\n- Callers with a token: good\n')
      .and.match(/- Requests: 3 sent, \d+ left out by the limit\n- Unclear answers: none/)
      .and.include('| `GET /admin/keys` | allowed |  |');
    const gateway = { authorizer: () => Promise.reject(new Error('down')), caching: NOT_CACHED };
    expect(proofMarkdown(await proofOf({ ...short, callers: new Map(), gateway })))
      .to.include('- Callers with a token: none\n')
      .and.include('- Unclear answers: 3 × the authorizer failed');
  });

  it('says if no possible answer explains a stage', async () => {
    const instead = ({ url = '' }: IncomingMessage) => (url === '/me/' ? { status: 200 } : null);
    const gateway = { routes: ['GET /me'] };
    const fault: Fault = { instead };
    const proof = await proofOf({ options: TWO, gateway, fault });
    expect(answerTo(proof, 'final-slash')).to.equal('none of the possible answers explains this stage');
    const page = proofMarkdown(proof);
    expect(page)
      .to.include(
        '| `GET /admin/keys` | good | no route | allowed, cached | The API has no route for a declared route. |',
      )
      .and.include('| Is a slash at the end of a path ignored? | none of the possible answers');
    expect(proofJson(proof)).to.have.nested.property('differences[0].advice');
  });

  describe('finds the fault of a stage', () => {
    it('that replays the answer for the first route to every route', async () => {
      const caching = { ttl: 300, identitySources: ['$request.header.Authorization'] };
      const proof = await proofOf({
        options: SIMPLE,
        kind: 'http-api-2.0',
        gateway: { caching },
        given: FIRST,
      });
      expect(differencesOf(proof)).to.include('opens: GET /admin/keys (thin)');
    });

    it('that replays a policy for the first route to every route', async () => {
      const caching = { ttl: 300, identitySources: ['method.request.header.Authorization'] };
      const narrow = { ...TWO, handlerDecides: true };
      const proof = await proofOf({ options: TWO, deployed: narrow, gateway: { caching }, given: FIRST });
      expect(differencesOf(proof)).to.include('refuses: GET /admin/keys (good)');
    });

    it('whose cache key lacks the token', async () => {
      const caching = { ttl: 300, identitySources: ['$context.routeKey'] };
      const proof = await proofOf({
        options: SIMPLE,
        kind: 'http-api-2.0',
        gateway: { caching },
        given: FIRST,
      });
      expect(differencesOf(proof)).to.include('opens: GET /me (none)');
    });

    it('that does not require the identity source', async () => {
      const caching = { ttl: 0, identitySources: [] };
      const proof = await proofOf({ options: TWO, kind: 'http-api-2.0', gateway: { caching }, given: FIRST });
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
      const proof = await proofOf({ options: TWO, gateway: { routes: ['GET /me'], open }, given: FIRST });
      expect(differencesOf(proof))
        .to.include('opens: GET /admin/keys (none)')
        .and.include('opens: GET /admin/keys (thin)');
    });

    it('without a declared route', async () => {
      const proof = await proofOf({ options: TWO, gateway: { routes: ['GET /me'] }, given: FIRST });
      expect(differencesOf(proof)).to.include('missing: GET /admin/keys (good)');
    });

    it('that ignores case', async () => {
      const proof = await proofOf({
        options: ONE,
        callers: good(),
        fault: { target: (request) => path(request).toLowerCase() },
      });
      expect(differencesOf(proof)).to.include('opens: GET /ADMIN/KEYS (good)');
      expect(answerTo(proof, 'case')).to.equal('no');
    });

    it('that ignores a final slash', async () => {
      const fault = {
        target: (request: { readonly url?: string | undefined }) => path(request).replace(/\/$/, ''),
      };
      const proof = await proofOf({ options: ONE, callers: good(), kind: 'http-api-2.0', fault });
      expect(differencesOf(proof)).to.include('opens: GET /admin/keys/ (good)');
      expect(answerTo(proof, 'final-slash')).to.equal('yes');
    });

    it('that collapses slashes', async () => {
      const fault = {
        target: (request: { readonly url?: string | undefined }) => path(request).replace(/\/+/g, '/'),
      };
      const proof = await proofOf({ options: ONE, callers: good(), fault });
      expect(differencesOf(proof)).to.include('opens: GET /admin//keys (good)');
    });

    it('that decodes an encoded slash', async () => {
      const fault = {
        target: (request: { readonly url?: string | undefined }) => path(request).replace('%2F', '/'),
      };
      const proof = await proofOf({ options: ONE, callers: good(), fault });
      expect(differencesOf(proof)).to.include('opens: GET /admin%2Fkeys (good)');
    });

    it('that drops a final space', async () => {
      const fault = {
        target: (request: { readonly url?: string | undefined }) => path(request).replace(/%20$/, ''),
      };
      expect(differencesOf(await proofOf({ options: ONE, callers: good(), fault }))).to.include(
        'opens: GET /admin/keys%20 (good)',
      );
    });

    it('that takes HEAD for GET', async () => {
      const proof = await proofOf({ options: ONE, callers: good(), fault: { method: () => 'GET' } });
      expect(differencesOf(proof)).to.include('opens: HEAD /admin/keys (good)');
    });

    it('that answers a 403 for a 401', async () => {
      const fault: Fault = {
        answer: (answer) =>
          answer.status === 401
            ? { status: 403, headers: { 'x-amzn-ErrorType': 'AccessDeniedException' } }
            : answer,
      };
      expect(differencesOf(await proofOf({ options: TWO, fault, given: FIRST }))).to.include(
        'status: GET /me (none)',
      );
    });

    it('that refuses preflight requests, which are sent only if OPTIONS is named', async () => {
      const given = { methods: ['OPTIONS'] };
      const refusing = await proofOf({ options: ONE, callers: new Map(), given });
      expect(differencesOf(refusing)).to.deep.equal(['preflight: OPTIONS /admin/keys (none)']);
      const fault: Fault = { instead: ({ method }) => (method === 'OPTIONS' ? { status: 204 } : null) };
      expect(differencesOf(await proofOf({ options: ONE, callers: new Map(), given, fault }))).to.deep.equal(
        [],
      );
    });

    it('that runs other options', async () => {
      const deployed = { ...TWO, routes: { 'GET /me': { scopes: ['other'] }, 'GET /admin/keys': {} } };
      const proof = await proofOf({ options: TWO, deployed, given: FIRST });
      expect(differencesOf(proof))
        .to.include('refuses: GET /me (good)')
        .and.include('opens: GET /admin/keys (thin)');
    });
  });
});
