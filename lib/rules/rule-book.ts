import type { AuthorizationRequest } from '../gateways/gateway.ts';
import { gatewayOfKind } from '../gateways/index.ts';
import { methodRefusal } from '../gateways/method-refusal.ts';
import { type FoundRoute, findRoute } from '../routes/find-route.ts';
import { parseRouteKey, type RouteKey } from '../routes/route-key.ts';
import { createRouteTable, type RouteTable } from '../routes/route-table.ts';
import type { SlashTwin } from '../routes/slash-twin.ts';
import type { VerifiedToken } from '../token/verified-token.ts';
import { oneOf, plainMap, refuse } from '../util/option-checks.ts';
import { createGrants, requirementsOf } from './grants.ts';
import { type IpLists, ipForAll } from './ip-in-policy.ts';
import { type FoundRules, Judging, type JudgingTerms } from './judging.ts';
import { type RequestInput, refused } from './rule.ts';
import {
  bothOf,
  createRuleSetCompiler,
  type RouteRuleSet,
  type RuleSet,
  type UndeclaredRuleSet,
} from './rule-sets.ts';

/** All rules of an authorizer, compiled. */
export interface RuleBook {
  /** In the order of declaration. */
  readonly routes: readonly RouteKey[];
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
  /** What the enforced rules read besides the token and the route. */
  readonly inputs: readonly RequestInput[];
  /** The lists of the `ip` rule if policies carry it: then it is in neither `inputs` nor the grants. Else `null`. */
  readonly ipInPolicy: IpLists | null;
  /**
   * Finds the rules that apply to a request, for judging. If only the final slash separates the path from a declared
   * route and the event does not say which route it is, both routes' rules apply.
   *
   * @param token - `null` for a request without a credential: `missing_token` if the route requires a token
   */
  begin(request: AuthorizationRequest, token: VerifiedToken | null): Judging;
}

/** The values of the option `undeclared`. */
export type Undeclared = 'deny' | 'absent' | 'rules';

/** The options of requestRules. */
export const RULE_OPTIONS = ['rules', 'routes', 'undeclared'] as const;

export interface RuleBookOptions {
  readonly rules?: unknown;
  readonly routes?: unknown;
  readonly undeclared?: unknown;
  /** Whether policies carry the `ip` rule, as conditions. */
  readonly ipInPolicy?: boolean;
}

/**
 * Compiles the options `rules`, `routes` and `undeclared`.
 *
 * @throws {OptionError}
 */
