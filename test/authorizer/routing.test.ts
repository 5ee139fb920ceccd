import { expect } from 'chai';
import { type AuthorizerOptions, auth0Authorizer } from '../../lib/index.ts';
import {
  createTestIssuer,
  decide,
  type EventOptions,
  eventFor,
  httpApi2Event,
  type TestDecision,
} from '../../lib/testing.ts';
import { invoke, recordingLog } from '../support/invoke.ts';
import { middy } from '../support/middy.ts';

type Kind = 'rest-token' | 'rest-request' | 'http-api-1.0' | 'http-api-2.0';
type Routes = AuthorizerOptions['routes'] & object;

const REST: readonly Kind[] = ['rest-token', 'rest-request'];
const HTTP: readonly Kind[] = ['http-api-1.0', 'http-api-2.0'];
const ALL: readonly Kind[] = [...REST, ...HTTP];

const issuer = createTestIssuer();

const authorizer = (options: AuthorizerOptions) =>
  middy().use(auth0Authorizer({ logger: false, ...options, ...issuer.options }));

/** The outcome for a caller, and what the cached answer to it allows. */
function decideFor(
  options: AuthorizerOptions,
  kind: Kind,
  event: EventOptions,
  claims: Parameters<typeof issuer.token>[0] = {},
): Promise<TestDecision> {
  return decide(authorizer(options), eventFor(kind, { ...event, token: issuer.token(claims) }));
}

const outcomeOf = async (...given: Parameters<typeof decideFor>): Promise<string> =>
  (await decideFor(...given)).outcome;

