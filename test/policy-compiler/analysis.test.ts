import { expect } from 'chai';
import fc from 'fast-check';
import { createPolicyCompiler, type PolicyCompilerOptions } from '../../lib/policy-compiler/compiler.ts';
import { analyseDenials } from '../../lib/policy-compiler/denial-analysis.ts';
import type { PolicyTable } from '../../lib/policy-compiler/policy-table.ts';
import { runs } from '../support/property-runs.ts';
import { arnOf } from './support/arns.ts';
import { cases, parse } from './support/tables.ts';

function analyse(keys: readonly string[], options: Partial<PolicyCompilerOptions> = {}) {
  return createPolicyCompiler({ routes: parse(keys), ...options }).analysis;
}

function denials(keys: readonly string[], options: Omit<PolicyTable, 'routes'> = {}) {
  return analyseDenials({ routes: parse(keys), ...options });
}

const REPOS = ['GET /repos/{id}', 'GET /repos/{id}/labels', 'GET /repos/{id}/issues/{number}/labels'];
const CONFLICT = { opens: REPOS[0], denied: REPOS[1], shuts: REPOS[2] };

/** The three routes, elsewhere. */
const under = (first: string, method = 'GET') =>
  REPOS.map((key) => key.replace('GET', method).replace('repos', first));

/** Each Allow opens all the others, which the analysis of many takes long to look at. */
const tenants = (method: string, count: number) =>
  Array.from({ length: count }, (_, at) => `${method} /{tenant}/r${at}/{id}`);

/** More segments than a glob may have. */
const DEEP = `GET /${'a/'.repeat(27)}b`;

