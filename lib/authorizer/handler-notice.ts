import type { HandlerRole } from '../answer/handler-role.ts';
import { type NoticeSource, once } from '../invocation/notice.ts';

const ADVICE =
  'Your handler, or a function of the options, refused a caller or added to an answer, but `handlerDecides` is not set. ' +
  'From now on answers open the route of the request only. Answers that are cached already may open other routes: set ' +
  '`handlerDecides: true`, and the cache key that `identitySources` then returns.';

/**
 * Returns the notice `authorizer handler decides` for the log: once, the first time that the handler refuses a caller or
 * adds to an answer without the option `handlerDecides`. `null` with that option.
 */
export function handlerNotice(role: HandlerRole): NoticeSource | null {
  if (role.decides) return null;
  return once(() =>
    role.decides ? { level: 'warn', message: 'authorizer handler decides', line: { advice: ADVICE } } : null,
  );
}
