import { expect } from 'chai';
import type { AuthorizationRequest } from '../../lib/gateways/gateway.ts';
import { findRoute } from '../../lib/routes/find-route.ts';
import { parseRouteKey } from '../../lib/routes/route-key.ts';
import { createRouteTable } from '../../lib/routes/route-table.ts';
import { APPSYNC_KINDS, requestOf } from '../rules/subjects.ts';

/** The keys of the routes, the first one first, with `null` for undeclared; or the refusal's code. */
function routeOf(texts: readonly string[], request: Partial<AuthorizationRequest>): string | null {
  const table = createRouteTable(texts.map((text) => parseRouteKey(text, 'routes')));
  const found = findRoute(table, requestOf(request));
  switch (found.kind) {
    case 'routes':
      return [...found.indexes.map((index) => texts[index]), ...(found.undeclared ? [null] : [])]
        .map(String)
        .join(' | ');
    case 'undeclared':
      return null;
    case 'refused':
      return found.refusal.code;
  }
}

describe('findRoute', () => {
  for (const [by, texts, request] of [
    ['path', ['GET /a'], { path: '/a' }],
    ['path', ['GET /users/{id}', 'GET /users/me'], { path: '/users/me', routeTemplate: 'GET /users/{id}' }],
    ['both', ['GET /a', 'GET /b'], { path: '/a', routeTemplate: 'GET /b' }],
    ['event', ['GET /a'], { path: '/v1/a', routeTemplate: 'GET /a' }],
  ] as const) {
    it(`says that it found ${texts.join(', ')} by ${by}`, () => {
      const table = createRouteTable(texts.map((text) => parseRouteKey(text, 'routes')));
      expect(findRoute(table, requestOf(request))).to.include({ kind: 'routes', by });
    });
  }

  it('names a complete route before a greedy one, in any order of declaration', () => {
    const request = { gateway: 'http-api-2.0', path: '/orders/' } as const;
    expect(routeOf(['ANY /{proxy+}', 'GET /orders'], request)).to.equal('GET /orders | ANY /{proxy+}');
  });

  it('skips the catch-all that the event names if the path is declared with its final slash', () => {
    const request = { gateway: 'http-api-2.0', path: '/a/', routeTemplate: 'ANY /{proxy+}' } as const;
    expect(routeOf(['GET /a/', 'ANY /{proxy+}'], request)).to.equal('GET /a/');
  });

  it('finds the route of the path when the event names no route', () => {
    const request = { gateway: 'rest-token', path: '/users/1', routeTemplate: null } as const;
    expect(routeOf(['GET /users/{id}', 'GET /users'], request)).to.equal('GET /users/{id}');
    expect(routeOf(['GET /users'], request)).to.equal(null);
  });

  it('refuses the encoded form of a reserved character in a declared literal', () => {
    const texts = ['POST /orders:purge', 'GET /a;b', 'ANY /{proxy+}'];
    for (const path of ['/orders%3Apurge', '/orders%3apurge', '/x/orders%3Apurge', '/a%3Bb']) {
      expect(routeOf(texts, { method: 'POST', path })).to.equal('ambiguous_path');
    }
    for (const path of ['/orders%40purge', '/orders%20purge']) {
      expect(routeOf(texts, { method: 'POST', path })).to.equal('ANY /{proxy+}');
    }
    expect(routeOf(['ANY /{proxy+}'], { path: '/orders%3Apurge' })).to.equal('ANY /{proxy+}');
  });

  it('refuses a method that no route key can name, if any route has a path', () => {
    for (const method of ['TRACE', 'PROPFIND']) {
      expect(routeOf(['ANY /{proxy+}'], { method, path: '/a' })).to.equal('ambiguous_path');
      expect(routeOf(['$default'], { method, path: '/a' })).to.equal('$default');
    }
    const table = createRouteTable([parseRouteKey('ANY /{proxy+}', 'routes')]);
    expect(findRoute(table, requestOf({ method: 'TRACE', path: '/a' })))
      .to.have.nested.property('refusal.detail')
      .that.includes('method');
  });

  for (const template of ['ANY /{proxy+}', 'GET /{proxy+}', '$default']) {
    it(`finds the route of the path behind the catch-all ${template}, declared or not`, () => {
      const request = { path: '/admin/users', routeTemplate: template };
      expect(routeOf(['ANY /admin/{proxy+}'], request)).to.equal('ANY /admin/{proxy+}');
      expect(routeOf(['ANY /admin/{proxy+}', 'ANY /{proxy+}', '$default'], request)).to.equal(
        'ANY /admin/{proxy+}',
      );
      expect(routeOf(['GET /other', '$default'], request)).to.equal('$default');
      expect(routeOf(['GET /other'], request)).to.equal(null);
    });
  }

  describe('finds the routes of path and event when they differ', () => {
    const twoZero = { gateway: 'http-api-2.0' } as const;

    it('when the route of the event is less specific', () => {
      const request = { path: '/users/me', routeTemplate: 'GET /users/{id}' };
      expect(routeOf(['GET /users/{id}', 'GET /users/me'], request)).to.equal(
        'GET /users/{id} | GET /users/me',
      );
      const anyFirst = ['ANY /users/me', 'GET /users/{id}'];
      for (const gateway of ['rest-request', 'http-api-1.0', 'http-api-2.0'] as const) {
        expect(routeOf(anyFirst, { ...request, gateway })).to.equal('GET /users/{id} | ANY /users/me');
      }
    });

    it('when the route of the event is complete and the greedy one is more specific', () => {
      const tenants = ['GET /tenants/{tenant}/secrets', 'GET /tenants/public/{proxy+}'];
      const request = { path: '/tenants/public/secrets', routeTemplate: 'GET /tenants/{tenant}/secrets' };
      expect(routeOf(tenants, request)).to.equal(tenants.join(' | '));
      expect(routeOf(tenants, { ...request, ...twoZero })).to.equal('GET /tenants/{tenant}/secrets');
    });

    it('behind a base path mapping', () => {
      const request = { path: '/v1/users/7', routeTemplate: 'GET /users/{userId}' };
      expect(routeOf(['GET /users/{id}', 'ANY /{proxy+}', '$default'], request)).to.equal(
        'GET /users/{id} | ANY /{proxy+}',
      );
      expect(routeOf(['GET /users/{id}', 'GET /v1/users/{id}'], request)).to.equal(
        'GET /users/{id} | GET /v1/users/{id}',
      );
      const admin = { path: '/v1/admin/7', routeTemplate: 'ANY /admin/{proxy+}' };
      expect(routeOf(['ANY /admin/{p+}', 'ANY /{p+}'], admin)).to.equal('ANY /admin/{p+} | ANY /{p+}');
    });

    it('but not a catch-all that takes the path too', () => {
      const request = { path: '/files/secret', routeTemplate: 'GET /files/{proxy+}' };
      expect(routeOf(['GET /files/secret', 'GET /files/{p+}'], request)).to.equal('GET /files/secret');
    });
  });

  it("ignores the gateway's route if it is not declared", () => {
    const request = { path: '/users/me', routeTemplate: 'GET /users/me' };
    expect(routeOf(['GET /users/{id}'], request)).to.equal('GET /users/{id}');
  });

  it('finds the route of the event when no declared route takes the path', () => {
    const request = { path: '/v1/users/7', routeTemplate: 'GET /users/{userId}' };
    for (const more of [[], ['$default']]) {
      expect(routeOf(['GET /users/{id}', ...more], request)).to.equal('GET /users/{id}');
    }
  });

  it('finds the route for the method when the event names that for ANY and no declared route takes the path', () => {
    const request = { path: '/v1/users/7', routeTemplate: 'ANY /users/{id}' };
    expect(routeOf(['GET /users/{id}', 'ANY /users/{id}'], request)).to.equal('GET /users/{id}');
  });

  describe('ignores a final slash on REST APIs', () => {
    for (const gateway of ['rest-token', 'rest-request'] as const) {
      it(`of a ${gateway} authorizer`, () => {
        const found = (keys: readonly string[], path: string) => routeOf(keys, { gateway, path });
        expect(found(['GET /orders', 'ANY /{proxy+}'], '/orders/')).to.equal('GET /orders');
        expect(found(['GET /orders', 'ANY /{proxy+}'], '/orders')).to.equal('GET /orders');
        expect(found(['GET /orders'], '/orders/')).to.equal('GET /orders');
        expect(found(['GET /orders/{id}', '$default'], '/orders/7/')).to.equal('GET /orders/{id}');
        expect(found(['GET /', 'ANY /{p+}'], '/')).to.equal('GET /');
      });
    }

    it('and finds both greedy routes when the slash decides between them', () => {
      const files = ['GET /files/{proxy+}', 'ANY /{proxy+}'];
      expect(routeOf(files, { path: '/files/' })).to.equal(files.join(' | '));
      expect(routeOf(files, { path: '/files/', gateway: 'rest-token' })).to.equal(files.join(' | '));
      expect(routeOf(files, { path: '/files' })).to.equal('ANY /{proxy+}');
    });

    it('and names a greedy route before $default, since both may take a path that ends where the parameter begins', () => {
      const keys = ['$default', 'GET /files/{proxy+}'];
      expect(routeOf(keys, { path: '/files/' })).to.equal('GET /files/{proxy+} | $default');
    });

    it('and finds both routes when the event names a catch-all', () => {
      const request = { path: '/orders/', routeTemplate: 'GET /{proxy+}' };
      expect(routeOf(['GET /orders', 'ANY /{proxy+}'], request)).to.equal('ANY /{proxy+} | GET /orders');
    });
  });

  describe('finds two routes on HTTP APIs when a path matches a declared route only without its final slash', () => {
    const orders = ['GET /orders', 'ANY /{proxy+}'];
    const found = (texts: readonly string[], request: Partial<AuthorizationRequest>) =>
      routeOf(texts, { gateway: 'http-api-2.0', ...request });

    for (const routeTemplate of [null, '$default', 'GET /undeclared', 'GET /orders']) {
      it(`when the gateway's route is ${routeTemplate}`, () => {
        const path = '/orders/';
        expect(found(orders, { path, routeTemplate })).to.equal('GET /orders | ANY /{proxy+}');
        if (routeTemplate === 'GET /orders') return;
        expect(found(['GET /orders'], { path, routeTemplate })).to.equal('GET /orders | null');
        expect(found(['GET /orders/{id}', '$default'], { path: '/orders/7/', routeTemplate })).to.equal(
          'GET /orders/{id} | $default',
        );
      });
    }

    it('when the gateway names the catch-all', () => {
      const request = { path: '/orders/', routeTemplate: 'ANY /{proxy+}' };
      expect(found(orders, request)).to.equal('ANY /{proxy+} | GET /orders');
    });

    it('when the gateway names the route, and nothing else is declared', () => {
      const request = { path: '/orders/', routeTemplate: 'GET /orders' };
      expect(found(['GET /orders'], request)).to.equal('GET /orders');
    });

    it('or only with a final slash', () => {
      expect(found(['GET /orders/'], { path: '/orders' })).to.equal('GET /orders/ | null');
      expect(found(['GET /orders/', '$default'], { path: '/orders' })).to.equal('GET /orders/ | $default');
    });

    it('but not when both paths lead to the same route or to a catch-all', () => {
      expect(found(orders, { path: '/other/' })).to.equal('ANY /{proxy+}');
      expect(found(['ANY /{p+}', '$default'], { path: '/a/' })).to.equal('ANY /{p+}');
      expect(found(['GET /a/', '$default'], { path: '/b' })).to.equal('$default');
      expect(found(['GET /orders'], { path: '/' })).to.equal(null);
    });

    it('and when the path is declared with and without the slash', () => {
      const both = ['GET /orders', 'GET /orders/'];
      expect(found(both, { path: '/orders' })).to.equal('GET /orders');
      expect(found(both, { path: '/orders/' })).to.equal('GET /orders | GET /orders/');
      const named = { path: '/orders/', routeTemplate: 'GET /orders' };
      expect(found(both, named)).to.equal('GET /orders | GET /orders/');
      expect(found(['GET /admin', 'GET /{page}/'], { path: '/admin/' })).to.equal(
        'GET /admin | GET /{page}/',
      );
      expect(found(['GET /admin', 'GET /{page}/'], { path: '/home/' })).to.equal('GET /{page}/');
      expect(found(['GET /', 'ANY /{p+}'], { path: '/' })).to.equal('GET /');
    });
  });

  describe('reads each form of the path that the event contains', () => {
    const found = (texts: readonly string[], path: string, ...otherPaths: string[]) =>
      routeOf(texts, { gateway: 'http-api-2.0', path, otherPaths });

    it('and finds the routes of all forms', () => {
      expect(found(['GET /users/{id}', 'GET /users/me'], '/users/7', '/users/me')).to.equal(
        'GET /users/{id} | GET /users/me',
      );
      expect(found(['GET /users/{id}'], '/users/a%20b', '/users/a b')).to.equal('GET /users/{id}');
      expect(found(['GET /users/{id}'], '/users/7', '/other')).to.equal('GET /users/{id} | null');
      expect(found(['GET /users/{id}', '$default'], '/users/7', '/other')).to.equal(
        'GET /users/{id} | $default',
      );
    });

    for (const other of ['/users/a/../b', '/users/me ', '/users/a#b', '/users/a\\b', '/users//b']) {
      it(`and refuses ${JSON.stringify(other)}`, () => {
        expect(found(['GET /users/{id}'], '/users/x', other)).to.equal('ambiguous_path');
      });
    }

    it('and refuses an encoded reserved character of a literal', () => {
      expect(found(['POST /orders:purge'], '/orders', '/orders%3Apurge')).to.equal('ambiguous_path');
    });
  });

  for (const path of ['/a//b', '/a/../b', '/a/..;/b', '/a%3Fb', '/a%2Fb', '/a%', '/%61', 'a']) {
    it(`refuses ${path} for any route of the event`, () => {
      const texts = ['GET /{x}', 'GET /a/b', '$default'];
      expect(routeOf(texts, { path })).to.equal('ambiguous_path');
      expect(routeOf(texts, { path, routeTemplate: 'GET /{x}' })).to.equal('ambiguous_path');
      expect(routeOf(['$default'], { path })).to.equal('$default');
      expect(routeOf(['$connect'], { path })).to.equal(null);
    });
  }

  it('finds $connect for WebSocket requests only', () => {
    const request = { gateway: 'websocket', method: null, path: null, routeTemplate: '$connect' } as const;
    expect(routeOf(['GET /a', '$connect', '$default'], request)).to.equal('$connect');
    expect(routeOf(['GET /a', '$default'], request)).to.equal('$default');
    expect(routeOf(['ANY /{proxy+}'], request)).to.equal(null);
  });

  it('finds $default for AppSync, which has no routes', () => {
    for (const gateway of APPSYNC_KINDS) {
      const request = { gateway, method: null, path: null, routeTemplate: null };
      expect(routeOf(['ANY /{proxy+}', '$connect', '$default'], request)).to.equal('$default');
      expect(routeOf(['ANY /{proxy+}', '$connect'], request)).to.equal(null);
    }
  });

  it('finds $default for a request without path or method', () => {
    for (const request of [{ method: null }, { path: null }]) {
      expect(routeOf(['GET /orders', '$default'], request)).to.equal('$default');
      expect(routeOf(['GET /orders'], request)).to.equal(null);
    }
  });
});
