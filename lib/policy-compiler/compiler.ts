import type { Routing } from '../gateways/routing.ts';
import { allowsRequest } from '../iam/allows-request.ts';
import type { ExecuteApiArn } from '../iam/arn.ts';
import type { PolicyDocument } from '../iam/policy-document.ts';
import { stagePolicy } from '../iam/request-policy.ts';
import { BoundedMap } from '../util/bounded-map.ts';
import { analysePolicies, type PolicyAnalysis, type PolicyTable } from './analysis.ts';
import { compileGrant, type GrantDocument } from './compile-grant.ts';
import type { GrantedParts } from './grant.ts';
import { landingOf } from './landing-of.ts';
import type { Obstacle } from './settle.ts';
import { withinSteps } from './step-budget.ts';
import { type CompiledTable, compileTable } from './table.ts';

export interface PolicyCompilerOptions extends PolicyTable {
  /** Bytes that a document may have as JSON. Default 7168: 8 KB less 1 KB for `principalId` and `context`. */
  readonly maxBytes?: number;
  /** Grants whose documents are kept. Default 256. */
  readonly maxGrants?: number;
}

/** What a caller may use. Kept by identity: the same object must mean the same grants. */
export interface GrantedRoutes {
  /** By index of the route, truthy = granted; of `$default` too, which then stands for all that is undeclared. */
  readonly routes: ArrayLike<number | boolean>;
  /** With `undeclared: 'rules'`: whether the caller may use paths that no route takes. */
  readonly undeclared: boolean;
}

/** The request that a document is an answer to. */
export interface CompileRequest {
  /** How the gateway routes; `null` if its requests have no path. */
  readonly routing: Routing | null;
  /** Indexes of the routes that the request belongs to: a document that cannot cover all routes covers these first. */
  readonly asked: readonly number[];
}

/** A document for a caller's routes. */
export type CompiledPolicy = CoveringPolicy | NoPolicy;

export interface CoveringPolicy {
  /** `exact`: right for every declared route. `partial`: right for what it allows, and it denies some granted routes. */
  readonly kind: 'exact' | 'partial';
  /** Frozen, and the same object for the same grant. */
  readonly document: PolicyDocument;
  /** Size as JSON. */
  readonly bytes: number;
  /** Indexes of granted routes that the document does not, or not wholly, allow. Empty if it is exact. */
  readonly leftOut: readonly number[];
  /** Indexes of granted routes of which it denies paths where a parameter spells a literal of the table. */
  readonly reserved: readonly number[];
  /** Why there is no exact document; `null` if there is one, or if it would be too large. */
  readonly obstacle: Obstacle | null;
}

/** No document covers even the routes that were asked for. */
export interface NoPolicy {
  readonly kind: 'none';
  readonly document: null;
}

/** Why a document does not allow a request: see {@link PolicyCompiler.verdictOn}. */
export type DocumentVerdict = 'allowed' | 'reserved' | 'left-out' | 'undeclared' | 'denied';

export interface PolicyCompiler {
  /**
   * One document for all routes at once, so that API Gateway may replay it on any of them. What it allows is right. If no
   * document within IAM's language and the size can allow all that is granted, it leaves out other routes than the one
   * asked for first.
   */
  compile(granted: GrantedRoutes, arn: ExecuteApiArn, request: CompileRequest): CompiledPolicy;
  /**
   * What a compiled document does with a request.
   *
   * - `allowed`: it allows it.
   * - `reserved`: it denies the request, whose route is granted, because a parameter spells a literal of the table.
   * - `left-out`: it denies the request because the route is left out.
   * - `undeclared`: it denies a granted path that no route takes.
   * - `denied`: the routes of the path are not granted.
   */
  verdictOn(
    policy: CoveringPolicy,
    granted: GrantedRoutes,
    arn: ExecuteApiArn,
    routing: Routing | null,
  ): DocumentVerdict;
  /** Which grants of the table have no exact document. Made once, when the compiler is created. */
  readonly analysis: PolicyAnalysis;
}

const NONE: NoPolicy = Object.freeze({ kind: 'none', document: null });

interface Attempt {
  readonly steps: number;
  /** How many routes besides those that were asked for. */
  readonly others: number;
}

/**
 * Step limits for one document; 10,000 steps take about 1 ms. If the whole grant takes too many steps, a part of it is
 * compiled: the routes asked for, then as many others as the next number says.
 */
const ATTEMPTS: readonly Attempt[] = [
  { steps: 600_000, others: Number.POSITIVE_INFINITY },
  { steps: 200_000, others: 40 },
  { steps: 100_000, others: 15 },
  { steps: 100_000, others: 5 },
  { steps: 100_000, others: 0 },
];

