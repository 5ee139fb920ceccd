import { judgeUse } from '../../lib/binding/judge.ts';
import type { Refusal } from '../../lib/decision/decision.ts';
import type { ConfirmationMember, TokenBinding } from '../../lib/token/binding.ts';

/** A binding that records what it checks. */
export function recordingBinding(member: ConfirmationMember, refusal: Refusal | null = null, waits = false) {
  const seen: (string | null)[] = [];
  const binding: TokenBinding = {
    terms: () => ({ member, mode: 'allowed', caching: { headers: [] }, algorithms: [] }),
    unsupported: () => null,
    check(confirmation) {
      seen.push(confirmation);
      return waits ? Promise.resolve(refusal) : refusal;
    },
    judge: judgeUse,
    withoutReplay: () => binding,
    notice: () => null,
    watch: () => undefined,
  };
  return { binding, seen };
}
