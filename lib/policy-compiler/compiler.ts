import type { ExecuteApiArn } from '../iam/arn.ts';
import type { PolicyDocument } from '../iam/policy-document.ts';
import { stagePolicy } from '../iam/request-policy.ts';
import { BoundedMap } from '../util/bounded-map.ts';
import { analysePolicies, type PolicyAnalysis, type PolicyTable } from './analysis.ts';
import {
  BEYOND_BOUNDS,
  type CompiledGrant,
  documentOf,
  type Explanation,
  newCompiledGrant,
} from './compile-grant.ts';
import { type Grant, grantOf } from './grant.ts';
import { createGrantSolver, type GrantSolver } from './grant-solver.ts';
import { routeAutomata } from './route-automaton.ts';

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
  /** Whether the caller may use paths that no route takes. */
  readonly undeclared: boolean;
}

export interface PolicyCompiler {
  /**
   * One document that is right for every declared route at once, so that API Gateway may replay it on any of them;
   * `null` when there is none within IAM's language and the size. Frozen, and the same object for the same grant.
   */
  compile(granted: GrantedRoutes, arn: ExecuteApiArn): PolicyDocument | null;
  /**
   * The document for a caller who may use this one route and nothing else. Right for every path of the route, closed
   * for all others: the answer when {@link compile} has none and the route is part of the cache key.
   */
  compileRoute(route: number, arn: ExecuteApiArn): PolicyDocument | null;
  /** {@link compile}, and how it came about. */
  explain(granted: GrantedRoutes, arn: ExecuteApiArn): Explanation;
  /** Which grants of the table have no exact document. Made once, when the compiler is created. */
  readonly analysis: PolicyAnalysis;
}

/** Builds what is needed to compile policies for one table of routes. */
export function createPolicyCompiler(options: PolicyCompilerOptions): PolicyCompiler {
  const { routes, maxBytes = 7168, maxGrants = 256 } = options;
  const automata = routeAutomata(routes);
  const solver = automata && createGrantSolver(routes, automata);
  const byGrant = new BoundedMap<CompiledGrant>(maxGrants);
  const byIdentity = new WeakMap<GrantedRoutes, CompiledGrant>();
  const connect = routes.findIndex((route) => route.kind === 'connect');
  const fallback = routes.findIndex((route) => route.kind === 'default');
  const analysis = analysePolicies(options, solver);
  const steps = analysis.exact ? STEPS.exact : STEPS.otherwise;

  function grantsRest(granted: GrantedRoutes): boolean {
    return fallback < 0 ? granted.undeclared : Boolean(granted.routes[fallback]);
  }

  function entryOf(granted: GrantedRoutes, known: GrantSolver): CompiledGrant {
    const grant = grantOf(known.labels, granted.routes, grantsRest(granted));
    return byGrant.getOrMake(keyOf(grant), () => newCompiledGrant(grant));
  }

  function explain(granted: GrantedRoutes, arn: ExecuteApiArn): Explanation {
    if (arn.routeKey !== null) {
      return explainConnect(connect < 0 ? grantsRest(granted) : Boolean(granted.routes[connect]), arn);
    }
    if (solver === null) return BEYOND_BOUNDS;
    let entry = byIdentity.get(granted);
    if (entry === undefined) {
      entry = entryOf(granted, solver);
      byIdentity.set(granted, entry);
    }
    return documentOf({ routes, solver, maxBytes, steps }, entry, arn);
  }

  return {
    explain,
    compile: (granted, arn) => explain(granted, arn).document,
    compileRoute(route, arn) {
      const granted = new Uint8Array(routes.length);
      granted[route] = 1;
      return explain({ routes: granted, undeclared: false }, arn).document;
    },
    analysis,
  };
}

/**
 * Step limit for one document; 10,000 steps take about 1 ms. If the table is exact for all callers the limit is high (the
 * worst caller of 1,000 routes takes 90 ms). Otherwise it is low, since grants that have no document would run for
 * seconds; 97 % of the callers of 27 public APIs who have one stay within it.
 */
const STEPS = { exact: 1_500_000, otherwise: 300_000 };

function explainConnect(granted: boolean, arn: ExecuteApiArn): Explanation {
  const document = stagePolicy(granted ? 'Allow' : 'Deny', arn);
  return { kind: 'exact', document, bytes: JSON.stringify(document).length, style: 'tight' };
}

/** Fifteen routes a character. */
function keyOf(grant: Grant): string {
  let key = '';
  for (let start = 0; start < grant.length; start += 15) {
    let bits = 0;
    const end = Math.min(start + 15, grant.length);
    for (let index = start; index < end; index++) bits = (bits << 1) | (grant[index] as number);
    key += String.fromCharCode(bits);
  }
  return key;
}
