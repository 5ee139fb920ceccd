import { expect } from 'chai';
import fc from 'fast-check';
import type { Routing } from '../../lib/gateways/routing.ts';
import { findOverlaps } from '../../lib/routes/overlaps.ts';
import { parseRouteKey, type RouteKey } from '../../lib/routes/route-key.ts';
import { createRouteTable, type RouteTable } from '../../lib/routes/route-table.ts';

type PathKey = Extract<RouteKey, { kind: 'path' }>;

const tableOf = (keys: readonly string[]) =>
  createRouteTable(keys.map((key) => parseRouteKey(key, 'routes')));

/** `one | other: the key that decides`. */
function overlapsOf(routing: Routing, ...keys: readonly string[]): readonly string[] {
  return findOverlaps(tableOf(keys), routing, () => true).map(
    ({ routes: [one, other], decidedBy }) => `${keys[one]} | ${keys[other]}: ${decidedBy}`,
  );
}

/** Names the parameters by their positions. */
function textOf(parts: readonly string[]): string {
  return parts.map((part, at) => `/${part.startsWith('{') ? `{p${at}}` : part}`).join('');
}

/** The model: for each pair of routes, the table resolves the least specific request that both match. */
function overlapsOfAllPairs(
  table: RouteTable,
  routing: Routing,
  differ: (one: number, other: number) => boolean,
): readonly (readonly [number, number])[] {
  const pairs: (readonly [number, number])[] = [];
  for (const [first, one] of table.keys.entries()) {
    for (let second = first + 1; second < table.keys.length; second++) {
      if (!differ(first, second)) continue;
      const common = commonRequest(one as PathKey, table.keys[second] as PathKey);
      if (common === null) continue;
      const { routes } = table.resolve(common.method, common.path, routing);
      if (routes.includes(first) && routes.includes(second)) pairs.push([first, second]);
    }
  }
  return pairs;
}

/** The least specific request that both routes match, without a final slash; `null` if there is none. */
function commonRequest(one: PathKey, other: PathKey): { method: string; path: string } | null {
  const methods = new Set([one.method, other.method]);
  methods.delete('ANY');
  if (methods.size > 1) return null;
  const path: string[] = [];
  for (let at = 0; at < Math.max(one.segments.length, other.segments.length); at++) {
    const texts = [one, other].map(({ segments }) => textAt(segments, at));
    if (texts.includes(undefined)) return null;
    const literals = new Set(texts.filter((text) => text !== '-'));
    if (literals.size > 1) return null;
    path.push([...literals][0] ?? '-');
  }
  return { method: [...methods][0] ?? 'GET', path: `/${path.join('/')}` };
}

function textAt(segments: PathKey['segments'], at: number): string | undefined {
  const segment = segments[at] ?? segments.findLast(({ kind }) => kind === 'greedy');
  return segment?.kind === 'literal' ? segment.text : segment && '-';
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

  it('lists the same pairs as a comparison of all routes with each other', () => {
    const method = fc.constantFrom('GET', 'POST', 'ANY');
    const segment = fc.constantFrom('a', 'b', '{x}');
    const end = fc.constantFrom('', '', '/', '/{rest+}');
    const key = fc
      .tuple(method, fc.array(segment, { maxLength: 3 }), end)
      .map(
        ([verb, parts, last]) => `${verb} ${textOf(parts)}${parts.length === 0 && last === '' ? '/' : last}`,
      );
    fc.assert(
      fc.property(
        fc.uniqueArray(key, { maxLength: 12 }),
        fc.constantFrom('rest', 'http'),
        (keys, routing) => {
          const differ = (one: number, other: number) => (one + other) % 4 !== 0;
          const table = tableOf(keys);
          const found = findOverlaps(table, routing, differ).map(({ routes }) => routes);
          expect(found).to.deep.equal(overlapsOfAllPairs(table, routing, differ));
        },
      ),
      { numRuns: 3000 },
    );
  });

  describe('takes time in proportion to the routes', () => {
    const manyOf = (keyAt: (at: number) => string) => Array.from({ length: 10_000 }, (_, at) => keyAt(at));
    const alternating = (at: number) => (at % 2 ? 'GET' : 'ANY');

    for (const [where, keys] of [
      [
        'beside catch-alls',
        [...manyOf((at) => `${alternating(at)} /r${at}/{id}`), 'ANY /{proxy+}', 'GET /{x}'],
      ],
      [
        'below a parameter and below its siblings',
        [...manyOf((at) => `GET /r${at}/a${at}`), ...manyOf((at) => `ANY /{x}/b${at}`)],
      ],
      [
        'below a literal and below parameters',
        [...manyOf((at) => `GET /r${at}/{y}/a${at}`), ...manyOf((at) => `ANY /{x}/s/b${at}`)],
      ],
    ] as const) {
      it(where, () => {
        const table = tableOf(keys);
        const from = process.cpuUsage().user;
        expect(findOverlaps(table, 'rest', () => true)).to.deep.equal([]);
        expect((process.cpuUsage().user - from) / 1000).to.be.below(1000);
      });
    }
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
