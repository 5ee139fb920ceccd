import type { TokensToRevoke } from '../revoke-tokens.ts';
import { type Auth0Event, type Fields, fieldsOf, malformed } from './auth0-event.ts';

/** What a logout ends: nothing, the tokens of the session (`sid`), or all tokens of the user. */
export type LogoutScope = 'ignore' | 'session' | 'user';

type Find = (data: Fields, logout: LogoutScope) => readonly TokensToRevoke[];

/**
 * The events of event streams that end tokens. Their schemas are Auth0's, and each has a page:
 *
 * - https://auth0.com/docs/events/user/user.updated, with `blocked`
 * - https://auth0.com/docs/events/user/user.deleted
 * - https://auth0.com/docs/events/organization/organization.member.deleted
 * - https://auth0.com/docs/events/organization/organization.deleted
 */
const STREAM_EVENTS: ReadonlyMap<string, Find> = new Map<string, Find>([
  ['user.updated', (user) => (user['blocked'] === true ? userOf(user) : [])],
  ['user.deleted', (user) => userOf(user)],
  // All of the user's tokens: an entry names one claim. The application gets new ones for the other organizations.
  ['organization.member.deleted', ({ user }) => userOf(fieldsOf(user))],
  ['organization.deleted', ({ id }) => [{ org_id: required(id, 'id') }]],
]);

/**
 * The log entries that end tokens: https://auth0.com/docs/deploy-monitor/logs/log-event-type-codes. Auth0 documents
 * `user_id` alike for all types; in `sdu` it is taken for the deleted user.
 */
const LOG_ENTRIES: ReadonlyMap<string, Find> = new Map<string, Find>([
  ['sdu', (entry) => userOf(entry)],
  ['universal_logout_succeeded', (entry) => userOf(entry)],
  ['slo', logoutOf],
  ['srrt', logoutOf],
]);

/**
 * The tokens that an event ends: none if its type is not one of the above.
 *
 * @throws {RevocationsError} `revocations_event` if it must name someone and does not
 */
export function tokensEndedBy(
  { stream, type, data }: Auth0Event,
  logout: LogoutScope,
): readonly TokensToRevoke[] {
  const find = (stream === 'log' ? LOG_ENTRIES : STREAM_EVENTS).get(type);
  return find?.(data, logout) ?? [];
}

function userOf({ user_id }: Fields): readonly TokensToRevoke[] {
  return [{ sub: required(user_id, 'user_id') }];
}

/** Without a session or a user, a logout ends nothing. */
function logoutOf({ user_id, details }: Fields, logout: LogoutScope): readonly TokensToRevoke[] {
  const { session_id, refresh_token } = fieldsOf(details);
  const sid = session_id ?? fieldsOf(refresh_token)['session_id'];
  if (logout === 'user' && isName(user_id)) return [{ sub: user_id }];
  return logout === 'session' && isName(sid) ? [{ sid }] : [];
}

function required(value: unknown, name: string): string {
  if (isName(value)) return value;
  throw malformed(`it has no ${name}`);
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
