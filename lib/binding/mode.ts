import type { Refusal } from '../decision/decision.ts';

export const MODES = ['allowed', 'required'] as const;

/**
 * Whether tokens must have a binding: `'allowed'` also accepts tokens without it, `'required'` refuses them
 * (`token_not_bound`).
 */
export type BindingMode = (typeof MODES)[number];

/** The verdict on a token without the binding. */
export function judgeAbsent(mode: BindingMode, detail: string): Refusal | null {
  return mode === 'required' ? { code: 'token_not_bound', detail } : null;
}
