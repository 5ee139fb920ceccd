import type { AuthorizationRequest } from '../gateways/gateway.ts';
import { gatewayOfKind } from '../gateways/index.ts';
import { methodRefusal } from '../gateways/method-refusal.ts';
import type { Routing } from '../gateways/routing.ts';
import type { Binding } from '../policy-compiler/own-text.ts';
import { withEncodedSlashes } from '../routes/encoded-slashes.ts';
import { findRoute } from '../routes/find-route.ts';
import { findOverlaps, type Overlap } from '../routes/overlaps.ts';
import { parseRouteKey, type RouteKey } from '../routes/route-key.ts';
import { createRouteTable, type RouteTable } from '../routes/route-table.ts';
import type { RouteTree } from '../routes/route-tree.ts';
import { CLOCK_TOLERANCE_S } from '../token/claims.ts';
import type { VerifiedToken } from '../token/verified-token.ts';
import { memberPath, oneOf, plainMap, refuse } from '../util/option-checks.ts';
import type { ParsedApi } from './api-options.ts';
import { leastMaxAge } from './expiry.ts';
import { bindingsOf, createGrants, requirementsOf } from './grants.ts';
import { type IpLists, ipForAll } from './ip-in-policy.ts';
import { Judging, type JudgingTerms } from './judging.ts';
import { type RequestInput, refused } from './rule.ts';
import { createRuleFinder } from './rule-finder.ts';
import {
  createRuleSetCompiler,
  type RouteRuleSet,
  type RuleSet,
  type UndeclaredRuleSet,
} from './rule-sets.ts';

/** All rules of an authorizer, compiled. */
export interface RuleBook {
  /** In the order of declaration. */
  readonly routes: readonly RouteKey[];
  /** The routes as a tree, for the policy compiler. */
  readonly tree: RouteTree;
  /** The option `undeclared`; `'rules'` without `routes`. */
  readonly undeclared: Undeclared;
  /** Whether any route has `token: 'optional'`. */
  readonly admitsAnonymous: boolean;
  /** Whether the answer may differ from route to route, or between declared and undeclared paths. */
  readonly routesDiffer: boolean;
  /** What a caller must have for each route. Routes with equal texts are granted together; `true` = every caller has it. */
  readonly requirements: readonly (string | true)[];
  /** The same for undeclared paths; `false` = nobody has it. */
  readonly undeclaredRequirement: string | boolean;
  /** Names of the rules that are enforced somewhere. */
  readonly enforced: ReadonlySet<string>;
  /** By route: the parameters that must be a text of the caller. */
  readonly bindings: readonly (readonly Binding[])[];
  /** What the enforced rules read besides the token and the route. */
  readonly inputs: readonly RequestInput[];
  /** The lists of the `ip` rule if policies carry it: then it is in neither `inputs` nor the grants. Else `null`. */
  readonly ipInPolicy: IpLists | null;
  /** The least `maxAge` of the enforced rules, seconds; `null` if none of them depends on the time. */
  readonly maxAge: number | null;
  /**
   * Finds the rules that apply to a request, for judging. If the path may belong to several declared routes, or the event
   * names another one than the path, the rules of each of them apply.
   *
   * @param token - `null` for a request without a credential: `missing_token` if the route requires a token
   */
  begin(request: AuthorizationRequest, token: VerifiedToken | null): Judging;
  /** The pairs of routes with different rules that match the same requests, in an order that AWS does not document. */
  overlaps(routing: Routing): readonly Overlap[];
}

/** The values of the option `undeclared`. */
export type Undeclared = 'deny' | 'absent' | 'rules';

export interface RuleBookOptions {
  readonly rules?: unknown;
  readonly routes?: unknown;
  readonly undeclared?: unknown;
  /** The API whose rules these are: its `rules` replace common ones, and errors name its path. */
  readonly api?: Pick<ParsedApi, 'path' | 'rules'>;
  /** Whether policies carry the `ip` rule, as conditions. */
  readonly ipInPolicy?: boolean;
  /**
   * Seconds by which the clocks of issuers may differ.
   *
   * @default the default of the verifier
   */
  readonly clockTolerance?: number;
  /** Whether Auth0 issues the tokens, so that each `sub` shows the kind of caller. Default true. */
  readonly isAuth0?: boolean;
}

/**
 * Compiles the options `rules`, `routes` and `undeclared`.
 *
 * @throws {OptionError}
 */
export function createRuleBook(options: RuleBookOptions): RuleBook {
  const compiled = compileSets(options);
  const { common, rest, undeclared, all, sets, table } = compiled;
  const ipInPolicy =
    options.ipInPolicy === true
      ? ipForAll({ ...(options.rules as object), ...(options.api?.rules as object) }, common, all)
      : null;
  const admitsAnonymous = sets.some((set) => set.token === 'optional');
  const requirements = requirementsOf(all, admitsAnonymous);
  const routesDiffer = rest === null || all.some((set) => !sameRules(set, rest));
  const inputs = inputsOf(all).filter((input) => ipInPolicy === null || input !== 'source-ip');
  const isForStage = !routesDiffer && !inputs.includes('anything');
  const terms = termsOf(compiled, { routesDiffer, isForStage, ipInPolicy: ipInPolicy !== null });
  const rulesOf = createRuleFinder(compiled, routesDiffer);
  return {
    routes: table.keys,
    tree: table.tree,
    requirements: requirements.slice(0, sets.length),
    undeclaredRequirement: requirements[sets.length] ?? false,
    bindings: sets.map(bindingsOf),
    undeclared,
    admitsAnonymous,
    routesDiffer,
    enforced: enforcedIn(all),
    inputs,
    ipInPolicy,
    maxAge: leastMaxAge(all),
    begin(request, token) {
      const found = findRoute(table, request);
      const twoMethods = methodRefusal(request);
      const rules = twoMethods === null ? rulesOf(found) : refused(twoMethods);
      const isIpLeft = ipInPolicy !== null && rules.kind !== 'refused' && isLeftToPolicy(request);
      const by = found.kind === 'routes' ? found.by : 'path';
      return new Judging(request, token, isIpLeft ? withoutIp(rules) : rules, by, terms);
    },
    overlaps: (routing) =>
      findOverlaps(table, routing, (one, other) => !sameRules(sets[one] as RuleSet, sets[other] as RuleSet)),
  };
}

