import { expect } from 'chai';
import fc from 'fast-check';
import { evaluatePolicy } from '../../lib/iam/evaluate.ts';
import { createPolicyCompiler } from '../../lib/policy-compiler/compiler.ts';
import { isCanonicalPath } from '../../lib/routes/request-path.ts';
import { arnOf, expected, PREFIX } from './support/expected.ts';
import { type Case, cases, parse, randomFrom, type Shape, somePath } from './support/tables.ts';

/** `PROPERTY_RUNS=20` runs twenty times as many tables, for a long run by hand; 0.1 a tenth. */
const TIMES = Number(process.env['PROPERTY_RUNS'] ?? 1);

const ODD_LITERALS = ['a', 'b', 'c', 'a.b', '(.+)', '$x', 'GET', '+', 'prod'];
const NESTED: Shape = {
  maxRoutes: 5,
  maxDepth: 3,
  literals: ODD_LITERALS,
  methods: ['GET', 'GET', 'POST', 'ANY', 'PUT'],
};
const ONE_METHOD: Shape = { ...NESTED, maxRoutes: 4, maxDepth: 4, literals: ['a', 'b'], methods: ['GET'] };
const CROWDED: Shape = { ...NESTED, maxRoutes: 16, maxDepth: 4, literals: ['a', 'b', 'c'] };
const LARGE: Shape = {
  maxRoutes: 300,
  maxDepth: 6,
  literals: Array.from({ length: 40 }, (_, index) => `resource-${index}`),
  methods: ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'ANY'],
};

/** Compiles the case and holds the policy, if there is one, against the direct judgement of many requests. */
function holds(
  { keys, granted, undeclared, seed }: Case,
  literals: readonly string[],
  requests: number,
): boolean {
  const routes = parse(keys);
  const grants = { routes: granted, undeclared };
  const document = createPolicyCompiler({ routes }).compile(grants, arnOf('GET/'));
  if (document === null) return false;
  const random = randomFrom(seed);
  for (let count = 0; count < requests; count++) {
    const { verb, path } = somePath(routes, literals, random);
    const verdict = evaluatePolicy(document, { resource: `${PREFIX}${verb}${path}` });
    const want = expected(routes, grants, verb, path);
    if (want !== 'either' && (want === 'allow') !== (verdict === 'allow')) {
      throw new Error(
        `${verb} ${path} must be ${want}, the policy says ${verdict}: ${JSON.stringify(document)}`,
      );
    }
  }
  return true;
}

function check(shape: Shape, numRuns: number, requests: number): void {
  fc.assert(
    fc.property(cases(shape), (one) => {
      holds(one, shape.literals, requests);
    }),
    { numRuns: Math.ceil(numRuns * TIMES) },
  );
}

describe('a compiled policy, on 100,000 random tables', function () {
  this.timeout(0);

  it('allows exactly what is granted: few routes, nested in each other', () => {
    check(NESTED, 52_000, 16);
  });

  it('allows exactly what is granted: one method, few literals, deep', () => {
    check(ONE_METHOD, 40_000, 16);
  });

  it('allows exactly what is granted: many routes on few literals', () => {
    check(CROWDED, 7_900, 30);
  });

  it('allows exactly what is granted: up to 300 routes', () => {
    check(LARGE, 100, 300);
  });

  it('exists for each single route that is not greedy, and is right', () => {
    fc.assert(
      fc.property(cases(CROWDED), (one) => {
        for (const [index, key] of one.keys.entries()) {
          if (key.includes('+}') || key === '$default') continue;
          const granted = one.keys.map((_, other) => other === index);
          if (!holds({ ...one, granted, undeclared: false }, CROWDED.literals, 10)) {
            throw new Error(`no policy for ${key}`);
          }
        }
      }),
      { numRuns: Math.ceil(500 * TIMES) },
    );
  });

  it('allows no path that is refused as ambiguous when it is judged', () => {
    const decoys = [
      '/',
      '//',
      '/.',
      '/..',
      '/;',
      ';x',
      '%2e',
      '%2F',
      '%3B',
      '%252e',
      '%25',
      '%0a',
      '%1F',
      '%7f',
      '%23',
    ];
    const overlong = [
      '%c0%ae',
      '%C1%A1',
      '%e0%80%af',
      '%E0%81%81',
      '%f0%80%80%af',
      '%F8%80%80%80%AF',
      '%fc%80',
    ];
    const piece = fc.constantFrom('/a', '/b', 'c', ...decoys, ...overlong);
    const path = fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => `/${pieces.join('')}`);
    fc.assert(
      fc.property(cases(NESTED), fc.array(path, { minLength: 20, maxLength: 20 }), (one, paths) => {
        const compiler = createPolicyCompiler({ routes: parse(one.keys) });
        const document = compiler.compile({ routes: one.granted, undeclared: one.undeclared }, arnOf('GET/'));
        if (document === null) return;
        for (const ambiguous of paths.filter((text) => !isCanonicalPath(text))) {
          const verdict = evaluatePolicy(document, { resource: `${PREFIX}GET${ambiguous}` });
          if (verdict === 'allow') throw new Error(`allows ${ambiguous}: ${JSON.stringify(document)}`);
        }
      }),
      { numRuns: Math.ceil(2000 * TIMES) },
    );
  });

  it('allows no method that routes cannot name, where some are closed', () => {
    fc.assert(
      fc.property(cases(NESTED), fc.constantFrom('TRACE', 'CONNECT', 'QUERY', 'PROPFIND'), (one, method) => {
        fc.pre(one.keys.some((key, index) => key !== '$default' && one.granted[index] === false));
        const compiler = createPolicyCompiler({ routes: parse(one.keys) });
        const document = compiler.compile({ routes: one.granted, undeclared: one.undeclared }, arnOf('GET/'));
        const resource = `${PREFIX}${method}/a/b`;
        if (document === null) return;
        expect(evaluatePolicy(document, { resource })).not.to.equal('allow');
      }),
      { numRuns: Math.ceil(2000 * TIMES) },
    );
  });

  it('exists for routes of one depth below literals, when undeclared paths are granted', () => {
    const flat = cases({ ...NESTED, maxRoutes: 8 }).map((one) => {
      const kept = one.keys.map((key) => /^[A-Z]+ \/[^{/]+\/[^/]+$/.test(key) && !key.includes('+}'));
      const keep = <Item>(list: readonly Item[]) => list.filter((_, index) => kept[index]);
      return { ...one, keys: keep(one.keys), granted: keep(one.granted), undeclared: true };
    });
    fc.assert(
      fc.property(flat, ({ keys, granted, undeclared }) => {
        const compiler = createPolicyCompiler({ routes: parse(keys) });
        return compiler.compile({ routes: granted, undeclared }, arnOf('GET/')) !== null;
      }),
      { numRuns: Math.ceil(3000 * TIMES) },
    );
  });
});
