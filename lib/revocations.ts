// Revoking access tokens: what writes the list that the option `revocations` of an authorizer reads.

export type { Revocation } from './revocations/entries.ts';
export type { Auth0Event } from './revocations/feed/auth0-event.ts';
export {
  type FeedResult,
  type RevocationFeedOptions,
  revocationFeed,
} from './revocations/feed/revocation-feed.ts';
export type { LogoutScope } from './revocations/feed/tokens-ended-by.ts';
export type { RevocationKind, RevocationTimes } from './revocations/record.ts';
export { RevocationsError, type RevocationsErrorCode } from './revocations/revocations-error.ts';
export {
  type RevokedTokens,
  type RevokeTokensOptions,
  revokeTokens,
  type TokensToRevoke,
} from './revocations/revoke-tokens.ts';
export type { WritableStore } from './revocations/store.ts';
export type { LineLog } from './util/json-log.ts';
