import type { Settings } from './contender.ts';
import { oursWith } from './ours-with.ts';

/** As it comes: with the token cache and with a log line a decision. */
export const create = (settings: Settings) => oursWith(settings, {});
