import { inspect } from 'node:util';
import { expect } from 'chai';
import {
  type AuthorizerOptions,
  auth0Authorizer,
  Forbidden,
  policySerializer,
  Unauthorized,
} from '../../lib/index.ts';
import {
  appSyncGraphqlEvent,
  httpApi2Event,
  lambdaContext,
  restRequestEvent,
  restTokenEvent,
} from '../../lib/testing.ts';
import { EVERY_GATEWAY, type GatewayCase } from '../support/every-gateway.ts';
import { invoke, recordingLog, verdictOf } from '../support/invoke.ts';
import { AUDIENCE, type Issuer, startIssuer, testKey } from '../support/issuer.ts';
import { middy } from '../support/middy.ts';

describe('auth0Authorizer, end to end', () => {
  let issuer: Issuer;

  before(async () => {
    issuer = await startIssuer();
  });
  after(() => issuer.close());

  function authorizer(options: Partial<AuthorizerOptions> = {}) {
    const { url } = issuer;
    return middy(() => true).use(
      auth0Authorizer({ issuer: url, audience: AUDIENCE, logger: false, ...options }),
    );
  }

  function answering(gateway: GatewayCase, options: Partial<AuthorizerOptions> = {}) {
    const { httpApiResponse } = gateway;
    return authorizer({ ...(httpApiResponse === undefined ? {} : { httpApiResponse }), ...options });
  }

  for (const gateway of EVERY_GATEWAY) {
    describe(`on ${gateway.name}`, () => {
      it('allows a good token', async () => {
        const outcome = await invoke(answering(gateway), gateway.event({ token: await issuer.token() }));
        expect(verdictOf(outcome)).to.equal('Allow');
      });

      it('refuses a forged token', async () => {
        const stranger = await testKey(7, 'RS256', issuer.key.kid);
        const token = await issuer.token({}, { key: stranger });
        const outcome = await invoke(answering(gateway), gateway.event({ token }));
        expect(verdictOf(outcome)).to.be.oneOf(['Unauthorized', 'Deny']);
      });

      it('refuses a request without a token', async () => {
        const outcome = await invoke(answering(gateway), gateway.event());
        expect(verdictOf(outcome)).to.be.oneOf(['Unauthorized', 'Deny']);
      });

      it('refuses a good token that lacks a scope', async () => {
        const handler = answering(gateway, { rules: { scopes: ['delete:everything'] } });
        const outcome = await invoke(handler, gateway.event({ token: await issuer.token() }));
        expect(verdictOf(outcome)).to.equal('Deny');
      });

      it('fails, and neither allows nor refuses, when the keys are unavailable', async () => {
        const dark = await startIssuer();
        dark.respondWith((_request, response) => response.writeHead(503).end());
        const handler = answering(gateway, { issuer: dark.url });
        const outcome = await invoke(handler, gateway.event({ token: await dark.token() }));
        await dark.close();
        expect(outcome.kind).to.equal('error');
        expect(verdictOf(outcome)).not.to.equal('Unauthorized');
      });
    });
  }

  it('needs no more than the two environment variables', async () => {
    const before = { ...process.env };
    process.env.AUTH0_DOMAIN = 'tenant.invalid';
    process.env.AUTH0_AUDIENCE = `${AUDIENCE}, https://other.example.com/`;
    const handler = middy().use(auth0Authorizer({ logger: false }));
    process.env = before;
    const outcome = await invoke(handler, restTokenEvent({ token: await issuer.token() }));
    expect(verdictOf(outcome)).to.equal('Unauthorized');
  });

  it('allows the whole stage when no routes are declared', async () => {
    const event = restRequestEvent({ token: await issuer.token() });
    const outcome = await invoke(authorizer({ context: false }), event);
    expect(outcome).to.deep.include({
      response: {
        principalId: 'auth0|abc',
        policyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Action: 'execute-api:Invoke',
              Effect: 'Allow',
              Resource: 'arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/prod/*',
            },
          ],
        },
      },
    });
  });

  describe('the rules of a route', () => {
    const options: Partial<AuthorizerOptions> = {
      rules: { scopes: ['read:orders'] },
      routes: {
        'GET /orders': {},
        'POST /orders/{id}': { permissions: ['write:orders'], scopes: false },
        'ANY /admin/{proxy+}': { permissions: ['admin'] },
        'GET /prices': { scopes: false, token: 'optional' },
      },
      undeclared: 'rules',
    };

    async function verdictFor(method: string, path: string, claims: Record<string, unknown> | null) {
      const log = recordingLog();
      const credential = claims === null ? {} : { token: await issuer.token(claims) };
      const outcome = await invoke(
        authorizer({ ...options, logger: log }),
        restRequestEvent({ method, path, resource: '/{proxy+}', ...credential }),
      );
      return `${verdictOf(outcome)} ${log.lines[0]?.refusal ?? ''}`.trim();
    }

    const cases: readonly [string, string, Record<string, unknown> | null, string][] = [
      ['GET', '/orders', {}, 'Allow'],
      ['GET', '/orders', { scope: 'openid' }, 'Deny insufficient_scope'],
      ['POST', '/orders/1', { scope: 'openid' }, 'Allow'],
      ['POST', '/orders/1', { permissions: [] }, 'Deny insufficient_permissions'],
      ['DELETE', '/admin/users/1', {}, 'Deny insufficient_permissions'],
      ['DELETE', '/admin/users/1', { permissions: ['admin'] }, 'Allow'],
      ['GET', '/prices', null, 'Allow'],
      ['GET', '/prices', { exp: 1 }, 'Unauthorized token_expired'],
      ['GET', '/orders', null, 'Unauthorized missing_token'],
      ['GET', '/elsewhere', {}, 'Allow'],
      ['GET', '/elsewhere', { scope: '' }, 'Deny insufficient_scope'],
      ['GET', '/admin//users', { permissions: ['admin'] }, 'Deny ambiguous_path'],
    ];
    for (const [method, path, claims, expected] of cases) {
      it(`${method} ${path} with ${claims === null ? 'no token' : JSON.stringify(claims)}: ${expected}`, async () => {
        expect(await verdictFor(method, path, claims)).to.equal(expected);
      });
    }
  });

  it('refuses a path that no policy can name, if the answer must be for that path alone', async () => {
    const token = await issuer.token();
    const routes = { 'GET /files/{name}': {}, 'GET /other': { scopes: ['none'] } };
    const custom = { custom: { friday: () => true } };
    const long = `/files/${'x'.repeat(520)}`;
    for (const path of ['/files/a*', '/files/a${b', long]) {
      const log = recordingLog();
      const event = restRequestEvent({ token, path });
      const judge = (options: Partial<AuthorizerOptions>) =>
        invoke(authorizer({ routes, logger: log, ...options }), event);
      const bound = { ...routes, 'GET /files/{name}': custom };
      expect(verdictOf(await judge({ routes: bound }))).to.equal('Deny');
      expect(log.lines[0]).to.include({ refusal: 'inexpressible_path', route: 'GET /files/{name}' });
      expect(log.lines[0]?.detail).to.match(/more than 512 characters, or contains/);
      expect(log.lines[0]?.advice).to.match(/a rule over the token/);
      // Without the custom rule one policy covers the route, and the path with it.
      expect(verdictOf(await judge({}))).to.equal('Allow');
      // The handler decides for the route, which has a policy of its own.
      expect(verdictOf(await judge({ handlerDecides: true }))).to.equal('Allow');
      const others = { 'GET /other': {} };
      const asRules = await judge({ routes: others, undeclared: 'rules', handlerDecides: true });
      expect(verdictOf(asRules)).to.equal('Deny');
      expect(log.lines.at(-1)).to.include({ refusal: 'inexpressible_path' });
    }
  });

  it('refuses a path that would be a pattern in a policy', async () => {
    const log = recordingLog();
    const rules = { custom: { friday: () => true } };
    const routes = { 'GET /files/{name}': rules, 'GET /other': { scopes: ['none'] } };
    const event = restRequestEvent({ token: await issuer.token(), path: '/files/*' });
    const outcome = await invoke(
      authorizer({ routes: { ...routes, 'GET /files/{name}': { custom: rules.custom } }, logger: log }),
      event,
    );
    expect(verdictOf(outcome)).to.equal('Deny');
    expect(log.lines.map(({ refusal }) => refusal)).to.deep.equal(['inexpressible_path']);
  });

  it("reads the stage * of AWS's sample event as every stage of the API", async () => {
    const methodArn = 'arn:aws:execute-api:us-east-1:123456789012:ymy8tbxw7b/*/GET/';
    const event = { type: 'TOKEN', authorizationToken: `Bearer ${await issuer.token()}`, methodArn };
    expect(await invoke(authorizer(), event)).to.have.nested.property(
      'response.policyDocument.Statement[0].Resource',
      'arn:aws:execute-api:us-east-1:123456789012:ymy8tbxw7b/*/*',
    );
    const routed = authorizer({ routes: { 'GET /': {}, 'GET /admin': { scopes: ['admin'] } } });
    expect(verdictOf(await invoke(routed, event))).to.equal('Allow');
    const denied = { ...event, methodArn: `${methodArn}admin` };
    expect(verdictOf(await invoke(routed, denied))).to.equal('Deny');
    // An answer for one path alone could not be told from one for deeper paths.
    const one = authorizer({
      routes: { 'GET /': {} },
      rules: { custom: { never: () => true } },
      undeclared: 'deny',
    });
    expect(verdictOf(await invoke(one, event))).to.equal('Deny');
  });

  it('names a caller whose token has no sub unknown, and one without a token anonymous', async () => {
    const token = await issuer.token({ sub: undefined });
    const outcome = await invoke(authorizer(), restRequestEvent({ token }));
    expect(outcome).to.have.nested.property('response.principalId', 'unknown');
    const denied = await invoke(authorizer({ rules: { scopes: ['none'] } }), restRequestEvent({ token }));
    expect(denied).to.have.nested.property('response.principalId', 'unknown');
  });

  it('works without a timer in the Lambda context', async () => {
    const { getRemainingTimeInMillis: _, ...context } = lambdaContext();
    const event = restRequestEvent({ token: await issuer.token() });
    expect(verdictOf(await invoke(authorizer(), event, context as never))).to.equal('Allow');
  });

  it('waits for a rule that takes time', async () => {
    const rules = {
      custom: {
        slow: async ({ claims }: { claims: { sub?: string } | null }) => claims?.sub === 'auth0|abc',
      },
    };
    const slow = authorizer({ rules });
    expect(verdictOf(await invoke(slow, restRequestEvent({ token: await issuer.token() })))).to.equal(
      'Allow',
    );
    const other = restRequestEvent({ token: await issuer.token({ sub: 'auth0|def' }) });
    expect(verdictOf(await invoke(slow, other))).to.equal('Deny');
  });

  it('logs what a rule in report-only mode would have refused', async () => {
    const log = recordingLog();
    const handler = authorizer({ rules: { scopes: { all: ['none'], reportOnly: true } }, logger: log });
    const event = httpApi2Event({ token: await issuer.token() });
    expect(verdictOf(await invoke(handler, event))).to.equal('Allow');
    expect(log.lines[0]?.reports).to.deep.equal([{ rule: 'scopes', code: 'insufficient_scope' }]);
  });

  it('gives handler and log the country and the address that the rules found', async () => {
    const log = recordingLog();
    const seen: unknown[] = [];
    const handler = middy(async (_event: unknown, context: object) => {
      seen.push((context as { auth0: unknown }).auth0);
    }).use(
      auth0Authorizer({
        issuer: issuer.url,
        audience: AUDIENCE,
        logger: log,
        rules: {
          country: { allow: ['DE'], source: 'cloudfront' },
          ip: { allow: ['198.51.100.0/24'], source: 'cloudfront-viewer-address' },
        },
      }),
    );
    const headers = { 'CloudFront-Viewer-Country': 'DE', 'CloudFront-Viewer-Address': '198.51.100.9:4711' };
    const event = restRequestEvent({ token: await issuer.token(), headers });
    expect(verdictOf(await invoke(handler, event))).to.equal('Allow');
    expect(seen[0]).to.include({ clientIp: '198.51.100.9', country: 'DE' });
    expect(log.lines[0]).to.include({ clientIp: '198.51.100.9', country: 'DE' });
  });

  it("lets AppSync cache an answer for ttlOverride, never beyond the token's exp", async () => {
    const now = Math.floor(Date.now() / 1000);
    const ttlOf = async (ttlOverride: number | undefined, exp: number) => {
      const handler = authorizer(ttlOverride === undefined ? {} : { ttlOverride });
      const outcome = await invoke(handler, appSyncGraphqlEvent({ token: await issuer.token({ exp }) }));
      return outcome.kind === 'response' && outcome.response.ttlOverride;
    };
    expect(await ttlOf(undefined, now + 3600)).to.equal(0);
    expect(await ttlOf(300, now + 3600)).to.equal(300);
    expect(await ttlOf(300, now + 60)).to.be.within(50, 60);
  });

  it('is a fault, never an allow, when the option context returns a promise', async () => {
    for (const slow of [() => Promise.resolve({ plan: 'gold' }), () => Promise.reject(new Error('late'))]) {
      const handler = authorizer({ context: slow as never });
      const outcome = await invoke(handler, restRequestEvent({ token: await issuer.token() }));
      expect(outcome).to.have.nested.property('error.code', 'handler_result');
    }
  });

  it('logs the rule whose function threw', async () => {
    const boom = () => {
      throw new Error('boom');
    };
    const rules = {
      custom: { custom: { hours: boom } },
      claims: { claims: { org_id: boom } },
      promise: { claims: { org_id: (() => Promise.resolve(true)) as never } },
    };
    const named = { custom: 'custom.hours', claims: 'claims', promise: 'claims' };
    for (const [name, rule] of Object.entries(rules)) {
      const log = recordingLog();
      const token = await issuer.token({ org_id: 'org_1' });
      await invoke(authorizer({ rules: rule, logger: log }), restRequestEvent({ token }));
      expect(log.lines[0]).to.include({ fault: 'rule_error', rule: named[name as keyof typeof named] });
    }
  });

  it("logs the gateway's own route when a path is refused before a route is found", async () => {
    const log = recordingLog();
    const routes = { 'GET /orders': {} };
    const handler = authorizer({ routes, undeclared: 'deny', logger: log });
    const token = await issuer.token();
    for (const path of ['/prices', '/a//b', '/orders']) {
      await invoke(handler, restRequestEvent({ token, path, resource: '/{proxy+}' }));
    }
    await invoke(handler, restTokenEvent({ token, path: '/prices' }));
    expect(log.lines.map(({ refusal, gatewayRoute }) => [refusal, gatewayRoute])).to.deep.equal([
      ['route_not_found', 'GET /{proxy+}'],
      ['ambiguous_path', 'GET /{proxy+}'],
      [undefined, undefined],
      ['route_not_found', undefined],
    ]);
  });

  it("logs the gateway's own route when the request matches no declared one", async () => {
    const log = recordingLog();
    const routes = { 'GET /admn': { scopes: ['admin'] } };
    const handler = authorizer({ routes, undeclared: 'rules', logger: log });
    const token = await issuer.token({ scope: 'admin' });
    for (const path of ['/admin', '/admn']) await invoke(handler, restRequestEvent({ token, path }));
    await invoke(authorizer({ logger: log }), restRequestEvent({ token, path: '/admin' }));
    expect(
      log.lines.map(({ decision, route, gatewayRoute }) => [decision, route, gatewayRoute]),
    ).to.deep.equal([
      ['allow', undefined, 'GET /admin'],
      ['allow', 'GET /admn', undefined],
      ['allow', undefined, undefined],
    ]);
  });

  it('puts its own message into the error of a fault, and nothing of a foreign error', async () => {
    const unfinished = middy().use(policySerializer());
    const outcome = await invoke(unfinished, restRequestEvent());
    expect(outcome).to.have.nested.property('error.message').that.includes('put auth0JwtVerifier before');
    const token = await issuer.token();
    const throwing = middy(async () => {
      throw new Error('secret');
    }).use(auth0Authorizer({ issuer: issuer.url, audience: AUDIENCE, logger: false }));
    const failed = await invoke(throwing, restRequestEvent({ token }));
    expect(failed).to.have.nested.property('error.code', 'handler_error');
    expect(failed).to.have.nested.property('error.message').that.does.not.include('secret');
  });

  it('decides the same when its logger fails', async () => {
    const boom = () => {
      throw new Error('log down');
    };
    const loggers = [
      { info: boom, warn: boom, error: boom },
      { info: async () => boom(), warn: async () => boom(), error: async () => boom() },
    ];
    for (const logger of loggers) {
      const handler = authorizer({ logger });
      expect(verdictOf(await invoke(handler, restRequestEvent({ token: await issuer.token() })))).to.equal(
        'Allow',
      );
      expect(verdictOf(await invoke(handler, restRequestEvent()))).to.equal('Unauthorized');
      expect(await invoke(handler, {})).to.have.nested.property('error.code', 'unknown_event');
    }
  });

  it('allows a path with wildcards in a simple response, which has no policy', async () => {
    const rules = { custom: { friday: () => true } };
    const routes = { 'GET /files/{name}': rules, 'GET /other': { scopes: ['none'] } };
    const event = httpApi2Event({ token: await issuer.token(), path: '/files/*' });
    expect(verdictOf(await invoke(authorizer({ routes, httpApiResponse: 'simple' }), event))).to.equal(
      'Allow',
    );
    expect(verdictOf(await invoke(authorizer({ routes }), event))).to.equal('Deny');
    const huge = authorizer({ httpApiResponse: 'simple', context: () => ({ huge: 'x'.repeat(9000) }) });
    expect(await invoke(huge, event)).to.have.nested.property('error.code', 'answer_too_large');
  });

  it('returns the state of the keys', async () => {
    const chain = auth0Authorizer({
      issuer: issuer.url,
      audience: AUDIENCE,
      logger: false,
      jwks: { prefetch: false },
    });
    const before = chain.keyStatus()[issuer.url];
    expect(before).to.include({ fresh: false, stale: false, fetchedAt: null, lastError: null });
    await invoke(middy().use(chain), restRequestEvent({ token: await issuer.token() }));
    const after = chain.keyStatus()[issuer.url];
    expect(after).to.include({ fresh: true, stale: false });
    expect(after?.kids).to.deep.equal([issuer.key.kid]);
    expect(after?.fetchedAt).to.be.instanceOf(Date);
  });

  it('logs once that the key store fails', async () => {
    const log = recordingLog();
    const told: string[] = [];
    const members = { name: 'ReplyError', code: 'NOAUTH', args: ['hunter2'] };
    const denied = Object.assign(new Error('AccessDeniedException'), members);
    const handler = authorizer({
      logger: log,
      jwks: {
        store: { read: () => Promise.reject(denied) },
        onEvent: ({ type }) => told.push(type),
        prefetch: false,
      },
    });
    for (let time = 0; time < 2; time += 1) {
      await invoke(handler, restRequestEvent({ token: await issuer.token() }));
    }
    expect(log.lines.map(({ decision, keys }) => [decision, keys])).to.deep.equal([
      ['allow', 'fetched'],
      ['allow', 'fresh'],
    ]);
    expect(log.storeFailures).to.have.length(1);
    const [failure] = log.storeFailures;
    expect(failure).to.include({ level: 'warn', operation: 'read' });
    const { error } = failure as unknown as { readonly error: Error };
    expect(error).to.include({
      name: 'ReplyError',
      message: denied.message,
      stack: denied.stack,
      code: 'NOAUTH',
    });
    expect(inspect(error)).to.not.include('hunter2');
    expect(told).to.deep.equal(['store_failed', 'refreshed']);
  });

  it('logs that the key store threw a value that is not an Error, without the value', async () => {
    const log = recordingLog();
    const store = { read: () => Promise.reject('hunter2') };
    await invoke(
      authorizer({ logger: log, jwks: { store } }),
      restRequestEvent({ token: await issuer.token() }),
    );
    const { error } = log.storeFailures[0] as unknown as { readonly error: Error };
    expect(error.message)
      .to.match(/not an Error/)
      .and.not.include('hunter2');
  });

  it('logs no notice for a store that works', async () => {
    const log = recordingLog();
    const handler = authorizer({ logger: log, jwks: { store: { read: () => Promise.resolve(null) } } });
    await invoke(handler, restRequestEvent({ token: await issuer.token() }));
    expect([log.lines.length, log.storeFailures]).to.deep.equal([1, []]);
  });

  describe('the base handler', () => {
    const options = () => ({ issuer: issuer.url, audience: AUDIENCE, logger: false as const });

    it('runs after every check passed and reads context.auth0', async () => {
      const seen: unknown[] = [];
      const handler = middy()
        .use(auth0Authorizer({ ...options(), principalId: (token) => `user:${token?.claims.azp}` }))
        .handler(async (_event: unknown, context) => {
          seen.push(context.auth0);
        });
      await invoke(handler, httpApi2Event({ token: await issuer.token({ exp: 1 }) }));
      expect(seen).to.deep.equal([]);
      await invoke(handler, httpApi2Event({ token: await issuer.token(), sourceIp: '198.51.100.4:443' }));
      expect(seen).to.have.length(1);
      expect(seen[0]).to.deep.include({
        principalId: 'user:client-1',
        route: null,
        clientIp: '198.51.100.4',
        country: null,
        gateway: 'http-api-2.0',
      });
      expect((seen[0] as { claims: { sub: string } }).claims.sub).to.equal('auth0|abc');
    });

    it('adds context, a principal and a usage identifier key', async () => {
      const handler = middy(async () => ({
        context: { plan: 'gold' },
        principalId: 'me',
        usageIdentifierKey: 'key-of-the-plan-0123456789',
      })).use(auth0Authorizer({ ...options(), context: () => ({ plan: 'none', tenant: 't1' }) }));
      const outcome = await invoke(handler, restRequestEvent({ token: await issuer.token() }));
      expect(outcome).to.have.nested.property('response.principalId', 'me');
      expect(outcome).to.have.nested.property('response.usageIdentifierKey', 'key-of-the-plan-0123456789');
      expect(outcome).to.have.deep.nested.property('response.context', { plan: 'gold', tenant: 't1' });
    });

    const endings: readonly [string, () => unknown, string][] = [
      ['returning false', () => false, 'Deny'],
      [
        'throwing Forbidden',
        () => {
          throw new Forbidden('banned');
        },
        'Deny',
      ],
      [
        'throwing Unauthorized',
        () => {
          throw new Unauthorized('gone');
        },
        'Unauthorized',
      ],
    ];
    for (const [name, end, expected] of endings) {
      it(`refuses by ${name}`, async () => {
        const handler = middy(async () => end()).use(auth0Authorizer(options()));
        const outcome = await invoke(handler, restRequestEvent({ token: await issuer.token() }));
        expect(verdictOf(outcome)).to.equal(expected);
      });
    }

    it('is not taken to decide when a rule function throws Forbidden: the policy stays the same', async () => {
      const log = recordingLog();
      const routes = {
        'GET /a': { scopes: ['a'] },
        'GET /b': { scopes: ['b'] },
        'GET /c': {
          claims: {
            sub: () => {
              throw new Forbidden('not you');
            },
          },
        },
      };
      const handler = middy().use(auth0Authorizer({ ...options(), routes, logger: log }));
      const token = await issuer.token({ scope: 'a' });
      const before = await invoke(handler, restRequestEvent({ path: '/b', token }));
      const thrown = await invoke(handler, restRequestEvent({ path: '/c', token }));
      const after = await invoke(handler, restRequestEvent({ path: '/b', token }));
      expect([verdictOf(before), verdictOf(thrown), verdictOf(after)]).to.deep.equal([
        'Deny',
        'Deny',
        'Deny',
      ]);
      expect(after).to.deep.equal(before);
      expect(JSON.stringify(thrown)).to.contain('"Allow"');
      expect(log.lines[1]).to.include({ refusal: 'handler_forbidden', rule: 'claims', detail: 'not you' });
    });

    for (const option of ['context', 'principalId'] as const) {
      /** An authorizer of two routes, one of which `token` may use, whose option throws. */
      async function throwing(error: Error) {
        const log = recordingLog();
        const routes = { 'GET /a': { scopes: ['a'] }, 'GET /b': { scopes: ['b'] } };
        const ask = () => {
          throw error;
        };
        const handler = middy().use(auth0Authorizer({ ...options(), routes, logger: log, [option]: ask }));
        return { handler, log, token: await issuer.token({ scope: 'a' }) };
      }

      it(`is refused by the option ${option} too: a denial then opens no other route`, async () => {
        const { handler, log, token } = await throwing(new Forbidden('banned'));
        for (const path of ['/b', '/a']) {
          const outcome = await invoke(handler, restRequestEvent({ path, token }));
          expect(verdictOf(outcome)).to.equal('Deny');
          expect(JSON.stringify(outcome)).not.to.contain('"Allow"');
        }
        expect(log.lines.map(({ refusal }) => refusal)).to.deep.equal([
          'insufficient_scope',
          'handler_forbidden',
        ]);
      });

      it(`is the fault handler_error when the option ${option} throws, on denials and allows`, async () => {
        const { handler, log, token } = await throwing(new TypeError('boom'));
        for (const path of ['/a', '/b']) {
          const outcome = await invoke(handler, restRequestEvent({ path, token }));
          expect(outcome).to.have.nested.property('error.code', 'handler_error');
        }
        expect(
          log.lines.map(({ fault, error }) => [fault, (error as Error & { cause: Error }).cause.message]),
        ).to.deep.equal([
          ['handler_error', 'boom'],
          ['handler_error', 'boom'],
        ]);
      });
    }

    const faults: readonly [string, () => unknown, string][] = [
      ['throws anything else', () => Promise.reject(new TypeError('boom')), 'handler_error'],
      ['throws no Error at all', () => Promise.reject('boom'), 'handler_error'],
      ['returns a string', () => 'allow', 'handler_result'],
      ['returns a list', () => [], 'handler_result'],
      ['returns an error instead of throwing it', () => new Error('denied'), 'handler_result'],
      ['returns a Map', () => new Map([['isAuthorized', false]]), 'handler_result'],
      [
        'returns an object with inherited members',
        () => Object.create({ isAuthorized: false }),
        'handler_result',
      ],
      ['returns a policy of its own', () => ({ policyDocument: {} }), 'handler_result'],
      ['returns a context that is no object', () => ({ context: 'gold' }), 'handler_result'],
      ['returns an empty principal', () => ({ principalId: '' }), 'handler_result'],
      [
        'returns a context that no gateway can carry',
        () => ({ context: { n: Number.NaN } }),
        'handler_result',
      ],
    ];
    for (const [name, end, code] of faults) {
      it(`is a fault, never an allow, when it ${name}`, async () => {
        const log = recordingLog();
        const handler = middy(async () => end()).use(auth0Authorizer({ ...options(), logger: log }));
        const outcome = await invoke(handler, restRequestEvent({ token: await issuer.token() }));
        expect(outcome.kind).to.equal('error');
        expect(outcome).to.have.nested.property('error.code', code);
        expect(log.lines.map(({ level, fault }) => [level, fault])).to.deep.equal([['error', code]]);
        expect(log.lines[0]).to.have.property('principalId', 'auth0|abc');
      });
    }
  });
});
