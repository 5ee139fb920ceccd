import fc from 'fast-check';
import type { Routing } from '../../lib/gateways/routing.ts';
import { evaluatePolicy } from '../../lib/iam/evaluate.ts';
import { createPolicyCompiler, type PolicyCompiler } from '../../lib/policy-compiler/compiler.ts';
import { isCanonicalPath } from '../../lib/routes/request-path.ts';
import { createRouteTable } from '../../lib/routes/route-table.ts';
import { ROUTING_MODELS } from '../support/routing-models.ts';
import { arnOf, PREFIX } from './support/expected.ts';
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

const ROUTINGS: readonly Routing[] = ['rest', 'http'];
const MODES = ['deny', 'absent', 'rules'] as const;
type Mode = (typeof MODES)[number];

/** How many requests were wrongly denied: granted, on routes that are not left out. */
interface Tally {
  requests: number;
  wronglyDenied: number;
}

interface Checked {
  readonly one: Case;
  readonly routing: Routing;
  readonly mode: Mode;
  readonly maxBytes: number;
}

/** Compiles the case and holds the policy against models of API Gateway's routing, for many requests. */
function holds({ one, routing, mode, maxBytes }: Checked, literals: readonly string[], tally: Tally): void {
  const { keys, granted, undeclared, seed } = one;
  const routes = parse(keys);
  const grants = { routes: granted, undeclared };
  const compiler = createPolicyCompiler({ routes, undeclared: mode, maxBytes });
  const asked = granted.indexOf(true);
  const request = { routing, asked: asked === -1 ? [] : [asked] };
  const compiled = compiler.compile(grants, arnOf('GET/'), request);
  if (compiled.kind === 'none') return;
  const models = ROUTING_MODELS.filter(({ api }) => api.toLowerCase() === routing);
  const mayUse = (key: string | null) =>
    key === null
      ? mode === 'absent' || (mode === 'rules' && undeclared)
      : granted[keys.indexOf(key)] === true;
  const table = createRouteTable(routes);
  // Such a route is none that an API can have.
  const hasSlashKeys = keys.some((key) => key.endsWith('/') && !key.endsWith(' /'));
  const random = randomFrom(seed);
  for (let count = 0; count < 16; count++) {
    const { verb, path } = somePath(routes, literals, random);
    const arn = arnOf(`${verb}${path}`);
    const verdict = evaluatePolicy(compiled.document, { resource: arn.text });
    tally.requests += 1;
    const keysOfPath = models.map((model) => model.routeOf(keys, verb, path) ?? defaultOf(keys));
    const resolved = table.resolve(verb, path, routing);
    const mayUseRest = mayUse(defaultOf(keys));
    const mayUseAll =
      resolved.routes.every((route) => granted[route]) && (!resolved.undeclared || mayUseRest);
    const isFree = resolved.undeclared && mode === 'absent' && defaultOf(keys) === null;
    const context = `${routing} ${mode}: ${verb} ${path} of ${JSON.stringify(keys)} granted ${JSON.stringify(granted)}`;
    if (verdict === 'allow') {
      if ((mayUseAll || isFree) && (hasSlashKeys || keysOfPath.every(mayUse))) continue;
      throw new Error(`allowed: ${context}: ${JSON.stringify(compiled.document)}`);
    }
    const isGranted = resolved.routes.every((route) => granted[route] === true) && !resolved.undeclared;
    const reason = compiler.verdictOn(compiled, grants, arn, routing);
    if (!isGranted || resolved.routes.some((route) => compiled.leftOut.includes(route))) continue;
    if (reason === 'reserved' && resolved.routes.some((route) => compiled.reserved.includes(route))) continue;
    tally.wronglyDenied += 1;
    if (compiled.kind === 'exact') {
      throw new Error(`denied (${reason}): ${context}: ${JSON.stringify(compiled.document)}`);
    }
  }
}

function defaultOf(keys: readonly string[]): string | null {
  return keys.includes('$default') ? '$default' : null;
}

function check(shape: Shape, numRuns: number, maxBytes = 100_000): void {
  const tally: Tally = { requests: 0, wronglyDenied: 0 };
  fc.assert(
    fc.property(
      cases(shape),
      fc.constantFrom(...ROUTINGS),
      fc.constantFrom(...MODES),
      (one, routing, mode) => {
        holds({ one, routing, mode, maxBytes }, shape.literals, tally);
      },
    ),
    { numRuns: Math.ceil(numRuns * TIMES) },
  );
  if (tally.wronglyDenied > 0.001 * tally.requests) {
    throw new Error(`${tally.wronglyDenied} of ${tally.requests} requests are wrongly denied`);
  }
}

describe('a compiled policy, on random tables', function () {
  this.timeout(0);

  it('allows nothing that is not granted: few routes, nested in each other', () => check(NESTED, 3000));

  it('allows nothing that is not granted: one method, few literals, deep', () => check(ONE_METHOD, 3000));

  it('allows nothing that is not granted: many routes on few literals', () => check(CROWDED, 800));

  it('allows nothing that is not granted: up to 300 routes', () => check(LARGE, 10));

  it('allows nothing that is not granted if it must leave out routes for their size', () =>
    check(CROWDED, 300, 3200));

  it('allows no path that is refused as ambiguous when it is judged', () => {
    const decoys = '/ // /. /.. /; ;x %2e %2F %3B %252e %25 %0a %1F %7f %23'.split(' ');
    const overlong = '%c0%ae %C1%A1 %e0%80%af %E0%81%81 %f0%80%80%af %F8%80%80%80%AF %fc%80'.split(' ');
    const piece = fc.constantFrom('/a', '/b', 'c', ...decoys, ...overlong);
    const path = fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => `/${pieces.join('')}`);
    fc.assert(
      fc.property(cases(NESTED), fc.array(path, { minLength: 20, maxLength: 20 }), (one, paths) => {
        const document = compileCase(one);
        if (document === null) return;
        for (const ambiguous of paths.filter((text) => !isCanonicalPath(text))) {
          const verdict = evaluatePolicy(document, { resource: `${PREFIX}GET${ambiguous}` });
          if (verdict === 'allow') throw new Error(`allows ${ambiguous}: ${JSON.stringify(document)}`);
        }
      }),
      { numRuns: Math.ceil(500 * TIMES) },
    );
  });

  it('allows no method that routes cannot name, where some are closed', () => {
    fc.assert(
      fc.property(cases(NESTED), fc.constantFrom('TRACE', 'CONNECT', 'QUERY', 'PROPFIND'), (one, method) => {
        fc.pre(one.keys.some((key, index) => key !== '$default' && one.granted[index] === false));
        const document = compileCase(one);
        if (document === null) return;
        const verdict = evaluatePolicy(document, { resource: `${PREFIX}${method}/a/b` });
        if (verdict === 'allow') throw new Error(`allows ${method}: ${JSON.stringify(document)}`);
      }),
      { numRuns: Math.ceil(500 * TIMES) },
    );
  });
});

function compileCase({ keys, granted, undeclared }: Case) {
  const compiler: PolicyCompiler = createPolicyCompiler({ routes: parse(keys) });
  const request = { routing: 'http' as Routing, asked: [] };
  return compiler.compile({ routes: granted, undeclared }, arnOf('GET/'), request).document;
}