export function createRuleBook(options: RuleBookOptions): RuleBook {
  const compiled = compileSets(options);
  const { common, rest, undeclared, all, sets, table } = compiled;
  const ipInPolicy = options.ipInPolicy === true ? ipForAll(options.rules, common, all) : null;
  const admitsAnonymous = sets.some((set) => set.token === 'optional');
  const requirements = requirementsOf(all, admitsAnonymous);
  const routesDiffer = rest === null || all.some((set) => !sameRules(set, rest));
  const inputs = inputsOf(all).filter((input) => ipInPolicy === null || input !== 'source-ip');
  const isForStage = !routesDiffer && !inputs.includes('anything');
  const terms = termsOf(compiled, { routesDiffer, isForStage, ipInPolicy: ipInPolicy !== null });
  const rulesOf = createRuleFinder(compiled, routesDiffer);
  return {
    routes: table.keys,
    requirements: requirements.slice(0, sets.length),
    undeclaredRequirement: requirements[sets.length] ?? false,
    undeclared,
    admitsAnonymous,
    routesDiffer,
    inputs,
    ipInPolicy,
    begin(request, token) {
      const found = findRoute(table, request);
      const twoMethods = methodRefusal(request);
      const rules = twoMethods === null ? rulesOf(found) : refused(twoMethods);
      const isIpLeft = ipInPolicy !== null && rules.kind !== 'refused' && isLeftToPolicy(request);
      const isCovered = found.kind !== 'route' || found.by === 'path';
      return new Judging(request, token, isIpLeft ? withoutIp(rules) : rules, isCovered, terms);
    },
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
  const compiler = createRuleSetCompiler();
  const common = compiler.common(options.rules, 'rules');
  const declared = parseRoutes(options.routes);
  const undeclared = parseUndeclared(options.undeclared, declared.keys.length > 0);
  const table = createRouteTable(declared.keys);
  const sets = declared.values.map((value, index) => {
    const { key } = declared.keys[index] as RouteKey;
    return compiler.route(value, `routes['${key}']`, index, key);
  });
  const rest = undeclared === 'rules' ? common : null;
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

function createRuleFinder(
  { sets, rest }: CompiledSets,
  routesDiffer: boolean,
): (found: FoundRoute) => FoundRules {
  const ofTwin = createTwinRules(sets, rest);
  return (found) => {
    switch (found.kind) {
      case 'route':
        return sets[found.index] as RouteRuleSet;
      case 'twin':
        return ofTwin(found);
      case 'undeclared':
        return rest ?? ROUTE_NOT_FOUND;
      case 'refused':
        // If the same rules apply everywhere, it does not matter how the path is read.
        return routesDiffer ? found : (rest as UndeclaredRuleSet);
    }
  };
}

/** Puts the rules of two routes together, once for each pair that is found. */
function createTwinRules(
  sets: readonly RouteRuleSet[],
  rest: UndeclaredRuleSet | null,
): (twin: SlashTwin) => FoundRules {
  const known = new Map<string, FoundRules>();
  const make = ({ closed, open }: SlashTwin): FoundRules => {
    const one = sets[closed] as RouteRuleSet;
    const other = open === null ? rest : (sets[open] as RouteRuleSet);
    if (other === null) return SLASH_NOT_FOUND;
    return sameRules(one, other) ? other : bothOf(one, other);
  };
  return (twin) => {
    const pair = `${twin.closed} ${twin.open}`;
    const made = known.get(pair) ?? make(twin);
    known.set(pair, made);
    return made;
  };
}

/** Whether the conditions of the policy alone can judge the address, since the event does not hold it. */
function isLeftToPolicy({ gateway }: AuthorizationRequest): boolean {
  const { sends, answersWith } = gatewayOfKind(gateway);
  return !sends.address && answersWith === 'policy';
}

function withoutIp(ruleSet: RuleSet): RuleSet {
  return { ...ruleSet, rules: ruleSet.rules.filter(({ name }) => name !== 'ip') };
}

const ROUTE_NOT_FOUND = refused({ code: 'route_not_found' });
const SLASH_NOT_FOUND = refused({
  code: 'route_not_found',
  detail: 'a declared route differs from the path by a final slash alone',
});

function parseRoutes(value: unknown): {
  readonly keys: readonly RouteKey[];
  readonly values: readonly unknown[];
} {
  if (value === undefined) return { keys: [], values: [] };
  const map = plainMap(value, 'routes');
  const texts = Object.keys(map);
  if (texts.length === 0) refuse('routes', 'declares no route: declare one, or leave the option out');
  return {
    keys: texts.map((text) => parseRouteKey(text, `routes['${text}']`)),
    values: texts.map((text) => map[text]),
  };
}

function parseUndeclared(value: unknown, hasRoutes: boolean): Undeclared {
  if (value === undefined) return hasRoutes ? 'deny' : 'rules';
  const undeclared = oneOf(value, 'undeclared', ['deny', 'absent', 'rules']);
  if (undeclared !== 'rules' && !hasRoutes) {
    refuse(
      'undeclared',
      `is '${undeclared}', but \`routes\` declares no route: every request would be refused`,
    );
  }
  return undeclared;
}

function sameRules(one: RuleSet | null, other: RuleSet | null): boolean {
  return one !== null && other !== null && one.rules === other.rules && one.token === other.token;
}

function inputsOf(sets: readonly RuleSet[]): readonly RequestInput[] {
  const inputs = new Set<RequestInput>();
  for (const { rules } of sets) {
    for (const rule of rules) if (!rule.reportOnly) for (const input of rule.inputs) inputs.add(input);
  }
  return [...inputs];
}
