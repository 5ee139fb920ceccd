import { Logger } from '@aws-lambda-powertools/logger';
import type { Settings } from './contender.ts';
import { oursWith } from './ours-with.ts';

/** With the user's own Powertools Logger. */
export const create = (settings: Settings) =>
  oursWith(settings, { logger: new Logger({ serviceName: 'orders', persistentKeys: { team: 'orders' } }) });
