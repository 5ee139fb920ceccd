import type { Refusal } from '../decision/decision.ts';
import {
  type BoundUse,
  CONFIRMATION_MEMBERS,
  type ConfirmationMember,
  type TokenBinding,
  UNBOUND,
  UNCHECKED,
} from '../token/binding.ts';
import { isObject } from '../util/is-object.ts';
import { andThen, type MaybePromise } from '../util/maybe-promise.ts';

/**
 * Judges whether the sender of a token may use it: a bound token with all its proofs, an unbound one as `Bearer`.
 *
 * @param bindings - in the order of judging
 * @returns `sender_constrained_token` if no binding checks a member of `cnf`, `unsupported_scheme`, `invalid_claim`, or what
 *   a binding refuses; `null` if the token may be used
 */
export function judgeUse(use: BoundUse, bindings: readonly TokenBinding[]): MaybePromise<Refusal | null> {
  const cnf: unknown = use.claims['cnf'];
  const refusal = cnf === undefined ? judgeUnbound(use) : judgeMembers(cnf, bindings);
  return refusal ?? checkFrom(0, use, bindings);
}

function judgeUnbound({ scheme }: BoundUse): Refusal | null {
  return scheme === 'DPoP' ? UNBOUND : null;
}

/** Refuses unless `cnf` has a member that binds the token, and each of them is checked. Other members are ignored (RFC 7800). */
function judgeMembers(cnf: unknown, bindings: readonly TokenBinding[]): Refusal | null {
  if (!isObject(cnf) || Array.isArray(cnf)) return INVALID;
  const named = CONFIRMATION_MEMBERS.filter((member) => Object.hasOwn(cnf, member));
  if (named.some((member) => typeof cnf[member] !== 'string')) return INVALID;
  const checked = new Set(bindings.map((binding) => binding.terms().member));
  const isChecked = named.every((member) => checked.has(member));
  return isChecked && named.length > 0 ? null : UNCHECKED;
}

function checkFrom(
  first: number,
  use: BoundUse,
  bindings: readonly TokenBinding[],
): MaybePromise<Refusal | null> {
  const binding = bindings[first];
  if (binding === undefined) return null;
  const checked = binding.check(confirmationOf(use.claims['cnf'], binding.terms().member), use);
  return andThen(checked, (refusal) => refusal ?? checkFrom(first + 1, use, bindings));
}

/** Own members only: `cnf` may be an object with a prototype. */
function confirmationOf(cnf: unknown, member: ConfirmationMember): string | null {
  return isObject(cnf) && Object.hasOwn(cnf, member) ? (cnf[member] as string) : null;
}

const INVALID: Refusal = Object.freeze({ code: 'invalid_claim', detail: 'cnf' });
