import { expect } from 'chai';
import { type AuthorizerOptions, auth0Authorizer, identitySources } from '../../lib/index.ts';
import {
  createTestIssuer,
  decide,
  httpApi2Event,
  restRequestEvent,
  restTokenEvent,
} from '../../lib/testing.ts';
import { recordingLog } from '../support/invoke.ts';
import { middy } from '../support/middy.ts';

/** Nine routes with a scope for reading and one for writing each collection. */
const routes = {
  'GET /orders': { scopes: ['read:orders'] },
  'POST /orders': { scopes: ['write:orders'] },
  'GET /orders/{id}': { scopes: ['read:orders'] },
  'PUT /orders/{id}': { scopes: ['write:orders'] },
  'DELETE /orders/{id}': { scopes: ['write:orders'] },
  'GET /orders/{id}/items': { scopes: ['read:orders'] },
  'POST /orders/{id}/items': { scopes: ['write:orders'] },
  'GET /users': { scopes: ['read:users'] },
  'GET /users/{id}': { scopes: ['read:users'] },
};
const SCOPES = ['read:orders', 'write:orders', 'read:users'];

const requests = Object.entries(routes).map(([key, { scopes }]) => {
  const [method = '', template = ''] = key.split(' ');
  return { method, path: template.replace('{id}', '7'), needs: scopes[0] as string };
});

describe('a plain API with nine routes', () => {
  const issuer = createTestIssuer();

  function authorizer(options: Partial<AuthorizerOptions>) {
    return middy().use(auth0Authorizer({ routes, ...options, ...issuer.options }));
  }

  for (const [name, event] of Object.entries({ restTokenEvent, restRequestEvent, httpApi2Event })) {
    it(`has an exact policy for each caller if undeclared paths are absent (${name})`, async () => {
      const log = recordingLog();
      const handler = authorizer({ undeclared: 'absent', logger: log });
      for (let bits = 0; bits < 2 ** SCOPES.length; bits++) {
        const held = SCOPES.filter((_, at) => (bits >> at) & 1);
        const token = issuer.token({ scope: held.join(' ') });
        for (const { method, path } of requests) {
          const { allowsFromCache } = await decide(handler, event({ token, method, path }));
          const allowed = requests.filter((other) => allowsFromCache(other.method, other.path));
          expect(allowed, `${held}: ${method} ${path}`).to.deep.equal(
            requests.filter(({ needs }) => held.includes(needs)),
          );
        }
      }
      expect(log.lines.filter(({ policy }) => policy !== undefined)).to.deep.equal([]);
    });
  }

  it('may be cached under only the token by a TOKEN authorizer', () => {
    expect(identitySources({ routes, undeclared: 'absent' }, 'rest-token')).to.deep.equal({
      cache: true,
      identitySources: ['method.request.header.Authorization'],
    });
  });

  it('loses routes when only the token is the cache key and undeclared paths must be denied, and the advice says how many', async () => {
    const reason = identitySources({ routes }, 'rest-token');
    expect(reason)
      .to.have.property('reason')
      .that.matches(/up to \d of \d routes/);
    const log = recordingLog();
    const handler = authorizer({ logger: log });
    const token = issuer.token({ scope: SCOPES.join(' ') });
    const { allowsFromCache } = await decide(handler, restTokenEvent({ token, path: '/orders' }));
    const denied = requests.filter(({ method, path }) => !allowsFromCache(method, path));
    expect(log.lines[0]).to.include({ decision: 'allow', policy: 'partial', leftOut: denied.length });
    expect(denied.length).to.be.above(0).and.below(6);
  });
});

describe('a parameter whose value is a literal of the table', () => {
  const issuer = createTestIssuer();
  const table = {
    'GET /users/{id}': { scopes: ['users'] },
    'GET /users/{id}/orders': { scopes: ['orders'] },
    'GET /users/{id}/orders/{order}': { scopes: ['users'] },
  };

  it('is listed by identitySources with its route', () => {
    const advice = identitySources({ routes: table, undeclared: 'absent' }, 'rest-token');
    expect(advice).to.deep.include({
      cache: true,
      reserved: [{ route: 'GET /users/{id}/orders/{order}', values: ['orders'] }],
    });
    const simple = { routes: table, undeclared: 'absent', httpApiResponse: 'simple' } as const;
    expect(identitySources(simple, 'http-api-2.0')).not.to.have.property('reserved');
  });

  for (const [name, event] of Object.entries({ restTokenEvent, httpApi2Event })) {
    it(`is refused, judged or cached, when no policy can separate the two (${name})`, async () => {
      const log = recordingLog();
      const handler = middy().use(
        auth0Authorizer({ routes: table, undeclared: 'absent', logger: log, ...issuer.options }),
      );
      const judged = async (scope: string, path: string) => {
        const decision = await decide(handler, event({ token: issuer.token({ scope }), path }));
        return { ...decision, code: log.lines.at(-1)?.refusal };
      };
      const reserved = await judged('users', '/users/7/orders/orders');
      expect(reserved).to.include({ outcome: 'deny', code: 'reserved_value' });
      const plain = await judged('users', '/users/7/orders/8');
      expect(plain).to.include({ outcome: 'allow', code: undefined });
      for (const { allowsFromCache } of [reserved, plain]) {
        expect(allowsFromCache('GET', '/users/7/orders/8')).to.equal(true);
        expect(allowsFromCache('GET', '/users/7/orders/orders')).to.equal(false);
        expect(allowsFromCache('GET', '/users/7/orders')).to.equal(false);
      }
      // A caller who may use all three routes needs no Deny that takes the value.
      const all = await judged('users orders', '/users/7/orders/orders');
      expect(all).to.include({ outcome: 'allow' });
    });
  }
});
