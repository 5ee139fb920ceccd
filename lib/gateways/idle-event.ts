import { type Fields, fieldsOf } from './reading/event-fields.ts';

/** An event that asks for no decision: it keeps the function warm, or comes from a schedule. */
export type IdleEvent = 'ping' | 'schedule';

/** How plugins that keep functions warm mark their pings. */
const PINGS: readonly ((event: Fields) => boolean)[] = [
  // https://github.com/juanjoDiaz/serverless-plugin-warmup
  ({ source }) => source === 'serverless-plugin-warmup',
  // https://github.com/jeremydaly/lambda-warmer
  ({ warmer }) => warmer === true,
  ({ warmup }) => warmup === true,
];

/**
 * Returns what kind of idle event it is, `null` for any other event. No gateway lets a client choose these fields: its
 * events have `type` or `authorizationToken`.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html
 */
export function idleEventOf(value: unknown): IdleEvent | null {
  const event = fieldsOf(value);
  if (event.type !== undefined || event.authorizationToken !== undefined) return null;
  if (event['detail-type'] === 'Scheduled Event') return 'schedule';
  return PINGS.some((isPing) => isPing(event)) ? 'ping' : null;
}
