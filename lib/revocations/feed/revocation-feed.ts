import type { KeyStore } from '../../jwks/key-store.ts';
import { jsonLog, type LineLog, lineLog } from '../../util/json-log.ts';
import { func, oneOf, optional, plainObject, seconds } from '../../util/option-checks.ts';
import type { Revocation } from '../entries.ts';
import {
  endOf,
  LONGEST_TOKEN_LIFETIME,
  namedTokens,
  type TokensToRevoke,
  writableStore,
} from '../revoke-tokens.ts';
import { addRevocations, type WritableStore } from '../store.ts';
import { type Auth0Event, malformed, readAuth0Event } from './auth0-event.ts';
import { eventsIn } from './batch.ts';
import { type LogoutScope, tokensEndedBy } from './tokens-ended-by.ts';

/** Options of {@link revocationFeed}. */
export interface RevocationFeedOptions {
  /** The store of the option `revocations` of your authorizers, with the permission to write. */
  readonly store: KeyStore;
  /**
   * The lifetime of the longest-lived access token of your APIs, seconds. Entries are kept that long. A shorter one ends the
   * entry while a revoked token is still valid; a longer one only makes the record larger.
   *
   * @default 2592000: 30 days, the longest that Auth0 allows
   * @see https://auth0.com/docs/secure/tokens/access-tokens/update-access-token-lifetime
   */
  readonly tokenLifetime?: number;
  /**
   * What a logout (`slo`) and a revoked refresh token (`srrt`) of a log stream end: nothing; the tokens with the claim `sid`
   * of that session, which access tokens lack unless Auth0 adds it; or all tokens of the user, on every device.
   *
   * @default 'ignore'
   */
  readonly logout?: LogoutScope;
  /**
   * Your own reading of an event, in addition to the built-in one. For `sapi` (a call of the Management API) for example,
   * whose schema Auth0 leaves open. Called with each event of Auth0. What it throws, the feed throws.
   */
  readonly also?: (event: Auth0Event) => readonly TokensToRevoke[];
  /**
   * Gets one line for each event, without any identifier of a user. A Powertools `Logger`, anything that has its method
   * `info`, or `false`.
   *
   * @default one line of JSON on standard output
   */
  readonly logger?: LineLog | false;
}

/**
 * What the feed made of one event. `type` and `id` are those of Auth0; `id` is `null` if it has none.
 *
 * - `revoked`: the entries are in the record.
 * - `ignored`: the event ends no tokens. `type` is `null` if it does not come from Auth0.
 */
export type FeedResult =
  | {
      readonly kind: 'revoked';
      readonly type: string;
      readonly id: string | null;
      readonly revocations: readonly Revocation[];
    }
  | { readonly kind: 'ignored'; readonly type: string | null; readonly id: string | null };

/** How far an event may lie in the future, seconds. */
const CLOCK_SKEW = 300;

/** A result, or why the event could not be read. */
type Reading = FeedResult | { readonly kind: 'failed'; readonly error: unknown };

interface Settings {
  readonly store: WritableStore;
  readonly tokenLifetime: number;
  readonly logout: LogoutScope;
  readonly also: ((event: Auth0Event) => readonly TokensToRevoke[]) | null;
  readonly logger: LineLog | null;
}

/**
 * A Lambda handler for EventBridge that revokes tokens as Auth0 reports it, from event streams and from log streams. Target
 * of a rule, or behind an SQS queue.
 *
 * | stream | type | ends the tokens of |
 * | --- | --- | --- |
 * | event | `user.updated` with `blocked: true`, `user.deleted` | the user |
 * | event | `organization.member.deleted` | the user, in all organizations: new tokens are of those that are left |
 * | event | `organization.deleted` | the organization |
 * | log | `sdu`, `universal_logout_succeeded` | the user |
 * | log | `slo`, `srrt` | what `logout` says |
 *
 * An entry ends the tokens that were issued until the second of the event. Those issued later pass: a user who is unblocked
 * logs in again. An entry depends on its event alone and entries are merged, so that events may arrive late, twice or in any
 * order.
 *
 * @returns a handler that resolves to one result for each event
 * @throws {OptionError} at start-up, for options that make no sense
 * @throws {RevocationsError} `revocations_event` from the handler for an event of Auth0 that cannot be read, after the others
 *   of its batch are in the record; any error of the store. Lambda retries: configure a dead-letter queue.
 * @see https://auth0.com/docs/customize/events/create-an-event-stream
 * @see https://auth0.com/docs/deploy-monitor/logs/log-event-type-codes
 * @example
 * const feed = revocationFeed({ store: dynamoDbKeyStore({ table: 'auth0' }), tokenLifetime: 86_400 });
 */
