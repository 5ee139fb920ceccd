import type { RouteKey } from '../routes/route-key.ts';
import { oneOf, optional, plainChecks, plainMap, refuse, refuseEmpty } from '../util/option-checks.ts';
import { withClearHeaders } from './clear-headers.ts';
import { compileAudience } from './kinds/audience.ts';
import { compileAuthentication } from './kinds/authentication.ts';
import { compileAuthorizationDetails } from './kinds/authorization-details.ts';
import { compileBound } from './kinds/bound.ts';
import { compileCallers, impliedCallers } from './kinds/callers.ts';
import { compileClaims } from './kinds/claims.ts';
import { compileClients } from './kinds/clients.ts';
import { compileCountry } from './kinds/country.ts';
import { compileCustom } from './kinds/custom.ts';
import { compileIp } from './kinds/ip.ts';
import { compileOrganization } from './kinds/organization.ts';
import { compilePermissions } from './kinds/permissions.ts';
import { compileScopes } from './kinds/scopes.ts';
import type { Rule } from './rule.ts';
import { createInterner, createListInterner, type Intern } from './shared-rules.ts';

/** The rules that apply to a request. Numbers are indexes in the book's `routes`. */
export type RuleSet = ApplyingRules &
  (
    | { readonly kind: 'route'; readonly index: number; readonly route: string }
    /** The rules of each of these routes apply, because the path may belong to any of them. */
    | {
        readonly kind: 'routes';
        /** Two at least, or one and `undeclared`. */
        readonly indexes: readonly number[];
        /** Whether the rules for undeclared paths apply too. */
        readonly undeclared: boolean;
        readonly route: string;
      }
    | { readonly kind: 'undeclared'; readonly route: null }
  );

interface ApplyingRules {
  /** Key of the declared route, `GET /users/{id}`; of the first if there are several; `null` for undeclared paths. */
  readonly route: string | null;
  readonly token: 'required' | 'optional';
  /** In the order of judging. Routes with the same rules share one list object. */
  readonly rules: readonly Rule[];
}

export type RouteRuleSet = Extract<RuleSet, { readonly kind: 'route' }>;
export type UndeclaredRuleSet = Extract<RuleSet, { readonly kind: 'undeclared' }>;

type Compile = (value: unknown, path: string, clockTolerance: number) => Rule;

/**
 * In the order of judging: first what needs no token. A better login is asked for only of a caller who passes the rest.
 * Custom rules come after these, since they may take time.
 */
const COMPILERS: ReadonlyMap<string, Compile> = new Map<string, Compile>([
  ['ip', compileIp],
  ['country', compileCountry],
  ['audience', compileAudience],
  ['bound', compileBound],
  ['callers', compileCallers],
  ['clients', compileClients],
  ['organization', compileOrganization],
  ['scopes', compileScopes],
  ['permissions', compilePermissions],
  ['claims', compileClaims],
  ['authorizationDetails', compileAuthorizationDetails],
  ['authentication', compileAuthentication],
]);

const RULE_KEYS = [...COMPILERS.keys(), 'custom'];
const ROUTE_KEYS = [...RULE_KEYS, 'token', 'encodedSlashes'];

/** Compiles the options of rules into rule sets, for one rule book. Equal options share one rule. */
export interface RuleSetCompiler {
  /** @throws {OptionError} */
  common(value: unknown, path: string): UndeclaredRuleSet;
  /** Rules of one of several APIs, which replace common ones, or switch them off. @throws {OptionError} */
  narrower(value: unknown, path: string): UndeclaredRuleSet;
  /** @throws {OptionError} */
  route(value: unknown, path: string, index: number, route: RouteKey): RouteRuleSet;
}

/**
 * @param clockTolerance - seconds by which the clocks of issuers may differ
 * @param isAuth0 - whether Auth0 issues the tokens
 */
