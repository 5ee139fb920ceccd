import { BOUND } from './bound.ts';
import { CALLERS } from './callers.ts';
import { CACHING, GATEWAYS } from './gateways.ts';
import { KEYS } from './keys.ts';
import { RULES } from './rules.ts';
import type { Step } from './step.ts';
import { TOKENS } from './tokens.ts';

/** The tour: every step is one real HTTP request. */
export const TOUR: readonly Step[] = [
  ...TOKENS,
  ...BOUND,
  ...RULES,
  ...CACHING,
  ...CALLERS,
  ...GATEWAYS,
  ...KEYS,
];