export function revocationFeed(
  options: RevocationFeedOptions,
): (event: unknown) => Promise<readonly FeedResult[]> {
  const settings = parse(options);
  return async (event) => {
    const now = Date.now() / 1000;
    const readings = eventsIn(event).map((each) => read(each, settings, now));
    const added = readings.flatMap((reading) => (reading.kind === 'revoked' ? reading.revocations : []));
    if (added.length > 0) await addRevocations(settings.store, added, now);
    return settle(readings, settings.logger);
  };
}

function parse(options: unknown): Settings {
  const path = 'revocationFeed';
  const known = plainObject(options, path, ['store', 'tokenLifetime', 'logout', 'also', 'logger']);
  return {
    store: writableStore(known.store, `${path}.store`),
    tokenLifetime: optional(
      known,
      path,
      'tokenLifetime',
      LONGEST_TOKEN_LIFETIME,
      seconds,
      1,
      LONGEST_TOKEN_LIFETIME,
    ),
    logout: optional(known, path, 'logout', 'ignore', oneOf<LogoutScope>, ['ignore', 'session', 'user']),
    also: optional(known, path, 'also', null, func<NonNullable<RevocationFeedOptions['also']>>),
    logger: optional(known, path, 'logger', jsonLog, lineLog),
  };
}

/** Reads one event. A failure is a result too, so that it keeps no other event of its batch from the record. */
function read(event: unknown, settings: Settings, now: number): Reading {
  try {
    const found = readAuth0Event(event);
    return found === null ? { kind: 'ignored', type: null, id: null } : resultFor(found, settings, now);
  } catch (error) {
    return { kind: 'failed', error };
  }
}

function resultFor(event: Auth0Event, { tokenLifetime, logout, also }: Settings, now: number): FeedResult {
  const { type, id, time } = event;
  const tokens = [...tokensEndedBy(event, logout), ...(also?.(event) ?? [])];
  if (tokens.length === 0) return { kind: 'ignored', type, id };
  const issuedBefore = secondAfter(time, now);
  const times = { issuedBefore, until: endOf(issuedBefore, tokenLifetime) };
  const revocations = tokens.map((each, at) => ({ ...namedTokens(each, `tokens[${at}]`), ...times }));
  return { kind: 'revoked', type, id, revocations };
}

/**
 * The first second after an event. `iat` has whole seconds: in the second of the event, tokens from before and after it look
 * the same.
 *
 * @throws {RevocationsError} `revocations_event` if that is no time, or in the future
 */
function secondAfter(time: number, now: number): number {
  if (Number.isNaN(time)) throw malformed('it has no time');
  if (time > now + CLOCK_SKEW) throw malformed('its time is in the future');
  return Math.floor(time) + 1;
}

/** Logs the results, when the entries are in the record. Throws the first failure. */
function settle(readings: readonly Reading[], logger: LineLog | null): readonly FeedResult[] {
  const results = readings.filter((reading) => reading.kind !== 'failed');
  for (const result of results) {
    const { kind, type, id } = result;
    const ends = kind === 'revoked' ? result.revocations.map((entry) => entry.kind) : [];
    logger?.info('revocation feed', { result: kind, type, id, ends });
  }
  const failure = readings.find((reading) => reading.kind === 'failed');
  if (failure !== undefined) throw failure.error;
  return results;
}
