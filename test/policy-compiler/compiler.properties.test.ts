import fc from 'fast-check';
import type { Routing } from '../../lib/gateways/routing.ts';
import type { CoveringPolicy } from '../../lib/policy-compiler/compiled-policy.ts';
import { createPolicyCompiler } from '../../lib/policy-compiler/compiler.ts';
import { isCanonicalPath } from '../../lib/routes/request-path.ts';
import { Counts } from '../support/counts.ts';
import { policyReader } from '../support/policy-reader.ts';
import { runs } from '../support/property-runs.ts';
import { isRestKey } from '../support/routing-cases.ts';
import { isGreedyKey, requiredKeys, spellsLiteral } from '../support/routing-models.ts';
import { arnOf, PREFIX } from './support/arns.ts';
import { type Case, cases, parse, randomFrom, type Shape, somePath } from './support/tables.ts';

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

const ROUTINGS: readonly Routing[] = ['rest', 'http'];
const MODES = ['deny', 'absent', 'rules'] as const;
type Mode = (typeof MODES)[number];

/** One table, one caller, and the document for them. */
interface Compiled {
  readonly one: Case;
  readonly routing: Routing;
  readonly mode: Mode;
  readonly maxBytes?: number;
}

/** What a run met: requests, and among those whose routes are all granted the denied ones, by why they are. */
class Tally extends Counts {
  documents = 0;
  requests = 0;
  granted = 0;
  leftOut = 0;
  reserved = 0;
  /** Denied though neither of the two. */
  wrong = 0;
}

/** Compiles the case; `null` if it has no route that such an API can have, or no document. */
function compiledOf({ one, routing, mode, maxBytes = 100_000 }: Compiled) {
  const has = (key: string) => routing === 'http' || isRestKey(key);
  const keys = one.keys.filter(has);
  const granted = one.granted.filter((_, index) => has(one.keys[index] as string));
  if (keys.length === 0) return null;
  const routes = parse(keys);
  const compiler = createPolicyCompiler({ routes, undeclared: mode, maxBytes });
  const asked = granted.indexOf(true);
  const policy = compiler.compile({ routes: granted, undeclared: one.undeclared }, arnOf('GET/'), {
    routing,
    asked: asked === -1 ? [] : [asked],
  });
  const mayUse = (key: string | null) =>
    key === null ? mode === 'rules' && one.undeclared : granted[keys.indexOf(key)] === true;
  return policy.kind === 'none' ? null : { policy, keys, routes, mayUse, asked: keys[asked] };
}

/** Holds the document against models of API Gateway's routing, for many requests. */
function holds(task: Compiled, { literals, requests }: Requests, tally: Tally): void {
  const compiled = compiledOf(task);
  if (compiled === null) return;
  const { policy, keys, routes, mayUse, asked } = compiled;
  const { routing, mode, one } = task;
  const api = routing === 'rest' ? 'REST' : 'HTTP';
  const leftOut = new Set(policy.leftOut.map((index) => keys[index] as string));
  const fail = (what: string): never => {
    const context = `${routing} ${mode} ${JSON.stringify({ keys, granted: keys.filter(mayUse), leftOut: [...leftOut] })}`;
    throw new Error(`${what}: ${context}: ${JSON.stringify(policy.document)}`);
  };
  const isLimited = task.maxBytes !== undefined;
  if (asked !== undefined && !isGreedyKey(asked) && !isLimited && leftOut.has(asked))
    fail(`leaves out ${asked}`);
  const allows = policyReader(policy.document);
  const random = randomFrom(one.seed);
  tally.documents += 1;
  for (let count = 0; count < requests; count++) {
    const { verb, path } = somePath(routes, literals, random);
    const required = [...requiredKeys(api, keys, verb, path)];
    const isAllowed = allows(`${PREFIX}${verb}${path}`);
    tally.requests += 1;
    // Nothing serves such a path.
    if (mode === 'absent' && required.includes(null)) continue;
    if (!required.every(mayUse)) {
      if (isAllowed) fail(`allows ${verb} ${path}`);
      continue;
    }
    // Granted, but undeclared: it may be lost to a Deny where that cannot be helped.
    if (required.some((key) => key === null || key === '$default')) continue;
    tally.granted += 1;
    if (isAllowed) continue;
    const denied = required as readonly string[];
    if (denied.some((key) => leftOut.has(key))) tally.leftOut += 1;
    else if (isReserved(policy, keys, denied, path)) tally.reserved += 1;
    else if (policy.kind === 'exact') fail(`denies ${verb} ${path}`);
    else tally.wrong += 1;
  }
}

/** Whether the policy says that it refuses such paths of the route, and a parameter does spell a literal. */
function isReserved(
  { reserved }: CoveringPolicy,
  keys: readonly string[],
  denied: readonly string[],
  path: string,
): boolean {
  return (
    denied.some((key) => reserved.includes(keys.indexOf(key))) &&
    denied.some((key) => spellsLiteral(keys, key, path))
  );
}

interface Requests {
  readonly literals: readonly string[];
  /** For each table. */
  readonly requests: number;
}

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
  nested: runs(3000, 52_000),
  oneMethod: runs(3000, 40_000),
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
