import type { Settings } from './contender.ts';
import { oursWith } from './ours-with.ts';

/** With pinned keys: nothing is fetched. */
export const create = (settings: Settings) =>
  oursWith(settings, { logger: false, jwks: { keys: [settings.jwk] } });
