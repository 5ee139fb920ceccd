import type { Settings } from './contender.ts';
import { oursWith } from './ours-with.ts';

/** The defaults: with the token cache and a log line per decision. */
export const create = (settings: Settings) => oursWith(settings, {});