/** Builds what is needed to compile policies for one table of routes. */
export function createPolicyCompiler(options: PolicyCompilerOptions): PolicyCompiler {
  const { routes, undeclared = 'rules', maxBytes = 7168, maxGrants = 256 } = options;
  const tables = new Map<Routing, CompiledTable | null>();
  const tableFor = (routing: Routing) => {
    const known = tables.get(routing);
    const table = known === undefined ? compileTable(routes, routing) : known;
    tables.set(routing, table);
    return table;
  };
  const byGrant = new BoundedMap<Map<string, KnownParts>>(maxGrants);
  const keys = new WeakMap<GrantedRoutes, string>();
  const connect = routes.findIndex(({ kind }) => kind === 'connect');
  const fallback = routes.findIndex(({ kind }) => kind === 'default');
  const lastAsked = new Map<number, number>();
  let clock = 0;

  const partsOf = (granted: GrantedRoutes): GrantedParts => ({
    routes: granted.routes,
    undeclared: fallback < 0 ? undeclared : 'rules',
    mayUseUndeclared: fallback < 0 ? granted.undeclared : Boolean(granted.routes[fallback]),
    leftOut: new Set(),
  });

  /** @param known - what was compiled before for the grant and the stage: attempts that took too many steps are not repeated */
  function compilePath(
    granted: GrantedRoutes,
    arn: ExecuteApiArn,
    request: CompileRequest,
    known: KnownParts,
  ): CompiledPolicy {
    if (known.attempts.length === 0) return NONE;
    const table = request.routing === null ? null : tableFor(request.routing);
    if (table === null) return NONE;
    const parts = partsOf(granted);
    const asked = new Set(request.asked);
    const weights = (route: number) =>
      asked.has(route) ? 1_000_000 : lastAsked.has(route) ? 20 : 1 - route / (2 * routes.length);
    const order = [...routes.keys()].filter((route) => granted.routes[route] && !asked.has(route));
    order.sort((one, other) => (lastAsked.get(other) ?? 0) - (lastAsked.get(one) ?? 0) || one - other);
    for (const { steps, others } of known.attempts) {
      const leftOut = new Set(order.slice(others));
      const task = { table, granted: { ...parts, leftOut }, weights, arn, maxBytes };
      const found = withinSteps(
        steps,
        (budget) => compileGrant(task, budget),
        () => null,
      );
      if (found !== null) return covering(found);
      known.attempts = known.attempts.slice(1);
    }
    return NONE;
  }

  return {
    compile(granted, arn, request) {
      if (arn.routeKey !== null) return connectPolicy(partsOf(granted), connect, arn);
      clock += 1;
      for (const route of request.asked) lastAsked.set(route, clock);
      const key = keys.get(granted) ?? keyOf(routes.length, partsOf(granted));
      keys.set(granted, key);
      const byStage = byGrant.getOrMake(key, () => new Map());
      const name = `${request.routing} ${arn.stagePrefix}`;
      const known = byStage.get(name) ?? { policies: [], attempts: ATTEMPTS };
      byStage.set(name, known);
      const usable = known.policies.find((one) => covers(one, granted, request.asked));
      if (usable !== undefined) return usable;
      const made = compilePath(granted, arn, request, known);
      if (made.kind !== 'none') known.policies = [made, ...known.policies].slice(0, MAX_PARTS);
      return made;
    },
    verdictOn(policy, granted, arn, routing) {
      if (allowsRequest(policy.document, arn)) return 'allowed';
      const table = routing === null ? null : tableFor(routing);
      const landing = table === null ? null : landingOf(table, arn);
      if (landing === null) return 'denied';
      const parts = partsOf(granted);
      if (!landing.routes.every((route) => Boolean(granted.routes[route]))) return 'denied';
      if (landing.undeclared)
        return parts.mayUseUndeclared && parts.undeclared === 'rules' ? 'undeclared' : 'denied';
      return landing.spelled ? 'reserved' : 'left-out';
    },
    analysis: analysePolicies(options, tableFor),
  };
}

/** Documents of one grant and stage that are kept, each for some of the caller's routes. */
const MAX_PARTS = 32;

/** What is known of one grant and stage. */
interface KnownParts {
  policies: readonly CoveringPolicy[];
  /** The attempts that did not run out of steps so far. Empty if no document can be had within the bounds. */
  attempts: typeof ATTEMPTS;
}

function covering(found: GrantDocument): CoveringPolicy {
  const kind = found.leftOut.length > 0 ? 'partial' : 'exact';
  return Object.freeze({ kind, ...found });
}

/** Whether a known document may answer a request for these routes. */
function covers(policy: CoveringPolicy, granted: GrantedRoutes, asked: readonly number[]): boolean {
  return !asked.some((route) => granted.routes[route] && policy.leftOut.includes(route));
}

function connectPolicy(parts: GrantedParts, connect: number, arn: ExecuteApiArn): CoveringPolicy {
  const mayConnect =
    connect < 0 ? parts.undeclared === 'rules' && parts.mayUseUndeclared : Boolean(parts.routes[connect]);
  const document = stagePolicy(mayConnect ? 'Allow' : 'Deny', arn);
  const bytes = JSON.stringify(document).length;
  return { kind: 'exact', document, bytes, leftOut: [], reserved: [], obstacle: null };
}

/** Fifteen routes a character, and one for undeclared paths. */
function keyOf(count: number, { routes, mayUseUndeclared }: GrantedParts): string {
  let key = mayUseUndeclared ? '+' : '-';
  for (let start = 0; start < count; start += 15) {
    let bits = 0;
    const end = Math.min(start + 15, count);
    for (let index = start; index < end; index++) bits = (bits << 1) | (routes[index] ? 1 : 0);
    key += String.fromCharCode(bits);
  }
  return key;
}