describe('the analysis of a table', () => {
  it('has nothing to say where every grant has an exact policy', () => {
    const keys = ['GET /', 'GET /users', 'GET /users/{id}', 'POST /users/{id}/posts', 'ANY /files/{proxy+}'];
    expect(analyse(keys)).to.deep.include({ exact: true, conflicts: [], warning: null });
  });

  it('names the three routes in conflict, and what to do', () => {
    const { exact, conflicts, warning } = analyse(REPOS);
    expect(exact).to.equal(false);
    expect(conflicts).to.deep.equal([CONFLICT]);
    expect(warning).to.contain(
      "'GET /repos/{id}/labels' cannot be denied to a caller who may use 'GET /repos/{id}' and " +
        "'GET /repos/{id}/issues/{number}/labels'",
    );
    expect(warning).to.match(/\/labels'\. Such callers get .* 403 from the cache\. Make /);
    for (const remedy of ['$context.routeKey', 'TTL to 0', 'rename', 'the same scopes'])
      expect(warning).to.contain(remedy);
  });

  it('knows that routes with the same requirement are granted together', () => {
    expect(analyse(REPOS, { requirements: ['repos', 'labels', 'labels'] }).exact).to.equal(true);
    expect(analyse(REPOS, { requirements: ['repos', 'repos', 'labels'] }).exact).to.equal(true);
    expect(analyse(REPOS, { requirements: ['repos', 'labels', 'repos'] }).conflicts).to.deep.equal([
      CONFLICT,
    ]);
  });

  it('knows routes that everybody has, and routes that nobody has', () => {
    expect(analyse(REPOS, { requirements: ['a', true, 'b'] }).exact).to.equal(true);
    expect(analyse(REPOS, { requirements: [false, 'b', 'c'] }).exact).to.equal(true);
    expect(analyse(REPOS, { requirements: ['a', 'b', false] }).exact).to.equal(true);
    expect(analyse(REPOS, { requirements: [true, 'b', true] }).conflicts).to.deep.equal([CONFLICT]);
  });

  it('tries no grant that no caller can have, where undeclared paths have a requirement of their own', () => {
    const exact = (table: Readonly<Record<string, string | boolean>>) =>
      analyse(Object.keys(table), {
        requirements: Object.values(table),
        undeclaredRequirement: 'undeclared',
      }).exact;
    expect(exact({ 'GET /{p0}': 'a', 'ANY /{p0}/c': 'c' })).to.equal(false);
    expect(exact({ 'GET /{p0}': false, 'ANY /{p0}/c': 'c' })).to.equal(true);
    expect(exact({ 'GET /{p0}': 'a', 'GET /{rest+}': 'b' })).to.equal(false);
    expect(exact({ 'GET /{p0}': true, 'GET /{rest+}': 'b' })).to.equal(true);
  });

  it('tells when undeclared paths cannot be denied', () => {
    const keys = ['GET /users/{id}', 'GET /users/{id}/posts'];
    const { conflicts, warning } = analyse(keys, { undeclared: 'deny' });
    expect(conflicts).to.deep.equal([{ opens: keys[0], denied: null, shuts: keys[1] }]);
    expect(warning).to.contain('undeclared paths cannot be denied');
    expect(analyse(keys, { undeclaredRequirement: true }).exact).to.equal(true);
    expect(analyse(['GET /users', 'GET /a/{id}'], { undeclaredRequirement: 'scope' }).exact).to.equal(true);
  });

  it('takes the requirement of $default for undeclared paths', () => {
    const keys = ['GET /users/{id}', 'GET /users/{id}/orders', '$default'];
    const exact = (requirements: readonly (string | true)[], undeclaredRequirement: string | true) =>
      analyse(keys, { requirements, undeclaredRequirement }).exact;
    expect(exact(['reader', 'reader', 'admin'], true)).to.equal(false);
    expect(exact(['reader', 'reader', true], 'admin')).to.equal(true);
    expect(analyse(keys, { requirements: ['a', 'b', true], undeclared: 'deny' }).exact).to.equal(true);
    // A path of `$default` is not absent.
    const absent = { requirements: ['a', 'b', 'c'], undeclared: 'absent' } as const;
    expect(analyse(keys, absent).exact).to.equal(false);
    expect(analyse(keys.slice(0, 2), absent).exact).to.equal(true);
  });

  it('does not report a conflict that a narrower Deny avoids', () => {
    const keys = ['GET /users/{id}', 'GET /{a}/{b}/c', 'GET /orders/{x}/{y}/c'];
    expect(analyse(keys).exact).to.equal(true);
  });

  it('shows a few conflicts in the warning and counts the others', () => {
    const keys = Array.from({ length: 30 }, (_, index) => under(`r${index}`));
    const { conflicts, warning } = analyse(keys.flat());
    expect(conflicts).to.have.lengthOf(30);
    expect(warning).to.contain('and 25 more').and.to.not.contain('/r7/');
  });

  it('is not made of tables beyond the bounds: such a table has documents for one request only', () => {
    const start = Array.from({ length: 25 }, (_, index) => `{p${index}}`).join('/');
    const noneFor = (keys: readonly string[]) => {
      const compiler = createPolicyCompiler({ routes: parse(keys) });
      const granted = { routes: keys.map((_, index) => index > 0), undeclared: false };
      const { kind } = compiler.compile(granted, arnOf('GET/'), { routing: 'rest', asked: [] });
      return [kind === 'none', compiler.analysis.warning?.includes('too large to compile') ?? false];
    };
    expect(noneFor([`GET /${start}/a`, 'GET /b'])).to.deep.equal([false, false]);
    expect(noneFor([`GET /${start}/a/b`, 'GET /b'])).to.deep.equal([true, true]);
    // Each parameter doubles the places where a path may be.
    const intertwined = Array.from({ length: 16 }, (_, at) => {
      const segments = Array.from({ length: 16 }, (_, index) => (index === at ? 'a' : `{p${index}}`));
      return `GET /${segments.join('/')}/${at}`;
    });
    expect(noneFor(intertwined)).to.deep.equal([true, true]);
  });

  it('separates conflicts in the warning, and counts none beyond five', () => {
    const { warning } = analyse([0, 1, 2, 3, 4].flatMap((at) => under(`r${at}`)));
    expect(warning?.split(' cannot be denied ')).to.have.lengthOf(6);
    expect(warning).to.match(/\/labels'; 'GET \/r4\/\{id\}\/labels' cannot be denied/);
    expect(warning).to.match(/'GET \/r4\/\{id\}\/issues\/\{number\}\/labels'\. Such callers get/);
  });

  it('says that a table is too deep, or that it takes too many steps to look at all of it', () => {
    const intertwined = analyse(tenants('GET', 40), { undeclaredRequirement: false });
    const tooLarge = [
      [analyse([DEEP]), 'too large to compile'],
      [intertwined, 'too intertwined'],
    ] as const;
    for (const [analysis, what] of tooLarge) {
      expect(analysis).to.deep.include({ exact: false, conflicts: [] });
      expect(analysis.warning).to.contain(what);
    }
  });

  it('looks for the first conflict as long as it takes, and for others not much longer', () => {
    const late = analyse([...tenants('GET', 80), ...under('repos', 'PUT')]);
    expect(late.conflicts.map(({ denied }) => denied)).to.deep.equal(['PUT /repos/{id}/labels']);
    const both = analyse([...under('repos', 'GET'), ...tenants('POST', 80), ...under('repos', 'PUT')]);
    expect(both.conflicts.map(({ denied }) => denied)).to.deep.equal(['GET /repos/{id}/labels']);
  });

  describe('lists the parameter values that some caller is refused', () => {
    const keys = ['GET /users/{id}', 'GET /users/{id}/orders', 'GET /users/{id}/orders/{order}'];

    it('with their route, if the callers of another route lack it', () => {
      for (const undeclared of ['deny', 'absent', 'rules'] as const) {
        expect(
          denials(keys, { undeclared, requirements: ['users', 'orders', 'users'] }).reserved,
        ).to.deep.equal([{ route: keys[2], values: ['orders'] }]);
      }
    });

    it('each literal once, in alphabetical order', () => {
      const two = ['GET /a/{x}', 'GET /a/{x}/t', 'GET /a/{x}/b', 'GET /a/{x}/d/{y}'];
      const { reserved } = denials(two, { undeclared: 'absent', requirements: ['a', 'bt', 'bt', 'a'] });
      expect(reserved).to.deep.equal([{ route: 'GET /a/{x}/d/{y}', values: ['b', 't'] }]);
    });

    for (const [where, declared, route, values] of [
      [
        'also of a greedy route',
        ['GET /{p}/{rest+}', 'GET /', 'GET /a/{p}/a/{rest+}'],
        'GET /{p}/{rest+}',
        ['a'],
      ],
      ['also if they end the path', ['GET /a/', 'GET /{p}'], 'GET /{p}', ['a']],
      ['also where a greedy route begins', ['GET /{p}/{q}', 'GET /a/{rest+}'], 'GET /{p}/{q}', ['a']],
      ['also with a final slash', ['GET /{rest+}', 'GET /{p}/a/{q}'], 'GET /{p}/a/{q}', ['a']],
    ] as const) {
      it(where, () => {
        expect(denials(declared, { undeclared: 'deny' }).reserved).to.deep.equal([{ route, values }]);
      });
    }

    it('and no others', () => {
      expect(denials(keys, { requirements: ['all', 'all', 'all'] }).reserved).to.deep.equal([]);
      expect(denials(['GET /a', 'GET /a/{id}', 'POST /a']).reserved).to.deep.equal([]);
      const beside = ['GET /', 'GET /{p}/{rest+}', 'GET /a'];
      expect(denials(beside, { undeclared: 'deny' }).reserved).to.deep.equal([]);
      // A caller who lacks the second route is denied /a/a/a, which belongs to it.
      expect(denials(['GET /a/{x}', 'GET /{p}/a/a']).reserved).to.deep.equal([]);
    });
  });

  it('lists nothing of a table that is too deep to be compiled', () => {
    expect(denials([DEEP])).to.deep.equal({ reserved: [], implicit: [] });
  });

  it('lists reserved values if a caller who lacks one route is refused any', () => {
    let reserved = 0;
    const shape = { maxRoutes: 6, maxDepth: 3, literals: ['a', 'b'], methods: ['GET', 'GET', 'ANY'] };
    fc.assert(
      fc.property(cases(shape), fc.constantFrom('deny', 'absent'), ({ keys }, undeclared) => {
        const compiler = createPolicyCompiler({ routes: parse(keys), undeclared, maxBytes: 1e6 });
        const listed = denials(keys, { undeclared }).reserved.map(({ route }) => route);
        for (const lacking of keys.keys()) {
          const granted = { routes: keys.map((_, index) => index !== lacking), undeclared: false };
          for (const routing of ['rest', 'http'] as const) {
            const compiled = compiler.compile(granted, arnOf('GET/'), { routing, asked: [] });
            if (compiled.kind !== 'exact') continue;
            // The document names each route of a path, the analysis those with the parameter.
            if (compiled.reserved.length > 0) expect(listed).not.to.deep.equal([]);
            reserved += compiled.reserved.length;
          }
        }
      }),
      { numRuns: runs(200) },
    );
    expect(reserved).to.be.above(runs(10));
  });

  describe('lists the routes that some caller is denied implicitly', () => {
    it('whose patterns match what the caller may use', () => {
      const { implicit } = denials(['GET /me', 'ANY /{proxy+}', 'POST /me'], { undeclared: 'deny' });
      expect(implicit).to.deep.equal(['ANY /{proxy+}']);
    });

    it('and not those that a Deny covers', () => {
      expect(denials(['GET /orders/{id}', 'GET /users', 'ANY /admin/{proxy+}']).implicit).to.deep.equal([]);
    });
  });

  it('is a proof: a table is exact if and only if each of its grants is', function () {
    this.timeout(0);
    const shape = { maxRoutes: 6, maxDepth: 3, literals: ['a', 'b'], methods: ['GET', 'GET', 'ANY'] };
    const numRuns = runs(300, 1500);
    let exactTables = 0;
    const property = fc.property(cases(shape), ({ keys }) => {
      const compiler = createPolicyCompiler({ routes: parse(keys), undeclaredRequirement: 'x' });
      const isExact = (bits: number) => {
        const routes = keys.map((_, index) => (bits >> index) & 1);
        const grants = { routes, undeclared: bits >= 2 ** keys.length };
        return (['rest', 'http'] as const).every((routing) => {
          const compiled = compiler.compile(grants, arnOf('GET/'), { routing, asked: [] });
          return compiled.kind !== 'partial' || compiled.obstacle === null;
        });
      };
      const { exact } = compiler.analysis;
      exactTables += Number(exact);
      return exact === Array.from({ length: 2 ** (keys.length + 1) }, (_, bits) => bits).every(isExact);
    });
    fc.assert(property, { numRuns });
    expect(exactTables).to.be.above(0.07 * numRuns);
  });
});
