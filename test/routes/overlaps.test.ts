import { expect } from 'chai';
import fc from 'fast-check';
import type { Routing } from '../../lib/gateways/routing.ts';
import { findOverlaps } from '../../lib/routes/overlaps.ts';
import { parseRouteKey } from '../../lib/routes/route-key.ts';
import { createRouteTable } from '../../lib/routes/route-table.ts';

const tableOf = (keys: readonly string[]) =>
  createRouteTable(keys.map((key) => parseRouteKey(key, 'routes')));

/** `one | other: the key that decides`. */
function overlapsOf(routing: Routing, ...keys: readonly string[]): readonly string[] {
  return findOverlaps(tableOf(keys), routing, () => true).map(
    ({ routes: [one, other], decidedBy }) => `${keys[one]} | ${keys[other]}: ${decidedBy}`,
  );
}

describe('findOverlaps', () => {
  it('lists a route for ANY and a less specific one for the method', () => {
    for (const routing of ['rest', 'http'] as const) {
      expect(overlapsOf(routing, 'ANY /users/me', 'GET /users/{id}')).to.deep.equal([
        'ANY /users/me | GET /users/{id}: GET /users/me',
      ]);
    }
  });

  it('lists a complete route and a more specific greedy one on REST APIs only', () => {
    const keys = ['GET /tenants/{tenant}/secrets', 'GET /tenants/public/{proxy+}'] as const;
    expect(overlapsOf('rest', ...keys)).to.deep.equal([
      `${keys[0]} | ${keys[1]}: GET /tenants/public/secrets`,
    ]);
    expect(overlapsOf('http', ...keys)).to.deep.equal([]);
  });

  it('lists greedy routes of which one is for the method', () => {
    expect(overlapsOf('http', 'ANY /a/{x}/{y+}', 'GET /a/{z+}')).to.deep.equal([
      'ANY /a/{x}/{y+} | GET /a/{z+}: GET /a/{x}/{y+}',
    ]);
    expect(overlapsOf('rest', 'GET /{z+}', 'ANY /a/{y+}')).to.deep.equal([
      'GET /{z+} | ANY /a/{y+}: GET /a/{y+}',
    ]);
  });

  it('lists no routes whose order is documented, or that share no request', () => {
    for (const routing of ['rest', 'http'] as const) {
      expect(
        overlapsOf(routing, 'GET /users/me', 'GET /users/{id}', 'ANY /{proxy+}', '$default'),
      ).to.deep.equal([]);
      expect(overlapsOf(routing, 'ANY /users/{id}', 'GET /users/{id}')).to.deep.equal([]);
      expect(overlapsOf(routing, 'ANY /users/me', 'GET /users/{id}', 'GET /users/me')).to.deep.equal([]);
      expect(overlapsOf(routing, 'ANY /a/b', 'GET /{x}')).to.deep.equal([]);
      expect(overlapsOf(routing, 'ANY /a', 'GET /b/{x}', 'POST /c', '$connect')).to.deep.equal([]);
      expect(overlapsOf(routing, 'ANY /a/b/{x+}', 'GET /a/b')).to.deep.equal([]);
    }
  });

  it('lists no routes with the same rules', () => {
    const table = tableOf(['ANY /users/me', 'GET /users/{id}']);
    expect(findOverlaps(table, 'http', () => false)).to.deep.equal([]);
  });

  it('lists pairs that are gone once the deciding key is declared', () => {
    const segment = fc.constantFrom('a', 'b', '{x}', '{y}');
    const key = fc
      .tuple(fc.constantFrom('GET', 'ANY'), fc.array(segment, { minLength: 1, maxLength: 3 }), fc.boolean())
      .map(([method, parts, greedy]) => {
        const named = parts.map((part, at) => (part.startsWith('{') ? `{p${at}}` : part));
        return `${method} /${named.join('/')}${greedy ? '/{rest+}' : ''}`;
      });
    fc.assert(
      fc.property(fc.uniqueArray(key, { maxLength: 6 }), fc.constantFrom('rest', 'http'), (keys, routing) => {
        for (const { routes, decidedBy } of findOverlaps(tableOf(keys), routing, () => true)) {
          const more = findOverlaps(tableOf([...keys, decidedBy]), routing, () => true);
          expect(more.map((overlap) => overlap.routes.join())).not.to.include(routes.join());
        }
      }),
      { numRuns: 2000 },
    );
  });
});
