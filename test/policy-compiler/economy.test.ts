import { expect } from 'chai';
import { evaluatePolicy } from '../../lib/iam/evaluate.ts';
import { compileGrant } from '../../lib/policy-compiler/compile-grant.ts';
import { hardestGrants } from '../../lib/policy-compiler/policy-table.ts';
import { findObstacle } from '../../lib/policy-compiler/settle.ts';
import type { StepBudget } from '../../lib/policy-compiler/step-budget.ts';
import { tableSource } from '../../lib/policy-compiler/table.ts';
import { arnOf, PREFIX } from './support/arns.ts';
import { MODES, ROUTINGS } from './support/compiled.ts';
import { parse, randomFrom, somePath } from './support/tables.ts';

const ARN = arnOf('GET/');

interface Plan {
  readonly tables: number;
  readonly routes: number;
  readonly depth: number;
  readonly literals: number;
  readonly methods: readonly string[];
  readonly maxBytes: number;
}

/** The same table for the same seed, whatever library draws the random tables elsewhere. */
function tableOf({ routes, depth, literals, methods }: Plan, seed: number) {
  const random = randomFrom(seed * 7919);
  const segmentAt = (at: number) => (random(8) < 3 ? `{p${at}}` : `part-${random(literals)}`);
  const keys = new Set<string>();
  for (let count = 0; count < routes; count++) {
    const segments = Array.from({ length: random(depth + 1) }, (_, at) => segmentAt(at));
    const end = random(9) === 0 ? '/{rest+}' : '';
    keys.add(
      `${methods[random(methods.length)]} /${segments.join('/')}${segments.length === 0 ? end.slice(1) : end}`,
    );
  }
  const all = [...keys];
  return { keys: all, granted: all.map(() => random(5) < 3), random };
}

class Counter implements StepBudget {
  steps = 0;

  take(count: number): void {
    this.steps += count;
  }
}

/** What the documents of a plan's tables come to, for each way of routing and each kind of undeclared paths. */
function economyOf(plan: Plan) {
  const sums = { bytes: 0, leftOut: 0, reserved: 0, none: 0, explicit: 0 };
  const budget = new Counter();
  for (let seed = 0; seed < plan.tables; seed++) {
    const { keys, granted, random } = tableOf(plan, seed);
    const routes = parse(keys);
    const requests = Array.from({ length: 6 }, () => somePath(routes, ['part-0', 'part-1'], random));
    const weights = (route: number) => 1 - route / (2 * routes.length);
    const isWhole = seed % 3 !== 2;
    for (const { table, undeclared } of variantsOf(keys)) {
      const parts = {
        routes: granted,
        undeclared,
        mayUseUndeclared: seed % 2 === 0,
        leftOut: new Set<number>(),
      };
      const found = compileGrant(
        { table, granted: parts, weights, arn: ARN, maxBytes: plan.maxBytes, isWhole },
        budget,
      );
      sums.none += Number(found === null);
      if (found === null) continue;
      sums.bytes += found.bytes;
      sums.leftOut += found.leftOut.length;
      sums.reserved += found.reserved.length;
      for (const { verb, path } of requests) {
        const verdict = evaluatePolicy(found.document, { resource: `${PREFIX}${verb}${path}` });
        sums.explicit += Number(verdict === 'explicit-deny');
      }
    }
  }
  return { ...sums, steps: budget.steps };
}

function variantsOf(keys: readonly string[]) {
  const tables = tableSource(parse(keys));
  return ROUTINGS.flatMap((routing) => {
    const table = tables(routing);
    if (table === null) throw new Error('the table is too large');
    return MODES.map((undeclared) => ({ table, undeclared }));
  });
}

/** What it takes to analyse a plan's tables, and the grants without an exact document that are found. */
function analysisOf(plan: Plan) {
  const budget = new Counter();
  let obstacles = 0;
  for (let seed = 0; seed < plan.tables; seed++) {
    const { keys } = tableOf(plan, seed);
    const requirements = keys.map((_, route) => (route % 5 === 4 ? `route ${route - 4}` : `route ${route}`));
    for (const { table, undeclared } of variantsOf(keys)) {
      const policyTable = { routes: table.routes, requirements, undeclared, undeclaredRequirement: 'rest' };
      for (const { granted, labels } of hardestGrants(table, policyTable)) {
        obstacles += Number(findObstacle(table, granted, labels, budget) !== null);
      }
    }
  }
  return { obstacles, steps: budget.steps };
}

const FEW: Plan = {
  tables: 20,
  routes: 7,
  depth: 3,
  literals: 3,
  methods: ['GET', 'GET', 'POST', 'ANY', 'PUT'],
  maxBytes: 100_000,
};
const MANY: Plan = { ...FEW, tables: 4, routes: 16, depth: 4 };
const TIGHT: Plan = { ...MANY, maxBytes: 3200 };
const ALL_VERBS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'ANY'];
const WIDE: Plan = { ...MANY, tables: 1, routes: 36, literals: 9, methods: ALL_VERBS, maxBytes: 4500 };
const SCANT: Plan = { ...WIDE, maxBytes: 2200 };

/** Sums over all documents: at most so many of each, at least so many explicit denials, exactly so many steps. */
const DOCUMENTS = [
  ['few routes', FEW, { bytes: 363_573, leftOut: 47, reserved: 3, none: 0, explicit: 233, steps: 33_735 }],
  ['many routes', MANY, { bytes: 107_460, leftOut: 48, reserved: 22, none: 0, explicit: 31, steps: 109_941 }],
  ['little room', TIGHT, { bytes: 67_976, leftOut: 92, reserved: 12, none: 0, explicit: 5, steps: 244_128 }],
  ['many verbs', WIDE, { bytes: 26_173, leftOut: 22, reserved: 6, none: 0, explicit: 0, steps: 36_010 }],
  ['next to no room', SCANT, { bytes: 8560, leftOut: 79, reserved: 3, none: 2, explicit: 0, steps: 41_045 }],
] as const;

const ANALYSES = [
  ['few routes', FEW, { obstacles: 320, steps: 63_548 }],
  ['many routes', MANY, { obstacles: 274, steps: 241_948 }],
  ['many verbs', WIDE, { obstacles: 124, steps: 180_982 }],
] as const;

// A grant whose steps run out gets a smaller document, so the number of steps is part of what callers get. It is the
// same on every machine; if the work changes on purpose, so do the numbers here.
describe('the economy of documents', () => {
  for (const [name, plan, expected] of DOCUMENTS) {
    it(`stays: documents are as small and allow as much as they did, in as many steps (${name})`, () => {
      const found = economyOf(plan);
      for (const most of ['bytes', 'leftOut', 'reserved', 'none'] as const) {
        expect(found[most], most).to.be.at.most(expected[most]);
      }
      expect(found.explicit, 'explicit denials').to.be.at.least(expected.explicit);
      expect(found.steps, 'steps').to.equal(expected.steps);
    });
  }

  for (const [name, plan, expected] of ANALYSES) {
    it(`stays: the analysis finds the same obstacles in as many steps (${name})`, () => {
      expect(analysisOf(plan)).to.deep.equal(expected);
    });
  }
});
