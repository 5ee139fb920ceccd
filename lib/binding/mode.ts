import type { Refusal } from '../decision/decision.ts';
import type { BindingMode } from '../token/binding.ts';

export type { BindingMode };

export const MODES = ['off', 'allowed', 'required'] as const satisfies readonly BindingMode[];

/** The verdict on a token without the binding. */
export function judgeAbsent(mode: BindingMode, detail: string): Refusal | null {
  return mode === 'required' ? { code: 'token_not_bound', detail } : null;
}
