import type { Routing } from '../gateways/routing.ts';
import { allowsRequest } from '../iam/allows-request.ts';
import type { ExecuteApiArn } from '../iam/arn.ts';
import { stagePolicy } from '../iam/request-policy.ts';
import type { Landing } from '../routes/resolve.ts';
import type { RouteTree } from '../routes/route-tree.ts';
import type { AccessTokenClaims } from '../token/verified-token.ts';
import { analysePolicies, type PolicyAnalysis } from './analysis.ts';
import { firstDocument } from './attempts.ts';
import type { GrantDocument } from './compile-grant.ts';
import type { CompiledPolicy, CoveringPolicy, NoPolicy } from './compiled-policy.ts';
import { type GrantedParts, mayUseRest } from './grant.ts';
import { type KnownGrant, knownPolicies } from './known-policies.ts';
import { landingOf } from './landing-of.ts';
import type { PolicyTable } from './policy-table.ts';
import { tableSource } from './table.ts';

export interface PolicyCompilerOptions extends PolicyTable {
  /** The tree of the routes, if there is one already. */
  readonly tree?: RouteTree;
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
  /** Of the caller's token; `null` if there is none. Documents for tables with bindings depend on them. Default `null`. */
  readonly claims?: AccessTokenClaims | null;
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
   *
   * @param claims - as in the request that it was compiled for
   */
  verdictOn(
    policy: CoveringPolicy,
    granted: GrantedRoutes,
    arn: ExecuteApiArn,
    routing: Routing | null,
    claims?: AccessTokenClaims | null,
  ): DocumentVerdict;
  /** Which grants of the table have no exact document. */
  readonly analysis: PolicyAnalysis;
}

export const NONE: NoPolicy = Object.freeze({ kind: 'none', document: null });

/** Builds what is needed to compile policies for one table of routes. Bindings are for `createCallerCompiler`. */
export function createPolicyCompiler(options: PolicyCompilerOptions): PolicyCompiler {
  const { routes, maxBytes = 7168, maxGrants = 256 } = options;
  const tableFor = tableSource(routes, options.tree);
  const partsOf = grantReader(options);
  const knownFor = knownPolicies(maxGrants);
  const keyFor = grantKeys(routes.length, partsOf);
  const connect = routes.findIndex(({ kind }) => kind === 'connect');
  const lately = new Set<number>();

  function compilePath(known: KnownGrant, parts: GrantedParts, arn: ExecuteApiArn, request: CompileRequest) {
    const table = request.routing === null ? null : tableFor(request.routing);
    if (table === null) return NONE;
    const asked = new Set(request.asked);
    const task = { table, granted: parts, asked, lately: [...lately].reverse(), arn, maxBytes };
    const { found, left } = firstDocument(task, known.attempts);
    known.attempts = left;
    return found === null ? NONE : covering(found);
  }

  return {
    compile(granted, arn, request) {
      if (arn.routeKey !== null) return connectPolicy(partsOf(granted), connect, arn);
      for (const route of request.asked) {
        lately.delete(route);
        lately.add(route);
      }
      const known = knownFor(keyFor(granted), `${request.routing} ${arn.stagePrefix}`);
      const before = known.policyFor(request.asked);
      if (before !== undefined) return before;
      const made = compilePath(known, partsOf(granted), arn, request);
      known.remember(request.asked, made);
      return made;
    },
    verdictOn(policy, granted, arn, routing) {
      if (allowsRequest(policy.document, arn)) return 'allowed';
      const table = routing === null ? null : tableFor(routing);
      const landing = table === null ? null : landingOf(table, arn);
      return landing === null ? 'denied' : deniedFor(landing, partsOf(granted));
    },
    analysis: analysePolicies(options, tableFor),
  };
}

function grantReader({ routes, undeclared = 'rules' }: PolicyCompilerOptions) {
  const fallback = routes.findIndex(({ kind }) => kind === 'default');
  return (granted: GrantedRoutes): GrantedParts => ({
    routes: granted.routes,
    undeclared: fallback < 0 ? undeclared : 'rules',
    mayUseUndeclared: fallback < 0 ? granted.undeclared : Boolean(granted.routes[fallback]),
    leftOut: new Set(),
  });
}

function deniedFor({ routes, undeclared, spelled }: Landing, granted: GrantedParts): DocumentVerdict {
  if (!routes.every((route) => Boolean(granted.routes[route]))) return 'denied';
  if (undeclared) return mayUseRest(granted) ? 'undeclared' : 'denied';
  return spelled ? 'reserved' : 'left-out';
}

function covering(found: GrantDocument): CoveringPolicy {
  const kind = found.leftOut.length > 0 ? 'partial' : 'exact';
  const lossy = new Set([...found.leftOut, ...found.reserved]);
  return Object.freeze({ kind, ...found, allowsAllOf: (route: number) => !lossy.has(route) });
}

function connectPolicy(parts: GrantedParts, connect: number, arn: ExecuteApiArn): CoveringPolicy {
  const mayConnect = connect < 0 ? mayUseRest(parts) : Boolean(parts.routes[connect]);
  const document = stagePolicy(mayConnect ? 'Allow' : 'Deny', arn);
  const bytes = JSON.stringify(document).length;
  return {
    kind: 'exact',
    document,
    bytes,
    leftOut: [],
    reserved: [],
    allowsAllOf: () => true,
    obstacle: null,
  };
}

/** A text for each grant, the same one for equal grants. */
function grantKeys(count: number, partsOf: (granted: GrantedRoutes) => GrantedParts) {
  const keys = new WeakMap<GrantedRoutes, string>();
  return (granted: GrantedRoutes): string => {
    const key = keys.get(granted) ?? keyOf(count, partsOf(granted));
    keys.set(granted, key);
    return key;
  };
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
