import { Logger } from '@aws-lambda-powertools/logger';
import type { Settings } from './contender.ts';
import { create as createSilent } from './middy-jose.ts';

/** The same with one Powertools line per decision, with the fields of this package's line. */
export function create(settings: Settings) {
  const decide = createSilent(settings);
  const logger = new Logger();
  let coldStart = true;
  return async (...[event, context]: Parameters<typeof decide>) => {
    const startedAt = performance.now();
    const answer = (await decide(event, context)) as { principalId: string };
    logger.info('authorizer decision', {
      decision: 'allow',
      principalId: answer.principalId,
      gateway: 'rest-request',
      requestId: event.requestContext.requestId,
      clientIp: event.requestContext.identity.sourceIp,
      issuer: settings.issuer,
      kid: settings.jwk.kid,
      keys: 'fresh',
      coldStart,
      durationMs: performance.now() - startedAt,
    });
    coldStart = false;
    return answer;
  };
}
