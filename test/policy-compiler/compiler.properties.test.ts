import fc from 'fast-check';
import { isCanonicalPath } from '../../lib/routes/request-path.ts';
import { policyReader } from '../support/policy-reader.ts';
import { runs } from '../support/property-runs.ts';
import { isRestKey } from '../support/routing-cases.ts';
import { isGreedyKey } from '../support/routing-models.ts';
import { PREFIX } from './support/arns.ts';
import {
  CROWDED,
  compiledOf,
  holds,
  LARGE,
  MODES,
  NESTED,
  ONE_METHOD,
  ROUTINGS,
  Tally,
} from './support/compiled.ts';
import { cases, type Shape } from './support/tables.ts';

/** Shares of the granted requests that may be denied. */
interface Bounds {
  readonly leftOut: number;
  readonly reserved: number;
}

interface Plan {
  readonly tables: number;
  readonly requests: number;
  readonly bounds: Bounds;
  readonly maxBytes?: number;
}

function check(shape: Shape, { tables, requests, bounds, maxBytes }: Plan): void {
  const tally = new Tally();
  const property = fc.property(
    cases(shape),
    fc.constantFrom(...ROUTINGS),
    fc.constantFrom(...MODES),
    (one, routing, mode) =>
      holds(
        { one, routing, mode, ...(maxBytes === undefined ? {} : { maxBytes }) },
        { literals: shape.literals, requests },
        tally,
      ),
  );
  fc.assert(property, { numRuns: tables });
  const { granted, leftOut, reserved, wrong } = tally;
  const isTooMany = (count: number, share: number) => count > 50 + share * granted;
  if (wrong > 0 || isTooMany(leftOut, bounds.leftOut) || isTooMany(reserved, bounds.reserved))
    throw new Error(`too many granted requests are denied: ${tally}`);
}

const TABLES = {
  nested: runs(3000, 30_000),
  oneMethod: runs(3000, 22_000),
  crowded: runs(800, 7900),
  large: runs(10, 100),
};
const ALL_TABLES = Object.values(TABLES).reduce((sum, count) => sum + count, 0);

describe(`a compiled policy, on ${ALL_TABLES.toLocaleString('en')} random tables`, function () {
  this.timeout(0);

  it('allows what is granted and nothing else: few routes, nested in each other', () =>
    check(NESTED, { tables: TABLES.nested, requests: 16, bounds: { leftOut: 0.07, reserved: 0.004 } }));

  it('allows what is granted and nothing else: one method, few literals, deep', () =>
    check(ONE_METHOD, { tables: TABLES.oneMethod, requests: 16, bounds: { leftOut: 0.11, reserved: 0.02 } }));

  it('allows what is granted and nothing else: many routes on few literals', () =>
    check(CROWDED, { tables: TABLES.crowded, requests: 30, bounds: { leftOut: 0.14, reserved: 0.02 } }));

  it('allows what is granted and nothing else: up to 300 routes', () =>
    check(LARGE, { tables: TABLES.large, requests: 300, bounds: { leftOut: 0.1, reserved: 0.005 } }));

  it('allows what is granted and nothing else if it must leave out routes for their size', () =>
    check(CROWDED, {
      tables: runs(300, 2000),
      requests: 16,
      bounds: { leftOut: 0.14, reserved: 0.02 },
      maxBytes: 3200,
    }));

  it('is exact for each single route that is not greedy', () => {
    const tally = new Tally();
    const property = fc.property(
      cases(CROWDED),
      fc.constantFrom(...ROUTINGS),
      fc.constantFrom(...MODES),
      (all, routing, mode) => {
        for (const [index, key] of all.keys.entries()) {
          if (isGreedyKey(key) || (routing === 'rest' && !isRestKey(key))) continue;
          const one = { ...all, granted: all.keys.map((_, other) => other === index), undeclared: false };
          if (compiledOf({ one, routing, mode })?.policy.kind !== 'exact')
            throw new Error(`not exact: ${key}`);
          holds({ one, routing, mode }, { literals: CROWDED.literals, requests: 10 }, tally);
        }
      },
    );
    fc.assert(property, { numRuns: runs(100, 500) });
    if (tally.leftOut > 0 || tally.reserved > 0.01 * tally.granted) throw new Error(`denied: ${tally}`);
  });

  it('is exact for routes of one depth below literals if undeclared paths are granted', () => {
    const flat = cases({ ...NESTED, maxRoutes: 8 }).map((one) => {
      const kept = one.keys.map((key) => /^[A-Z]+ \/[^{/]+\/[^/]+$/.test(key) && !isGreedyKey(key));
      const keep = <Item>(list: readonly Item[]) => list.filter((_, index) => kept[index]);
      return { ...one, keys: keep(one.keys), granted: keep(one.granted), undeclared: true };
    });
    const tally = new Tally();
    const property = fc.property(flat, fc.constantFrom(...ROUTINGS), (one, routing) => {
      const task = { one, routing, mode: 'rules' } as const;
      holds(task, { literals: NESTED.literals, requests: 10 }, tally);
      return one.keys.length === 0 || compiledOf(task)?.policy.kind === 'exact';
    });
    fc.assert(property, { numRuns: runs(500, 3000) });
    if (tally.granted === 0 || tally.reserved + tally.leftOut > 0) throw new Error(`denied: ${tally}`);
  });

  it('allows no path that is refused as ambiguous when it is judged', () => {
    const decoys = '/ // /. /.. /; ;x %2e %2F %3B %252e %25 %0a %1F %7f %23'.split(' ');
    const overlong = '%c0%ae %C1%A1 %e0%80%af %E0%81%81 %f0%80%80%af %F8%80%80%80%AF %fc%80'.split(' ');
    const piece = fc.constantFrom('/a', '/b', 'c', ...decoys, ...overlong);
    const path = fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => `/${pieces.join('')}`);
    const paths = fc.array(path, { minLength: 20, maxLength: 20 });
    let refused = 0;
    const property = fc.property(
      cases(NESTED),
      paths,
      fc.constantFrom(...ROUTINGS),
      (one, texts, routing) => {
        const compiled = compiledOf({ one, routing, mode: 'rules' });
        if (compiled === null) return;
        const allows = policyReader(compiled.policy.document);
        for (const ambiguous of texts.filter((text) => !isCanonicalPath(text))) {
          refused += 1;
          if (allows(`${PREFIX}GET${ambiguous}`)) throw new Error(`allows ${ambiguous}`);
        }
      },
    );
    fc.assert(property, { numRuns: runs(500, 2000) });
    if (refused < runs(500, 2000)) throw new Error(`only ${refused} ambiguous paths`);
  });

  it('allows no method that routes cannot name, where some are closed', () => {
    const methods = fc.constantFrom('TRACE', 'CONNECT', 'QUERY', 'PROPFIND');
    const property = fc.property(
      cases(NESTED),
      methods,
      fc.constantFrom(...ROUTINGS),
      (one, method, routing) => {
        const compiled = compiledOf({ one, routing, mode: 'rules' });
        fc.pre(compiled?.keys.some((key) => key !== '$default' && !compiled.mayUse(key)) === true);
        if (compiled === null) return;
        const allows = policyReader(compiled.policy.document);
        if (allows(`${PREFIX}${method}/a/b`)) throw new Error(`allows ${method}`);
      },
    );
    fc.assert(property, { numRuns: runs(500, 2000) });
  });
});
