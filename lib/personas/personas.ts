import type { AuthorizerOptions } from '../authorizer/options.ts';
import { audiencesIn } from '../rules/kinds/audience.ts';
import { namesIn } from '../rules/kinds/scope-lists.ts';
import type { RulesOptions } from '../rules/rule-options.ts';
import { isObject } from '../util/is-object.ts';
import { callerFor } from './persona-caller.ts';
import { organizationFor } from './persona-organization.ts';

export type Claims = Readonly<Record<string, unknown>>;

/** A caller to try options with. */
export interface Persona {
  /**
   * - `everything`: has what all rules require together.
   * - `nothing`: a user with a token that holds nothing besides.
   * - `expired`: `everything`, an hour after the token's expiry.
   * - `route`: has what one route requires.
   * - `own`: of the user's module.
   */
  readonly kind: 'everything' | 'nothing' | 'expired' | 'route' | 'own';
  /** The kind, the key of the route, or the name in the user's module. */
  readonly name: string;
  /** Claims of the token, besides those that a test issuer adds. */
  readonly claims: Claims;
}

type Rules = { readonly [Rule in keyof RulesOptions]?: RulesOptions[Rule] | false };

/**
 * Callers that show what the options do: one with everything that the rules require, one with nothing, one whose token has
 * expired, one for each route with what that route requires, and those of the user.
 *
 * @param options - of one API
 * @param own - claims by name; anything else that a module exports counts as no claims
 */
export function personasFor(
  { rules = {}, routes = {} }: AuthorizerOptions,
  own: unknown,
): readonly Persona[] {
  const perRoute = Object.entries(routes).map(
    ([key, route]) => [key, { ...rules, ...route } as Rules] as const,
  );
  const everything = claimsFor([rules, ...perRoute.map(([, effective]) => effective)]);
  const now = Math.floor(Date.now() / 1000);
  return [
    { kind: 'everything', name: 'everything', claims: everything },
    { kind: 'nothing', name: 'nothing', claims: {} },
    { kind: 'expired', name: 'expired', claims: { ...everything, iat: now - 7200, exp: now - 3600 } },
    ...perRoute.map(
      ([name, effective]) => ({ kind: 'route', name, claims: claimsFor([effective]) }) as const,
    ),
    ...ownPersonas(own),
  ];
}

/** Claims that meet all of these rules, as far as they show what they expect. */
function claimsFor(rules: readonly Rules[]): Claims {
  const scopes = new Set(rules.flatMap((one) => namesIn(one.scopes)));
  const permissions = new Set(rules.flatMap((one) => namesIn(one.permissions)));
  const audiences = new Set(rules.flatMap((one) => audiencesIn(one.audience).slice(0, 1)));
  return {
    ...callerFor(rules),
    ...organizationFor(rules),
    ...(audiences.size > 0 ? { aud: [...audiences] } : {}),
    ...Object.assign({}, ...rules.map((one) => expectedClaims(one.claims))),
    ...(scopes.size > 0 ? { scope: [...scopes].join(' ') } : {}),
    ...(permissions.size > 0 ? { permissions: [...permissions] } : {}),
    ...detailsFor(rules),
    ...loginFor(rules),
  };
}

/** An authorization detail of each type. */
function detailsFor(rules: readonly Rules[]): Claims {
  const types = new Set(
    rules.flatMap(({ authorizationDetails }) => (authorizationDetails || NO_TYPES).types),
  );
  return types.size === 0 ? {} : { authorization_details: [...types].map((type) => ({ type })) };
}

const NO_TYPES = { types: [] as readonly string[] };

/** A login just now, by every method, of the first class that the last of the rules accepts. */
function loginFor(rules: readonly Rules[]): Claims {
  const methods = new Map<string, readonly string[]>();
  const login: Record<string, unknown> = {};
  for (const { authentication } of rules) {
    const { maxAge, acr, amr, claims = {} } = authentication || {};
    if (maxAge !== undefined) login[claims.authTime ?? 'auth_time'] = Math.floor(Date.now() / 1000);
    if (acr !== undefined) login[claims.acr ?? 'acr'] = acr[0];
    const name = claims.amr ?? 'amr';
    if (amr !== undefined) methods.set(name, [...(methods.get(name) ?? []), ...amr]);
  }
  return { ...login, ...Object.fromEntries(methods) };
}

/** The first of several values. A function does not show what it expects. */
function expectedClaims(claims: Rules['claims']): Claims {
  const { reportOnly: _, ...expected } = claims || {};
  const shown = Object.entries(expected).filter(
    ([, value]) => typeof value !== 'function' && !isAbsence(value),
  );
  return Object.fromEntries(shown.map(([claim, value]) => [claim, isObject(value) ? oneOf(value) : value]));
}

function isAbsence(value: unknown): boolean {
  return isObject(value) && 'absent' in value;
}

/** The first of a list; any value if the claim has only to be there. */
function oneOf(value: object): unknown {
  return Array.isArray(value) ? value[0] : 'any';
}

function ownPersonas(own: unknown): readonly Persona[] {
  const entries = isObject(own) ? Object.entries(own) : [];
  return entries.map(([name, claims]) => ({ kind: 'own', name, claims: isObject(claims) ? claims : {} }));
}
