import type { Settings } from './contender.ts';
import { oursWith } from './ours-with.ts';

export const create = (settings: Settings) => oursWith(settings, { logger: false });
