import type { Settings } from './contender.ts';
import { oursWith } from './ours-with.ts';

/** With the keys in the bundle, so that nothing is fetched. */
export const create = (settings: Settings) =>
  oursWith(settings, { logger: false, jwks: { keys: [settings.jwk] } });
