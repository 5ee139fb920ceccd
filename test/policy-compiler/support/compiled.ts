import type { Routing } from '../../../lib/gateways/routing.ts';
import type { CoveringPolicy } from '../../../lib/policy-compiler/compiled-policy.ts';
import { createPolicyCompiler } from '../../../lib/policy-compiler/compiler.ts';
import { Counts } from '../../support/counts.ts';
import { policyReader } from '../../support/policy-reader.ts';
import { isGreedyKey, requiredKeys, spellsLiteral } from '../../support/routing-models.ts';
import { arnOf, PREFIX } from './arns.ts';
import { type Case, parse, randomFrom, restPartOf, type Shape, somePath } from './tables.ts';

const ODD_LITERALS = ['a', 'b', 'c', 'a.b', '(.+)', '$x', 'GET', '+', 'prod'];
export const NESTED: Shape = {
  maxRoutes: 5,
  maxDepth: 3,
  literals: ODD_LITERALS,
  methods: ['GET', 'GET', 'POST', 'ANY', 'PUT'],
};
export const ONE_METHOD: Shape = {
  ...NESTED,
  maxRoutes: 4,
  maxDepth: 4,
  literals: ['a', 'b'],
  methods: ['GET'],
};
export const CROWDED: Shape = { ...NESTED, maxRoutes: 16, maxDepth: 4, literals: ['a', 'b', 'c'] };
export const LARGE: Shape = {
  maxRoutes: 300,
  maxDepth: 6,
  literals: Array.from({ length: 40 }, (_, index) => `resource-${index}`),
  methods: ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'ANY'],
};

export const ROUTINGS: readonly Routing[] = ['rest', 'http'];
export const MODES = ['deny', 'absent', 'rules'] as const;
export type Mode = (typeof MODES)[number];

/** One table, one caller, and the document for them. */
export interface Compiled {
  readonly one: Case;
  readonly routing: Routing;
  readonly mode: Mode;
  readonly maxBytes?: number;
}

/** What a run met: requests, and among those whose routes are all granted the denied ones, by why they are. */
export class Tally extends Counts {
  documents = 0;
  requests = 0;
  granted = 0;
  leftOut = 0;
  reserved = 0;
  /** Denied though neither of the two. */
  wrong = 0;
}

/** Compiles the case; `null` if it has no route that such an API can have, or no document. */
export function compiledOf({ one, routing, mode, maxBytes = 100_000 }: Compiled) {
  const { keys, granted } = routing === 'rest' ? restPartOf(one) : one;
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
export function holds(task: Compiled, { literals, requests }: Requests, tally: Tally): void {
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

/**
 * Whether the policy says that it refuses such paths of the route, and a parameter does spell a literal or one of the
 * caller's texts.
 */
export function isReserved(
  { reserved }: CoveringPolicy,
  keys: readonly string[],
  denied: readonly string[],
  path: string,
  own: readonly string[] = [],
): boolean {
  return (
    denied.some((key) => reserved.includes(keys.indexOf(key))) &&
    (denied.some((key) => spellsLiteral(keys, key, path)) ||
      path.split('/').some((text) => own.includes(text)))
  );
}

export interface Requests {
  readonly literals: readonly string[];
  /** For each table. */
  readonly requests: number;
}
