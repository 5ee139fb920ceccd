import type { AuthorizerOptions } from '../authorizer/options.ts';
import { parseRequired, type RequiredNames } from '../rules/kinds/scope-lists.ts';
import type { RouteRules, RoutesOptions, RulesOptions } from '../rules/rule-options.ts';
import { alternativesOf, type Factored } from './alternatives.ts';

/** The rules of a route that a document can state. */
export interface StatedRules {
  readonly token: 'required' | 'optional';
  readonly scopes: Factored;
  /** `undefined` if no permissions are required. */
  readonly permissions: RequiredNames | undefined;
}

/** The options of one API, as far as a document can state them. */
export interface ApiRules {
  readonly routes: RoutesOptions;
  /** The common rules: of paths that are not declared, if these are not refused. */
  readonly rules: RulesOptions;
  readonly undeclared: AuthorizerOptions['undeclared'];
}

/** @param api - the API of the option `apis`; its rules replace common ones */
export function rulesOfApi(options: AuthorizerOptions, api: string | undefined): ApiRules {
  const own = api === undefined ? options : options.apis?.[api];
  const rules = { ...options.rules, ...own?.rules } as RulesOptions;
  return { routes: own?.routes ?? {}, rules, undeclared: own?.undeclared };
}

/** What a document states about a route: its own rules, else the common ones. */
export function statedRules(route: RouteRules, common: RulesOptions): StatedRules {
  const scopes = enforced(route.scopes ?? common.scopes);
  const permissions = route.permissions ?? common.permissions;
  const needsToken = scopes !== undefined || enforced(permissions) !== undefined;
  return {
    token: route.token === 'optional' && !needsToken ? 'optional' : 'required',
    scopes: scopes === undefined ? { all: [], any: [] } : parseRequired(scopes, 'scopes'),
    permissions: permissions === false ? undefined : permissions,
  };
}

/** The value of a rule; `undefined` if it is off, or reports only: a document says what is enforced. */
function enforced(value: RequiredNames | false | undefined): RequiredNames | undefined {
  return value === undefined || value === false || parseRequired(value, 'rule').reportOnly
    ? undefined
    : value;
}

/** What documents cannot state: the names of all other rules of these routes. */
export function unstatedRules({ routes, rules }: ApiRules): readonly string[] {
  const all = [rules, ...Object.values(routes)].flatMap((set) => Object.entries(set));
  const names = all
    .filter(([name, value]) => value !== false && !isStated(name, value))
    .map(([name]) => name);
  return [...new Set(names)];
}

function isStated(name: string, value: unknown): boolean {
  if (name === 'scopes') return enforced(value as RequiredNames) !== undefined;
  return name === 'permissions' || name === 'token';
}

/** The names of the schemes that a document's `security` refers to. */
export interface SchemeNames {
  /** Makes API Gateway call the authorizer. */
  readonly authorizer: string;
  /** Carries the scopes. API Gateway ignores it. */
  readonly token: string;
}

/** The value of `security` of an operation. */
export function securityOf({ token, scopes }: StatedRules, names: SchemeNames): readonly object[] {
  const guarded = alternativesOf(scopes).map((scopes) => ({ [names.authorizer]: [], [names.token]: scopes }));
  return token === 'optional' ? [...guarded, {}] : guarded;
}