export function createRuleSetCompiler(clockTolerance: number, isAuth0: boolean): RuleSetCompiler {
  const intern = createInterner();
  const listOf = createListInterner();
  let shared: ReadonlyMap<string, Rule> = new Map();
  const at = (path: string): Place => ({ path, intern, clockTolerance });
  const share = (options: Raw, path: string): UndeclaredRuleSet => {
    shared = merge(shared, options, at(path));
    return { kind: 'undeclared', route: null, token: 'required', rules: listOf(shared) };
  };
  return {
    common(value, path) {
      const options = optionsAt(value, path);
      const off = RULE_KEYS.find((name) => options[name] === false && name !== 'callers');
      if (off !== undefined)
        refuse(`${path}.${off}`, 'can be switched off on a route only: leave it out here');
      shared = new Map([['callers', impliedCallers(isAuth0)]]);
      return share(options, path);
    },
    narrower: (value, path) => share(optionsAt(value, path), path),
    route(value, path, index, route) {
      const options: Raw = plainChecks(value, path, ROUTE_KEYS);
      const token = optional(options, path, 'token', 'required', oneOf<RuleSet['token']>, [
        'required',
        'optional',
      ]);
      const rules = merge(shared, options, at(path));
      for (const [name, rule] of rules) {
        const place = options[name] === undefined ? undefined : `${path}.${name}`;
        if (rule.forRoute !== undefined) rules.set(name, rule.forRoute(route, place));
      }
      return { kind: 'route', index, route: route.key, token, rules: listOf(rules) };
    },
  };
}

/**
 * The rules of several routes together: each rule once, in the order of judging.
 *
 * @param sets - of the routes, one at least; the first one names the request in the log
 * @param rest - the rules for undeclared paths if they apply too, else `null`
 */
export function rulesOfAll(sets: readonly RouteRuleSet[], rest: UndeclaredRuleSet | null): RuleSet {
  const first = sets[0] as RouteRuleSet;
  const all: readonly RuleSet[] = rest === null ? sets : [...sets, rest];
  return Object.freeze({
    kind: 'routes',
    indexes: sets.map(({ index }) => index),
    undeclared: rest !== null,
    route: first.route,
    token: all.every(({ token }) => token === 'optional') ? 'optional' : 'required',
    rules: all.every(({ rules }) => rules === first.rules) ? first.rules : inOrder(all),
  });
}

function inOrder(sets: readonly RuleSet[]): readonly Rule[] {
  const rules = new Set(sets.flatMap((set) => set.rules));
  return Object.freeze([...rules].sort((one, other) => rankOf(one) - rankOf(other)));
}

function rankOf({ name }: Rule): number {
  return name.startsWith('custom.') ? RULE_KEYS.length : RULE_KEYS.indexOf(name);
}

type Raw = { readonly [name: string]: unknown };

/** Where options of rules are, and what they are compiled with. */
interface Place {
  readonly path: string;
  readonly intern: Intern;
  readonly clockTolerance: number;
}

/** The rules of an option that is a table of them; empty without the option. */
function optionsAt(value: unknown, path: string): Raw {
  if (value === undefined) return {};
  const options: Raw = plainChecks(value, path, RULE_KEYS);
  refuseEmpty(Object.keys(options), path, 'rule');
  return options;
}

/** The rules by name, in the order of judging: those of `base` unless `options` replaces or switches them off. */
function merge(base: ReadonlyMap<string, Rule>, options: Raw, { path, intern, clockTolerance }: Place) {
  const rules = new Map<string, Rule>();
  for (const [name, compile] of COMPILERS) {
    const value = options[name];
    const rule =
      value === undefined
        ? base.get(name)
        : value === false
          ? undefined
          : intern(name, value, () => withClearHeaders(compile(value, `${path}.${name}`, clockTolerance)));
    if (rule !== undefined) rules.set(name, rule);
  }
  if (options['custom'] === false) return rules;
  for (const [name, rule] of base) if (name.startsWith('custom.')) rules.set(name, rule);
  if (options['custom'] !== undefined) addCustom(rules, options['custom'], `${path}.custom`, intern);
  return rules;
}

function addCustom(rules: Map<string, Rule>, value: unknown, path: string, intern: Intern): void {
  const checks = plainMap(value, path);
  const names = Object.keys(checks);
  refuseEmpty(names, path, 'check');
  for (const name of names) {
    const check = checks[name];
    const place = `${path}['${name}']`;
    if (check !== false)
      rules.set(
        `custom.${name}`,
        intern(`custom.${name}`, check, () => compileCustom(name, check, place)),
      );
    else if (!rules.delete(`custom.${name}`)) refuse(place, 'switches off a check that does not exist');
  }
}
