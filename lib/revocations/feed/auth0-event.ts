import { isObject } from '../../util/is-object.ts';
import { RevocationsError } from '../revocations-error.ts';

/** Any JSON object. */
export type Fields = { readonly [name: string]: unknown };

/** What happened at Auth0, from either kind of stream. */
export interface Auth0Event {
  /** `log` = a log stream, `event` = an event stream. */
  readonly stream: 'log' | 'event';
  /** `sdu` of a log stream, `user.deleted` of an event stream. */
  readonly type: string;
  /** The id that Auth0 gave it; the same each time it is delivered. `null` if it has none. */
  readonly id: string | null;
  /** When it happened, epoch seconds, perhaps with a fraction; NaN if the event does not say. */
  readonly time: number;
  /** The log entry, or `data.object` of the event. */
  readonly data: { readonly [name: string]: unknown };
}

/** Where Amazon EventBridge says that an event of Auth0 comes from. Only AWS can send events from `aws.` sources. */
const PARTNER = 'aws.partner/auth0.com/';

/**
 * Reads an event of EventBridge.
 *
 * - Log streams: `detail.data` is the log entry, with `type` and `date`.
 * - Event streams: `detail` is the event in the CloudEvents format, with `type`, `time` and `data.object`.
 *
 * @returns `null` for an event of another source
 * @throws {RevocationsError} `revocations_event` if it comes from Auth0 and has neither form
 * @see https://auth0.com/docs/events
 * @see https://auth0.com/docs/customize/log-streams
 */
export function readAuth0Event(event: unknown): Auth0Event | null {
  const { source, detail, time } = fieldsOf(event);
  if (typeof source !== 'string') throw malformed('it has no source: pass the events of EventBridge');
  if (!source.startsWith(PARTNER)) return null;
  const { data, type } = fieldsOf(detail);
  return typeof type === 'string' ? streamEvent(fieldsOf(detail), type) : logEntry(fieldsOf(data), time);
}

function streamEvent({ id, time, data }: Fields, type: string): Auth0Event {
  return {
    stream: 'event',
    // The overview of Auth0's event catalog has this prefix, its schemas do not.
    type: type.replace(/^com\.auth0\./, ''),
    id: idOf(id),
    time: timeOf(time),
    data: fieldsOf(fieldsOf(data)['object']),
  };
}

function logEntry(entry: Fields, sentAt: unknown): Auth0Event {
  const { type, log_id: id, date } = entry;
  if (typeof type !== 'string') throw malformed('it has neither detail.type nor detail.data.type');
  return { stream: 'log', type, id: idOf(id), time: timeOf(date ?? sentAt), data: entry };
}

function idOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function timeOf(value: unknown): number {
  return typeof value === 'string' ? Date.parse(value) / 1000 : Number.NaN;
}

/** The members of an object; none of any other value. */
export function fieldsOf(value: unknown): Fields {
  return isObject(value) ? value : {};
}

/** @param reason - contains nothing of the event */
export function malformed(reason: string): RevocationsError {
  return new RevocationsError('revocations_event', `the event cannot be read: ${reason}`);
}
