import type { AuthorizationRequest } from '../gateways/gateway.ts';
import type { VerifiedToken } from '../token/verified-token.ts';
import type { Findings, Rule, Subject } from './rule.ts';
import type { RuleSet } from './rule-sets.ts';

/**
 * The routes whose token rules (scopes, permissions, claims) a caller passes, so that a policy cached under the token
 * may name them. Callers with the same grants get the very same object, as long as it is remembered.
 */
export interface Grants {
  /** By the index of the book's `routes`: 1 = granted. */
  readonly routes: Uint8Array;
  /** Whether undeclared paths are granted. */
  readonly undeclared: boolean;
}

/** How many different grants are remembered. */
export const REMEMBERED_GRANTS = 256;

/** A token rule can look at nothing else than the token: this stands where the request would be. */
const NO_REQUEST = Object.freeze({}) as AuthorizationRequest;

/**
 * Prepares the question for a rule book's sets. Each distinct token rule is judged once a question. Rules that only
 * report, and rules that depend on the request, are left out. A predicate that throws grants nothing.
 *
 * @param sets - by route index
 * @param undeclared - `null` when undeclared paths are denied
 */
export function createGrants(
  sets: readonly RuleSet[],
  undeclared: RuleSet | null,
): (token: VerifiedToken | null) => Grants {
  const rules: Rule[] = [];
  const numbers = new Map<Rule, number>();
  const needs = [...sets, ...(undeclared === null ? [] : [undeclared])].map((set) => ({
    token: set.token,
    rules: set.rules.filter(isTokenRule).map((rule) => numberOf(rule, rules, numbers)),
  }));
  const remembered = new Map<string, Grants>();
  return (token) => {
    const subject: Subject = { request: NO_REQUEST, token };
    const passed = rules.map((rule) => passes(rule, subject));
    const name = `${token === null ? '-' : '+'}${passed.map(Number).join('')}`;
    let grants = remembered.get(name);
    if (grants === undefined) {
      const granted = Uint8Array.from(needs, (need) =>
        (token !== null || need.token === 'optional') && need.rules.every((number) => passed[number]) ? 1 : 0,
      );
      grants = { routes: granted.slice(0, sets.length), undeclared: granted[sets.length] === 1 };
      if (remembered.size >= REMEMBERED_GRANTS) remembered.delete(remembered.keys().next().value as string);
      remembered.set(name, grants);
    }
    return grants;
  };
}

function isTokenRule(rule: Rule): boolean {
  return rule.dependsOn === 'token' && !rule.reportOnly;
}

function numberOf(rule: Rule, rules: Rule[], numbers: Map<Rule, number>): number {
  const known = numbers.get(rule);
  if (known !== undefined) return known;
  numbers.set(rule, rules.length);
  return rules.push(rule) - 1;
}

function passes(rule: Rule, subject: Subject): boolean {
  const findings: Findings = { clientIp: null, country: null };
  try {
    return rule.judge(subject, findings) === null;
  } catch {
    return false;
  }
}