interface CompiledSets {
  readonly table: RouteTable;
  /** By route index. */
  readonly sets: readonly RouteRuleSet[];
  /** The common rules. */
  readonly common: UndeclaredRuleSet;
  readonly undeclared: Undeclared;
  /** The rules of undeclared paths; `null` if such paths are refused. */
  readonly rest: UndeclaredRuleSet | null;
  /** `sets`, and `rest` if there is one. */
  readonly all: readonly RuleSet[];
}

function compileSets(options: RuleBookOptions): CompiledSets {
  const compiler = createRuleSetCompiler(
    options.clockTolerance ?? CLOCK_TOLERANCE_S,
    options.isAuth0 ?? true,
  );
  const { api } = options;
  const at = (name: string) => memberPath(api?.path ?? '', name);
  const shared = compiler.common(options.rules, 'rules');
  const common = api === undefined ? shared : compiler.narrower(api.rules, at('rules'));
  const declared = parseRoutes(options.routes, at('routes'));
  const undeclared = parseUndeclared(options.undeclared, at('undeclared'), declared.keys.length > 0);
  const table = createRouteTable(
    declared.keys.map((key, index) =>
      withEncodedSlashes(key, declared.values[index], `${at('routes')}['${key.key}']`),
    ),
  );
  const sets = declared.values.map((value, index) => {
    const key = declared.keys[index] as RouteKey;
    return compiler.route(value, `${at('routes')}['${key.key}']`, index, key);
  });
  const rest = undeclared === 'rules' ? common : null;
  if (rest !== null) for (const rule of rest.rules) rule.forRoute?.(null);
  return { table, sets, common, undeclared, rest, all: rest === null ? sets : [...sets, rest] };
}

function termsOf(
  { sets, rest }: CompiledSets,
  {
    ipInPolicy,
    ...scope
  }: Pick<JudgingTerms, 'routesDiffer' | 'isForStage'> & { readonly ipInPolicy: boolean },
): JudgingTerms {
  const prepare = () => createGrants(sets, rest, ipInPolicy);
  // If all routes have the same rules, grants are hardly ever read.
  let grantsOf = scope.routesDiffer ? prepare() : undefined;
  return {
    ...scope,
    grantsOf(reader) {
      grantsOf ??= prepare();
      return grantsOf(reader);
    },
    routeWith: (rule) => sets.find(({ rules }) => rules.includes(rule))?.route ?? null,
  };
}

/** Whether only the conditions of the policy can judge the address, because the event does not contain it. */
function isLeftToPolicy({ gateway }: AuthorizationRequest): boolean {
  const { sends, answersWith } = gatewayOfKind(gateway);
  return !sends.address && answersWith === 'policy';
}

function withoutIp(ruleSet: RuleSet): RuleSet {
  return { ...ruleSet, rules: ruleSet.rules.filter(({ name }) => name !== 'ip') };
}

function parseRoutes(
  value: unknown,
  path: string,
): {
  readonly keys: readonly RouteKey[];
  readonly values: readonly unknown[];
} {
  if (value === undefined) return { keys: [], values: [] };
  const map = plainMap(value, path);
  const texts = Object.keys(map);
  if (texts.length === 0) refuse(path, 'declares no route: declare one, or leave the option out');
  return {
    keys: texts.map((text) => parseRouteKey(text, `${path}['${text}']`)),
    values: texts.map((text) => map[text]),
  };
}

function parseUndeclared(value: unknown, path: string, hasRoutes: boolean): Undeclared {
  if (value === undefined) return hasRoutes ? 'deny' : 'rules';
  const undeclared = oneOf(value, path, ['deny', 'absent', 'rules']);
  if (undeclared !== 'rules' && !hasRoutes) {
    refuse(path, `is '${undeclared}', but \`routes\` declares no route: every request would be refused`);
  }
  return undeclared;
}

function sameRules(one: RuleSet, other: RuleSet): boolean {
  return one.rules === other.rules && one.token === other.token;
}

function enforcedIn(sets: readonly RuleSet[]): ReadonlySet<string> {
  return new Set(sets.flatMap(({ rules }) => rules.flatMap((rule) => (rule.reportOnly ? [] : rule.name))));
}

function inputsOf(sets: readonly RuleSet[]): readonly RequestInput[] {
  const inputs = new Set<RequestInput>();
  for (const { rules } of sets) {
    for (const rule of rules) if (!rule.reportOnly) for (const input of rule.inputs) inputs.add(input);
  }
  return [...inputs];
}
