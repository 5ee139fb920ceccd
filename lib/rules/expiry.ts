import type { VerifiedToken } from '../token/verified-token.ts';
import type { FoundRules } from './judging.ts';
import type { Rule } from './rule.ts';
import type { RuleSet } from './rule-sets.ts';

/** What an enforced rule says about how long its verdict lasts. */
function expiriesOf(rules: readonly Rule[]): readonly NonNullable<Rule['expiry']>[] {
  return rules.flatMap(({ expiry, reportOnly }) => (expiry === undefined || reportOnly ? [] : [expiry]));
}

/** The least `maxAge` of the enforced rules, seconds; `null` if none of them depends on the time. */
export function leastMaxAge(sets: readonly RuleSet[]): number | null {
  const ages = sets.flatMap(({ rules }) => expiriesOf(rules)).map(({ maxAge }) => maxAge);
  return ages.length === 0 ? null : Math.min(...ages);
}

/**
 * When the rules stop to pass a request that they pass now, although nothing of it changes: epoch seconds, `Infinity` if
 * they do not depend on the time.
 */
export function passesUntil(found: FoundRules, token: VerifiedToken | null): number {
  if (found.kind === 'refused' || token === null) return Infinity;
  const ends = expiriesOf(found.rules).map(({ claim, maxAge }) => Number(token.claims[claim]) + maxAge);
  return Math.min(...ends);
}
