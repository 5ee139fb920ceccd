import { expect } from 'chai';
import type { AuthorizationRequest } from '../../lib/gateways/gateway.ts';
import { findRoute } from '../../lib/routes/find-route.ts';
import { parseRouteKey } from '../../lib/routes/route-key.ts';
import { createRouteTable } from '../../lib/routes/route-table.ts';
import { APPSYNC_KINDS, requestOf } from '../rules/subjects.ts';

/** The route's key, `null`, the keys of both routes (`closed | open`), or the refusal's code. */
function routeOf(texts: readonly string[], request: Partial<AuthorizationRequest>): string | null {
  const table = createRouteTable(texts.map((text) => parseRouteKey(text, 'routes')));
  const found = findRoute(table, requestOf(request));
  const keyOf = (index: number | null) => (index === null ? null : (texts[index] as string));
  switch (found.kind) {
    case 'route':
      return keyOf(found.index);
    case 'twin':
      return `${keyOf(found.closed)} | ${keyOf(found.open)}`;
    case 'undeclared':
      return null;
    case 'refused':
      return found.refusal.code;
  }
}

describe('findRoute', () => {
  it('goes by the path when the event names no route', () => {
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
  });

  for (const template of ['ANY /{proxy+}', 'GET /{proxy+}', '$default']) {
    it(`goes by the path behind the catch-all ${template}, declared or not`, () => {
      const request = { path: '/admin/users', routeTemplate: template };
      expect(routeOf(['ANY /admin/{proxy+}'], request)).to.equal('ANY /admin/{proxy+}');
      expect(routeOf(['ANY /admin/{proxy+}', 'ANY /{proxy+}', '$default'], request)).to.equal(
        'ANY /admin/{proxy+}',
      );
      expect(routeOf(['GET /other', '$default'], request)).to.equal('$default');
      expect(routeOf(['GET /other'], request)).to.equal(null);
    });
  }

  it("prefers the route of the path if it is more specific than the gateway's", () => {
    const request = { path: '/users/me', routeTemplate: 'GET /users/{id}' };
    expect(routeOf(['GET /users/{id}', 'GET /users/me'], request)).to.equal('GET /users/me');
  });

  it("ignores the gateway's route if it is not declared", () => {
    const request = { path: '/users/me', routeTemplate: 'GET /users/me' };
    expect(routeOf(['GET /users/{id}'], request)).to.equal('GET /users/{id}');
  });

  describe("finds the gateway's route when the path does not fit it", () => {
    it('behind a base path mapping', () => {
      const request = { path: '/v1/users/7', routeTemplate: 'GET /users/{userId}' };
      expect(routeOf(['GET /users/{id}'], request)).to.equal('GET /users/{id}');
      expect(routeOf(['GET /users/{id}', 'ANY /{proxy+}', '$default'], request)).to.equal('GET /users/{id}');
      expect(routeOf(['GET /users/{id}', 'GET /v1/users/{id}'], request)).to.equal('GET /users/{id}');
    });

    it('for a greedy route', () => {
      const request = { path: '/v1/admin/7', routeTemplate: 'ANY /admin/{proxy+}' };
      expect(routeOf(['ANY /admin/{p+}', 'ANY /{p+}'], request)).to.equal('ANY /admin/{p+}');
    });

    it('for a final slash that the gateway ignores', () => {
      const request = { path: '/orders/', routeTemplate: 'GET /orders' };
      expect(routeOf(['GET /orders', 'ANY /{proxy+}'], request)).to.equal('GET /orders');
    });
  });

  describe('finds both routes of a path that matches a declared one only without its final slash', () => {
    const orders = ['GET /orders', 'ANY /{proxy+}'];
    for (const routeTemplate of [null, 'ANY /{proxy+}', '$default', 'GET /undeclared']) {
      it(`when the gateway's route is ${routeTemplate}`, () => {
        const path = '/orders/';
        expect(routeOf(orders, { path, routeTemplate })).to.equal('GET /orders | ANY /{proxy+}');
        expect(routeOf(['GET /orders'], { path, routeTemplate })).to.equal('GET /orders | null');
        expect(routeOf(['GET /orders/{id}', '$default'], { path: '/orders/7/', routeTemplate })).to.equal(
          'GET /orders/{id} | $default',
        );
      });
    }

    it('or only with one', () => {
      expect(routeOf(['GET /orders/'], { path: '/orders' })).to.equal('GET /orders/ | null');
      expect(routeOf(['GET /orders/', '$default'], { path: '/orders' })).to.equal('GET /orders/ | $default');
    });

    it('but not if both ways lead to the same route or to a catch-all', () => {
      expect(routeOf(orders, { path: '/other/' })).to.equal('ANY /{proxy+}');
      expect(routeOf(['ANY /a/{p+}', 'ANY /{p+}'], { path: '/a/' })).to.equal('ANY /a/{p+}');
      expect(routeOf(['ANY /{p+}', '$default'], { path: '/a/' })).to.equal('ANY /{p+}');
      expect(routeOf(['GET /a/', '$default'], { path: '/b' })).to.equal('$default');
      expect(routeOf(['GET /orders'], { path: '/' })).to.equal(null);
    });

    it('and of a path that is declared with and without it, since REST APIs ignore it', () => {
      const both = ['GET /orders', 'GET /orders/'];
      expect(routeOf(both, { path: '/orders' })).to.equal('GET /orders');
      expect(routeOf(both, { path: '/orders/' })).to.equal('GET /orders | GET /orders/');
      const onRest = { path: '/orders/', routeTemplate: 'GET /orders' };
      expect(routeOf(both, onRest)).to.equal('GET /orders | GET /orders/');
      expect(routeOf(['GET /admin', 'GET /{page}/'], { path: '/admin/' })).to.equal(
        'GET /admin | GET /{page}/',
      );
      expect(routeOf(['GET /admin', 'GET /{page}/'], { path: '/home/' })).to.equal('GET /{page}/');
      expect(routeOf(['GET /', 'ANY /{p+}'], { path: '/' })).to.equal('GET /');
    });
  });

  for (const path of ['/a//b', '/a/../b', '/a/..;/b', '/a%3Fb', '/a%2Fb', '/a%', '/%61', 'a']) {
    it(`refuses ${path}, whatever route the event names`, () => {
      const texts = ['GET /{x}', 'GET /a/b', '$default'];
      expect(routeOf(texts, { path })).to.equal('ambiguous_path');
      expect(routeOf(texts, { path, routeTemplate: 'GET /{x}' })).to.equal('ambiguous_path');
      expect(routeOf(['$default'], { path })).to.equal('$default');
      expect(routeOf(['$connect'], { path })).to.equal(null);
    });
  }

  for (const other of ['/users/a/../b', '/users/me ', '/users/a#b', '/users/a\\b', '/users//b', '/a%3Ab']) {
    it(`refuses a path that the event also writes ${JSON.stringify(other)}`, () => {
      const request = { gateway: 'http-api-2.0', path: '/users/x', otherPaths: [other] } as const;
      expect(routeOf(['GET /users/{id}', 'POST /a:b'], request)).to.equal('ambiguous_path');
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
