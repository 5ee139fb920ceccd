import { expect } from 'chai';
import fc from 'fast-check';
import type { Routing } from '../../lib/gateways/routing.ts';
import { createCallerCompiler } from '../../lib/policy-compiler/caller-compiler.ts';
import type { Binding } from '../../lib/policy-compiler/own-text.ts';
import { OWN } from '../../lib/rules/kinds/organization-match.ts';
import type { AccessTokenClaims } from '../../lib/token/verified-token.ts';
import { policyReader } from '../support/policy-reader.ts';
import { runs } from '../support/property-runs.ts';
import { isRestKey } from '../support/routing-cases.ts';
import { requiredKeys } from '../support/routing-models.ts';
import { arnOf, PREFIX } from './support/arns.ts';
import { isReserved, MODES, type Mode, Tally } from './support/compiled.ts';
import { type Case, cases, parse, randomFrom, type Shape, somePath } from './support/tables.ts';

const SHAPE: Shape = {
  maxRoutes: 6,
  maxDepth: 4,
  literals: ['a', 'b', 'org', 'org_b'],
  methods: ['GET', 'GET', 'POST', 'ANY'],
};
const USUAL = 'org_fYa2nP9Xp9t6dXqW';
/** Also texts that are literals of the table, begin like them, are too long, are verbs, or are not plain. */
const IDS = [
  USUAL,
  USUAL,
  'org_x',
  'a',
  'ab',
  'org_b',
  'org_bc',
  'GET',
  `org_${'l'.repeat(30)}`,
  'org_*',
  undefined,
];
const NAMES = [
  'acme',
  'acme',
  'Acme-2',
  'b',
  'b-c',
  'or',
  'org_x',
  'org_xy',
  'n'.repeat(60),
  'a b',
  undefined,
];

type By = keyof typeof OWN;

interface Caller {
  readonly org_id: string | undefined;
  readonly org_name: string | undefined;
}

/** One table, some of whose parameters must be texts of the caller. */
interface Bound {
  readonly table: Case;
  readonly routing: Routing;
  readonly mode: Mode;
  readonly caller: Caller;
  /** By index of the key: which of its parameters is bound, if it has so many, and to what. */
  readonly wishes: readonly { readonly parameter: number; readonly by: By }[];
}

const bounds: fc.Arbitrary<Bound> = fc.record({
  table: cases(SHAPE),
  routing: fc.constantFrom('rest', 'http'),
  mode: fc.constantFrom(...MODES),
  caller: fc.record({ org_id: fc.constantFrom(...IDS), org_name: fc.constantFrom(...NAMES) }),
  wishes: fc.array(
    fc.record({ parameter: fc.constantFrom(-1, 0, 0, 1), by: fc.constantFrom('id', 'id', 'name') }),
    {
      minLength: SHAPE.maxRoutes,
      maxLength: SHAPE.maxRoutes,
    },
  ),
});

class BoundTally extends Tally {
  own = 0;
  /** Callers without a document: their texts are not like their placeholders. */
  unusual = 0;
}

/** What the model knows of a route. */
interface Row {
  readonly key: string;
  readonly isGranted: boolean;
  readonly by: By;
  /** Index of the bound segment; `null` if none is. */
  readonly segment: number | null;
}

function rowsOf({ table, routing, wishes }: Bound): readonly Row[] {
  return table.keys.flatMap((key, index) => {
    if (routing === 'rest' && !isRestKey(key)) return [];
    const { parameter, by } = wishes[index] as Bound['wishes'][number];
    const texts = key.split('/').slice(1);
    const parameters = [...texts.keys()].filter((at) => /^\{\w+\}$/.test(texts[at] as string));
    return [{ key, isGranted: table.granted[index] === true, by, segment: parameters[parameter] ?? null }];
  });
}

/** Texts as the rule reads them. */
function textOf({ org_id, org_name }: Caller, by: By): string | undefined {
  const text = by === 'id' ? org_id : org_name?.toLowerCase();
  return text !== undefined && /^[-.\w~]+$/.test(text) ? text : undefined;
}

function compiledOf(bound: Bound, rows: readonly Row[]) {
  const { table, routing, mode, caller } = bound;
  const bindings = rows.map(({ segment, by }): readonly Binding[] =>
    segment === null ? [] : [{ segment, own: OWN[by] }],
  );
  const routes = parse(rows.map(({ key }) => key));
  const compiler = createCallerCompiler({ routes, bindings, undeclared: mode, maxBytes: 100_000 });
  // A bound route is granted only to callers who have the text.
  const isGranted = ({ isGranted, segment, by }: Row) =>
    isGranted && (segment === null || textOf(caller, by) !== undefined);
  const granted = { routes: rows.map(isGranted), undeclared: table.undeclared };
  const asked = granted.routes.indexOf(true);
  const claims = caller as unknown as AccessTokenClaims;
  const request = { routing, asked: asked === -1 ? [] : [asked], claims };
  return { policy: compiler.compile(granted, arnOf('GET/'), request), compiler, granted, routes, claims };
}

function mayUse(row: Row, caller: Caller, path: string): boolean {
  if (!row.isGranted) return false;
  if (row.segment === null) return true;
  const own = textOf(caller, row.by);
  return own !== undefined && path.split('/')[row.segment + 1] === own;
}

/** Whether the texts are as unlike the literals as the placeholders are. */
function areUsual(caller: Caller): boolean {
  const [id, name] = [textOf(caller, 'id'), textOf(caller, 'name')];
  return (
    (id === undefined || id === USUAL || id === 'org_x') && (name === undefined || /^zeta(-2)?$/.test(name))
  );
}

