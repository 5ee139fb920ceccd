import type { Settings } from './contender.ts';
import { fastJwtWith } from './fast-jwt-with.ts';

export const create = (settings: Settings) => fastJwtWith(settings, false);
