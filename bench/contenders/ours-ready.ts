import type { Settings } from './contender.ts';
import { oursReadyWith } from './ours-with.ts';

export const create = (settings: Settings) => oursReadyWith(settings, { logger: false });
