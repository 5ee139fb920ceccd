import type { ConfirmationMember, TokenBinding } from '../token/binding.ts';
import { isObject } from '../util/is-object.ts';
import type { PolicySubject } from './policy-for-request.ts';
import type { PolicyTerms } from './policy-terms.ts';

/** The members of `cnf` whose check no cache key can hold: a cached answer to a token with one of them skips the check. */
export function uncachedMembers(bindings: readonly TokenBinding[]): readonly ConfirmationMember[] {
  const terms = bindings.map((binding) => binding.terms());
  return terms.filter(({ caching }) => 'reason' in caching).map(({ member }) => member);
}

/**
 * Whether the caller's token is bound, and its proof was checked for this request alone. If the gateway caches the answer in
 * spite of the advice, the answer must open no other request.
 *
 * @param terms - `null` for policySerializer on its own: every bound token counts
 */
export function isBoundToRequest({ caller }: PolicySubject, terms: PolicyTerms | null): boolean {
  const cnf: unknown = caller?.token?.claims['cnf'];
  if (!isObject(cnf)) return false;
  return terms === null || terms.uncachedMembers.some((member) => Object.hasOwn(cnf, member));
}