describe('Routing as each gateway routes', () => {
  describe('refuses a caller who lacks what one of several possible routes needs', () => {
    const cases: readonly [string, Routes, EventOptions, readonly Kind[]][] = [
      [
        'a complete route, and a greedy one that is more specific',
        {
          'GET /tenants/{tenant}/secrets': { permissions: ['admin'] },
          'GET /tenants/public/{proxy+}': {},
        },
        { path: '/tenants/public/secrets', routeKey: 'GET /tenants/{tenant}/secrets' },
        ALL,
      ],
      [
        'a route for the method, and one for ANY that is more specific',
        { 'ANY /users/me': {}, 'GET /users/{id}': { permissions: ['admin'] } },
        { path: '/users/me', routeKey: 'GET /users/{id}' },
        ALL,
      ],
      [
        'a greedy parameter that has nothing to take',
        { 'GET /files/{proxy+}': {}, 'ANY /{proxy+}': { permissions: ['admin'] } },
        { path: '/files/', resource: '/{proxy+}' },
        ALL,
      ],
    ];
    for (const [title, routes, event, kinds] of cases) {
      for (const kind of kinds) {
        it(`${title} (${kind})`, async () => {
          const open = Object.keys(routes).find(
            (key) => Object.keys(routes[key] ?? {}).length === 0,
          ) as string;
          expect(await outcomeOf({ routes }, kind, event)).to.equal('deny');
          expect(await outcomeOf({ routes }, kind, event, { permissions: ['admin'] })).to.equal('allow');
          // A cached answer to another request of the same caller.
          const elsewhere = { path: open.replace(/^\w+ /, '').replace('{proxy+}', 'x/y') };
          const other = await decideFor({ routes }, kind, {
            ...elsewhere,
            method: open.startsWith('ANY') ? 'PUT' : 'GET',
          });
          expect(other.outcome).to.equal('allow');
          expect(other.allowsFromCache('GET', event.path as string)).to.equal(false);
        });
      }
    }
  });

  it('needs the common rules for a greedy route that has nothing to take on REST', async () => {
    const options: AuthorizerOptions = {
      rules: { permissions: ['admin'] },
      routes: { 'GET /files/{proxy+}': { permissions: false } },
      undeclared: 'rules',
    };
    for (const kind of REST) {
      expect(await outcomeOf(options, kind, { path: '/files/' })).to.equal('deny');
      expect(await outcomeOf(options, kind, { path: '/files/a' })).to.equal('allow');
    }
  });

  describe('treats a final slash on REST as the same request', () => {
    const routes: Routes = {
      'GET /orders': { scopes: ['read:orders'] },
      'GET /users/me': {},
      'POST /orders': { scopes: ['write:orders'] },
      'ANY /{proxy+}': { permissions: ['admin'] },
    };
    const targets = ['/orders', '/orders/', '/users/me', '/users/me/', '/other', '/other/'];

    for (const kind of REST) {
      for (const scope of ['read:orders', '']) {
        it(`for any first request (${kind}, scope '${scope}')`, async () => {
          const expected = targets.map(
            (path) => path.startsWith('/users') || (scope !== '' && path.startsWith('/orders')),
          );
          for (const [index, path] of targets.entries()) {
            const decision = await decideFor(
              { routes },
              kind,
              { path, resource: templateOf(path) },
              { scope },
            );
            expect(decision.outcome, path).to.equal(expected[index] ? 'allow' : 'deny');
            const replayed = targets.map((target) => decision.allowsFromCache('GET', target));
            expect(replayed, `after ${path}`).to.deep.equal(expected);
            expect(decision.allowsFromCache('POST', '/orders'), `after ${path}`).to.equal(false);
          }
        });
      }

      it(`with a parameter before it (${kind})`, async () => {
        const both: Routes = { 'GET /{a}/x': { scopes: ['x'] }, 'GET /{a}/x/': { scopes: ['x'] } };
        for (const path of ['/1/x', '/1/x/']) {
          const decision = await decideFor({ routes: both }, kind, { path }, { scope: 'x' });
          expect(decision.outcome, path).to.equal('allow');
          expect(decision.allowsFromCache('GET', '/2/x')).to.equal(true);
          expect(decision.allowsFromCache('GET', '/2/x/')).to.equal(true);
        }
      });
    }

    function templateOf(path: string): string {
      const plain = path.replace(/\/$/, '');
      return plain === '/other' ? '/{proxy+}' : plain;
    }
  });

  describe('reads the path of HTTP APIs as sent and as decoded', () => {
    const routes: Routes = {
      'ANY /admin': { permissions: ['admin'] },
      'ANY /admin/{proxy+}': { permissions: ['admin'] },
      'GET /users/me': { permissions: ['admin'] },
      'GET /users/{id}': {},
      $default: {},
    };
    const trimmed = [
      '/admin%20',
      '/admin%20%20',
      '/admin%C2%A0',
      '/%20admin',
      '/admin%E2%80%8B',
      '/users/me%20',
    ];
    const cut = ['/admin%23x', '/admin%3Fx', '/x%5C..%5Cadmin', '/admin%00', '/admin%0A', '/ad%09min'];

    for (const kind of HTTP) {
      for (const arnPath of ['as sent', 'decoded'] as const) {
        it(`and refuses what a backend may read as another path (${kind}, ARN ${arnPath})`, async () => {
          for (const path of [...trimmed, ...cut, '/x%2F..%2Fadmin']) {
            const routeKey = path.startsWith('/users/') ? 'GET /users/{id}' : '$default';
            expect(await outcomeOf({ routes }, kind, { path, routeKey, arnPath }), path).to.equal('deny');
          }
        });

        it(`and refuses the same from the cache, as far as patterns go (${kind}, ARN ${arnPath})`, async () => {
          const { allowsFromCache } = await decideFor({ routes }, kind, {
            path: '/users/7',
            routeKey: 'GET /users/{id}',
            arnPath,
          });
          expect(allowsFromCache('GET', '/users/8')).to.equal(true);
          const encoded = ['/admin%20', '/admin%20%20', '/admin%C2%A0', '/%20admin', '/users/me%20', ...cut];
          for (const path of encoded) expect(allowsFromCache('GET', path), path).to.equal(false);
        });

        it(`and allows what both read alike (${kind}, ARN ${arnPath})`, async () => {
          for (const path of ['/users/a%20b', '/users/caf%C3%A9', '/users/auth0%7C7', '/x%20y/z']) {
            const routeKey = path.startsWith('/users/') ? 'GET /users/{id}' : '$default';
            expect(await outcomeOf({ routes }, kind, { path, routeKey, arnPath }), path).to.equal('allow');
          }
        });
      }
    }
  });

  describe('warns of overlapping routes in the set-up notice', () => {
    const setUps = async (routes: Routes) => {
      const log = recordingLog();
      await invoke(authorizer({ routes, logger: log }), httpApi2Event({ token: issuer.token() }));
      return log.setUps.map(({ warning }) => warning ?? null);
    };

    it('with the key that decides between them', async () => {
      const [warning = ''] = await setUps({ 'ANY /users/me': {}, 'GET /users/{id}': { scopes: ['admin'] } });
      expect(warning).to.contain(
        "'ANY /users/me' and 'GET /users/{id}' (to decide, declare 'GET /users/me')",
      );
    });

    it('unless they have the same rules', async () => {
      expect(
        await setUps({ 'ANY /users/me': {}, 'GET /users/{id}': {}, 'GET /a': { scopes: ['a'] } }),
      ).to.deep.equal([]);
    });

    it('at most five pairs', async () => {
      const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
      const pairs = names.flatMap((name) => [
        [`ANY /${name}/me`, {}],
        [`GET /${name}/{id}`, { scopes: [name] }],
      ]);
      const [warning] = await setUps(Object.fromEntries(pairs));
      expect(warning?.match(/to decide/g)).to.have.length(5);
      expect(warning).to.contain('; and 2 more pairs.');
    });
  });
});
