import type { AccessTokenClaims, VerifiedToken } from '../token/verified-token.ts';
import { BoundedMap } from '../util/bounded-map.ts';
import type { Rule, RuleBinding } from './rule.ts';
import type { RuleSet } from './rule-sets.ts';

/**
 * The routes that a caller may use, so that one policy can be right for all of them. Callers with the same grants get
 * the same object, as long as it is remembered.
 */
export interface Grants {
  /** By the index of the book's `routes`: 1 = granted. */
  readonly routes: Uint8Array;
  /** Whether undeclared paths are granted. */
  readonly undeclared: boolean;
}

/** The token of one request, and whether the request passes a rule. */
export interface RuleReader {
  readonly token: VerifiedToken | null;
  passes(rule: Rule): boolean;
}

export type GrantsReader = (reader: RuleReader) => Grants;

/** How many different grants, and callers' claims, are remembered. */
export const REMEMBERED_GRANTS = 256;

/**
 * Prepares the reading of grants for a rule book's sets. It reads token rules, and rules over inputs that can be an
 * identity source (an address, a header): each distinct rule once a request, and a rule that depends on named claims
 * alone once for their values. Rules that only report, and rules that read anything else, are left out.
 *
 * @param sets - by route index
 * @param undeclared - `null` if undeclared paths are denied
 * @param ipInPolicy - whether conditions in the policy judge the address in place of the `ip` rule
 */
export function createGrants(
  sets: readonly RuleSet[],
  undeclared: RuleSet | null,
  ipInPolicy: boolean,
): GrantsReader {
  const all = undeclared === null ? sets : [...sets, undeclared];
  const readable = (set: RuleSet) =>
    set.rules.filter((rule) => isReadable(rule) && !(ipInPolicy && rule.name === 'ip')).map(withoutPath);
  const rules = [...new Set(all.flatMap(readable))];
  const isPure = ({ claims, memo }: Rule) => claims !== undefined || memo !== undefined;
  const pure = rules.filter(isPure);
  const others = rules.filter((rule) => !isPure(rule));
  const numbers = new Map(rules.map((rule, number) => [rule, number]));
  const needs = all.map((set) => ({
    token: set.token,
    rules: readable(set).map((rule) => numbers.get(rule) as number),
  }));

  const settled = createMemory(pure);
  const byVerdicts = new BoundedMap<Grants>(REMEMBERED_GRANTS);
  return (reader) => {
    const { token } = reader;
    const name = settled(reader) + verdicts(others, reader);
    return byVerdicts.getOrMake(`${token === null ? '-' : '+'}${name}`, () => {
      const passed = new Map([...pure, ...others].map((rule, at) => [numbers.get(rule), name[at] === '1']));
      const granted = needs.map(
        (need) =>
          (token !== null || need.token === 'optional') && need.rules.every((number) => passed.get(number)),
      );
      const routes = Uint8Array.from(granted.slice(0, sets.length), Number);
      return { routes, undeclared: granted[sets.length] === true };
    });
  };
}

/**
 * The verdicts of rules that depend only on claims. Remembered by what they read, and by the token: a known token comes
 * with the same claims object, which nobody can change.
 */
function createMemory(rules: readonly Rule[]): (reader: RuleReader) => string {
  const names = [...new Set(rules.flatMap(({ claims }) => claims ?? []))];
  const memos = [...new Set(rules.flatMap(({ memo }) => memo ?? []))];
  const byValues = new BoundedMap<string>(REMEMBERED_GRANTS);
  const byToken = new WeakMap<AccessTokenClaims, string>();
  return (reader) => {
    const { token } = reader;
    const known = token === null ? undefined : byToken.get(token.claims);
    if (known !== undefined) return known;
    const made = byValues.getOrMake(claimsKey(token, names, memos), () => verdicts(rules, reader));
    if (token !== null && Object.isFrozen(token.claims)) byToken.set(token.claims, made);
    return made;
  };
}

/**
 * What a caller must have to be granted each set. Sets with equal texts are granted together; `true` = every caller has
 * it.
 *
 * @param admitsAnonymous - whether there are callers without a token
 */
export function requirementsOf(
  sets: readonly RuleSet[],
  admitsAnonymous: boolean,
): readonly (string | true)[] {
  const numbers = new Map<Rule, number>();
  const counts = new Map<Rule, number>();
  const needsOf = (rules: readonly Rule[]) => rules.filter(isReadable).map(withoutPath);
  for (const { rules } of sets) {
    for (const rule of needsOf(rules)) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  }
  // Who fails a rule of every set is granted nothing, so that it does not tell the sets apart.
  const isOfSome = (rule: Rule) => (counts.get(rule) as number) < sets.length;
  const numberOf = (rule: Rule): number => {
    if (!numbers.has(rule)) numbers.set(rule, numbers.size);
    return numbers.get(rule) as number;
  };
  return sets.map(({ token, rules }) => {
    const needed = needsOf(rules).filter(isOfSome).map(numberOf);
    const needsToken = admitsAnonymous && token === 'required';
    return needed.length === 0 && !needsToken ? true : `${needsToken} ${needed.join()}`;
  });
}

/** Whether a policy may carry the rule's verdict to other routes of the same cache entry. */
function isReadable(rule: Rule): boolean {
  return !rule.reportOnly && !rule.inputs.includes('anything');
}

/** What a caller must pass to use the route at all. */
function withoutPath(rule: Rule): Rule {
  return rule.binding?.caller ?? rule;
}

/** The parameters that must be a text of the caller, for a route with these rules. */
export function bindingsOf({ rules }: RuleSet): readonly RuleBinding[] {
  return rules.flatMap(({ binding, reportOnly }) => (reportOnly ? [] : (binding ?? [])));
}

/**
 * What the claims and memos come to, as one text. A claim that is absent or `null` has no text. One that is no finite
 * number, from `1e999`, has the text `null`.
 */
function claimsKey(
  token: VerifiedToken | null,
  names: readonly string[],
  memos: readonly NonNullable<Rule['memo']>[],
): string {
  if (token === null) return NO_TOKEN;
  const { claims } = token;
  const values = names.map((name) => JSON.stringify(claims[name] ?? undefined));
  return [...values, ...memos.map((memo) => JSON.stringify(memo(claims)))].join();
}

/** No text of claims: these are JSON with commas between them. */
const NO_TOKEN = 'no token';

/** One character a rule: `1` = passed. */
function verdicts(rules: readonly Rule[], reader: RuleReader): string {
  let text = '';
  for (const rule of rules) text += reader.passes(rule) ? '1' : '0';
  return text;
}
