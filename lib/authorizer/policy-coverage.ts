import type { Gateway } from '../gateways/gateway.ts';
import { ROUTINGS, type Routing } from '../gateways/routing.ts';
import { type ExecuteApiArn, parseExecuteApiArn } from '../iam/arn.ts';
import type { PolicyCompiler } from '../policy-compiler/compiler.ts';
import { takesEncodedSlashes } from '../routes/encoded-slashes.ts';
import { isGreedy, type RouteKey } from '../routes/route-key.ts';
import type { RuleBook } from '../rules/rule-book.ts';

/** What cached policies cover, whoever calls. */
export type PolicyCoverage =
  /** All routes of each caller. */
  | { readonly kind: 'all' }
  /**
   * Not all routes of some callers. `some`: at least all paths of the routes of the request; `request`: perhaps the request
   * alone.
   */
  | {
      readonly kind: 'some' | 'request';
      /** What such callers lose if the token alone is the cache key, in one sentence. */
      readonly loss: string;
    };

export const COVERS_ALL: PolicyCoverage = Object.freeze({ kind: 'all' });

/** A table of routes that policies are compiled for, and how the gateway routes. */
export interface CoveredTable {
  readonly compiler: PolicyCompiler;
  readonly rules: RuleBook;
  readonly routing: Routing;
}

/** The table of an authorizer at a gateway; `null` if no policies are compiled for it. */
export function coveredTable(
  compiler: PolicyCompiler | null,
  rules: RuleBook,
  { routing }: Gateway,
): CoveredTable | null {
  return compiler === null || routing === null ? null : { compiler, rules, routing };
}

/** What cached policies deny although a route takes encoded slashes as data: the document for a caller denies them all. */
const NO_ENCODED_SLASHES = {
  kind: 'request',
  loss: 'Under the token alone, a cached answer denies the paths of `encodedSlashes`, and the answer to such a path all others.',
} as const satisfies PolicyCoverage;

/** Whether the gateway passes encoded slashes on, and a route takes them as data. */
function admitsEncodedSlashes({ rules: { routes }, routing }: CoveredTable): boolean {
  return ROUTINGS[routing].percentEncoding === 'as sent' && routes.some(takesEncodedSlashes);
}

/** The coverage that the analysis of a table shows, without a look at sizes and at single callers. Quick. */
export function analysedCoverage(table: CoveredTable): PolicyCoverage {
  if (admitsEncodedSlashes(table)) return NO_ENCODED_SLASHES;
  if (table.compiler.analysis.exact) return COVERS_ALL;
  return inexact(table, 'No policy is exact for all callers of these routes.');
}

/** The length of an ARN counts in the size of a policy; at deployment there is no event with the real one. */
const ARN = parseExecuteApiArn(
  'arn:aws:execute-api:ap-southeast-2:123456789012:a1b2c3d4e5/production/GET/',
) as ExecuteApiArn;

/** Callers who lack one requirement each, at most. */
const MAX_SAMPLES = 40;

export type SampledCoverage = PolicyCoverage & {
  /** Keys of routes on which some sample is refused parameter values that are literals of the table. */
  readonly reserved: readonly string[];
};

/**
 * The coverage that the policies of sample callers show: of one who meets no requirement, one who meets every second, and
 * for each requirement one who meets all others. Too slow for a cold start; in Lambda the log line has `policy: "partial"`.
 *
 * @param maxSamples - callers who lack one requirement each, at most. Beyond it, the analysis of the table decides.
 */
export function sampledCoverage(table: CoveredTable, maxSamples: number = MAX_SAMPLES): SampledCoverage {
  const { compiler, rules, routing } = table;
  let worst: Loss | null = null;
  const indexes = new Set<number>();
  for (const sample of samplesOf(rules, maxSamples)) {
    const compiled = compiler.compile(sample.granted, ARN, { routing, asked: [] });
    if (compiled.kind === 'none')
      return { kind: 'request', loss: 'The table of routes is too large for a policy.', reserved: [] };
    for (const index of compiled.reserved) indexes.add(index);
    const leftOut = compiled.leftOut.length;
    if (leftOut > (worst?.leftOut ?? 0)) worst = { leftOut, of: sample.count, who: sample.who };
  }
  const reserved = rules.routes.filter((_, index) => indexes.has(index)).map(({ key }) => key);
  if (admitsEncodedSlashes(table)) return { ...NO_ENCODED_SLASHES, reserved };
  if (worst !== null) return { ...inexact(table, lossText(worst)), reserved };
  const areAllSampled = distinctRequirements(rules).length <= maxSamples;
  return { ...(areAllSampled ? COVERS_ALL : analysedCoverage(table)), reserved };
}

/** The coverage if some callers lose routes: `some` if an answer still covers the route of any request. */
function inexact(table: CoveredTable, loss: string): PolicyCoverage {
  const { routes, undeclared } = table.rules;
  // Which undeclared paths a document opens depends on the routes that it leaves out.
  const isCovered = undeclared !== 'rules' && routes.every((_, index) => isCoveredAlone(table, index));
  return { kind: isCovered ? 'some' : 'request', loss };
}

/** Whether a policy can name all paths of a route. That of a greedy route may be unable to leave out undeclared paths. */
function isCoveredAlone({ compiler, rules: { routes }, routing }: CoveredTable, index: number): boolean {
  if (!isOpenEnded(routes[index] as RouteKey)) return true;
  const granted = { routes: routes.map((_, other) => other === index), undeclared: false };
  return compiler.compile(granted, ARN, { routing, asked: [index] }).kind === 'exact';
}

function isOpenEnded(route: RouteKey): boolean {
  return route.kind === 'default' || isGreedy(route);
}

interface Loss {
  readonly leftOut: number;
  readonly of: number;
  readonly who: string;
}

function lossText({ leftOut, of, who }: Loss): string {
  return (
    'Under the token alone, a cached answer denies some callers routes that they may use, until the TTL ends: ' +
    `up to ${leftOut} of ${of} routes, for a caller who ${who}.`
  );
}

interface Sample {
  readonly granted: { readonly routes: readonly boolean[]; readonly undeclared: boolean };
  /** Number of routes that are granted. */
  readonly count: number;
  readonly who: string;
}

function* samplesOf(rules: RuleBook, maxSamples: number): Generator<Sample> {
  const { routes, requirements, undeclaredRequirement } = rules;
  const sample = (isMet: (one: string) => boolean, who: string): Sample => {
    const isGranted = (one: string | boolean) => (typeof one === 'string' ? isMet(one) : one);
    const granted = { routes: requirements.map(isGranted), undeclared: isGranted(undeclaredRequirement) };
    return { granted, count: granted.routes.filter(Boolean).length, who };
  };
  const distinct = distinctRequirements(rules);
  yield sample(() => false, 'meets no rule');
  yield sample((one) => distinct.indexOf(one) % 2 === 0, 'meets the rules of every second route');
  for (const lacking of distinct.slice(0, maxSamples)) {
    const key = routes[requirements.indexOf(lacking)]?.key;
    const whose = key === undefined ? 'undeclared paths' : `'${key}'`;
    yield sample((one) => one !== lacking, `meets all rules but those of ${whose}`);
  }
}

function distinctRequirements({ requirements, undeclaredRequirement }: RuleBook): readonly string[] {
  const distinct = new Set<string | boolean>([...requirements, undeclaredRequirement]);
  return [...distinct].filter((one) => typeof one === 'string');
}
