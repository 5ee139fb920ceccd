import { Logger } from '@aws-lambda-powertools/logger';
import type { Settings } from './contender.ts';
import { oursWith } from './ours-with.ts';

/** With a log line through the Powertools Logger that the user made. */
export const create = (settings: Settings) =>
  oursWith(settings, { logger: new Logger({ serviceName: 'orders', persistentKeys: { team: 'orders' } }) });