/** The path with the caller's text where some row has it bound. */
function withOwnTexts(
  path: string,
  rows: readonly Row[],
  caller: Caller,
  random: (below: number) => number,
): string {
  const bound = rows.filter(({ segment }) => segment !== null);
  const { segment, by } = bound[random(bound.length)] as Row;
  const segments = path.split('/');
  const at = (segment as number) + 1;
  if (at < segments.length) segments[at] = textOf(caller, by) ?? 'none';
  return segments.join('/');
}

function holds(bound: Bound, tally: BoundTally): void {
  const rows = rowsOf(bound);
  if (!rows.some(({ segment }) => segment !== null)) return;
  const { routing, mode, caller, table } = bound;
  const { policy, compiler, granted, routes, claims } = compiledOf(bound, rows);
  const fail = (what: string): never => {
    throw new Error(
      `${what}: ${routing} ${mode} ${JSON.stringify({ rows, caller, undeclared: table.undeclared })}: ${JSON.stringify(policy)}`,
    );
  };
  if (policy.kind === 'none') {
    if (areUsual(caller)) fail('no document');
    tally.unusual += 1;
    return;
  }
  tally.documents += 1;
  const keys = rows.map(({ key }) => key);
  const ids = [caller.org_id, caller.org_name?.toLowerCase()].filter((text) => text !== undefined);
  const near = ids.flatMap((text) => [text, `${text}x`, text.slice(1), text.toUpperCase()]);
  const literals = [...SHAPE.literals, 'org_other', ...near.filter((text) => !/^$| /.test(text))];
  const allows = policyReader(policy.document);
  const random = randomFrom(table.seed);
  for (let count = 0; count < 24; count++) {
    const { verb, path: any } = somePath(routes, literals, random);
    const path = random(2) === 0 ? any : withOwnTexts(any, rows, caller, random);
    const required = [...requiredKeys(routing === 'rest' ? 'REST' : 'HTTP', keys, verb, path)];
    const isAllowed = allows(`${PREFIX}${verb}${path}`);
    tally.requests += 1;
    if (mode === 'absent' && required.includes(null)) continue;
    const rowOf = (key: string) => rows[keys.indexOf(key)] as Row;
    const isGranted = required.every((key) =>
      key === null ? mode === 'rules' && table.undeclared : mayUse(rowOf(key), caller, path),
    );
    if (!isGranted) {
      if (isAllowed) fail(`allows ${verb} ${path}`);
      continue;
    }
    if (required.some((key) => key === null || key === '$default')) continue;
    const named = required as readonly string[];
    tally.granted += 1;
    if (named.some((key) => rowOf(key).segment !== null)) tally.own += 1;
    if (isAllowed) continue;
    const verdict = compiler.verdictOn(policy, granted, arnOf(`${verb}${path}`), routing, claims);
    const indexes = named.map((key) => keys.indexOf(key));
    if (indexes.some((index) => policy.leftOut.includes(index))) tally.leftOut += 1;
    else if (isReserved(policy, keys, named, path, ids)) tally.reserved += 1;
    else if (policy.kind === 'exact') fail(`denies ${verb} ${path} as ${verdict}`);
    else tally.wrong += 1;
    // A text that is a literal of the table can be read in two ways.
    if (verdict !== 'left-out' && verdict !== 'reserved' && (verdict !== 'denied' || areUsual(caller)))
      fail(`${verdict} ${verb} ${path}`);
  }
}

const TABLES = runs(2500, 20_000);

describe(`a policy with parameters that are bound to the caller, on ${TABLES.toLocaleString('en')} random tables`, function () {
  this.timeout(0);

  it('allows what is granted and nothing else', () => {
    const tally = new BoundTally();
    fc.assert(
      fc.property(bounds, (bound) => holds(bound, tally)),
      { numRuns: TABLES },
    );
    const { documents, granted, own, leftOut, reserved, wrong, unusual } = tally;
    expect(documents, String(tally)).to.be.above(0.45 * TABLES);
    expect(unusual, String(tally)).to.be.within(1, 0.2 * TABLES);
    expect(own, String(tally)).to.be.above(0.1 * granted);
    expect(leftOut, String(tally)).to.be.below(50 + 0.2 * granted);
    expect(reserved, String(tally)).to.be.below(50 + 0.01 * granted);
    expect(wrong, String(tally)).to.equal(0);
  });

  it('is exact if it is for the same routes with a literal in place of the parameter', () => {
    let exact = 0;
    const property = fc.property(cases(SHAPE), fc.constantFrom<Routing>('rest', 'http'), (table, routing) => {
      const keys = table.keys.filter((key) => key !== '$default' && (routing === 'http' || isRestKey(key)));
      if (keys.length === 0) return;
      const granted = {
        routes: keys.map((key) => table.granted[table.keys.indexOf(key)] === true),
        undeclared: false,
      };
      const under = (prefix: string) =>
        parse(keys.map((key) => key.replace(/ \/(.*)$/, (_, rest) => ` ${prefix}${rest && `/${rest}`}`)));
      const request = { routing, asked: [], claims: { org_id: USUAL } as unknown as AccessTokenClaims };
      const common = { undeclared: 'deny', maxBytes: 100_000 } as const;
      const plain = createCallerCompiler({ ...common, routes: under(`/orgs/${USUAL}`) });
      const bindings = keys.map((): readonly Binding[] => [{ segment: 1, own: OWN.id }]);
      const bound = createCallerCompiler({ ...common, routes: under('/orgs/{org}'), bindings });
      const [one, other] = [plain, bound].map((compiler) =>
        compiler.compile(granted, arnOf('GET/'), request),
      );
      if (one?.kind === 'exact') exact += 1;
      expect(other?.kind).to.equal(one?.kind);
    });
    fc.assert(property, { numRuns: runs(500, 5000) });
    expect(exact).to.be.above(0.5 * runs(500, 5000));
  });
});
