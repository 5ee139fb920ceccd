import { type KeyStore, keyStore } from '../jwks/key-store.ts';
import {
  nonEmptyArray,
  nonEmptyString,
  optional,
  plainObject,
  refuse,
  seconds,
  wholeNumber,
} from '../util/option-checks.ts';
import { listRevocations, type Revocation } from './entries.ts';
import { REVOCATION_KINDS, type RevocationKind } from './record.ts';
import { addRevocations, type WritableStore } from './store.ts';

/** The longest life of an access token that Auth0 allows, seconds. */
export const LONGEST_TOKEN_LIFETIME = 2_592_000;

/** The largest `clockTolerance` of an authorizer, seconds: for so long an expired token may still pass. */
const MOST_TOLERANCE = 300;

/** Longest value of an entry, characters. */
const MOST_VALUE = 512;

/** Which tokens to revoke: all of one user, organization, application, session, or one token. Exactly one member. */
export type TokensToRevoke = {
  readonly [Kind in RevocationKind]: { readonly [member in Kind]: string };
}[RevocationKind];

/** Options of `revokeTokens`. */
export interface RevokeTokensOptions {
  /** The store that `revocations.store` of your authorizers reads, with `write`, and `update` if several writers use it. */
  readonly store: KeyStore;
  /**
   * The tokens: `{ sub }`, `{ org_id }`, `{ client }` (the id of an application), `{ sid }` or `{ jti }`; or a list of
   * these. Auth0 puts `jti` into tokens of the RFC 9068 profile only, and `sid` into none unless an Action adds it.
   */
  readonly tokens: TokensToRevoke | readonly TokensToRevoke[];
  /**
   * Tokens with an `iat` before this time are revoked; those of later logins pass. Whole epoch seconds, at most 30 days
   * ahead. Compared exactly: `clockTolerance` does not count.
   *
   * @default the next full second, so that tokens of this second are revoked too
   */
  readonly issuedBefore?: number;
  /**
   * The longest life of an access token of your APIs in Auth0, seconds. An entry is dropped when the last token that it
   * revokes has expired. If it is too short, revoked tokens pass again.
   *
   * @default 2592000 seconds, the longest that Auth0 allows
   */
  readonly tokenLifetime?: number;
}

/** What `revokeTokens` did. */
export interface RevokedTokens {
  /** All entries that the store holds now, those of others included. */
  readonly revocations: readonly Revocation[];
  /** `false` if the store held the same entries or stricter ones already. */
  readonly isWritten: boolean;
}

/**
 * Revokes access tokens. Authorizers that read the store refuse them within `revocations.refreshEvery` seconds, after
 * what the gateway itself has cached.
 *
 * @returns the entries that the store holds now
 * @throws {OptionError} for an option that makes no sense
 * @throws {RevocationsError} `revocations_full`, `revocations_invalid` or `revocations_conflict`; or rejects with the
 *   store's own error. Nothing is revoked then.
 * @example
 * await revokeTokens({ store: dynamoDbKeyStore({ table: 'auth0' }), tokens: { sub: 'auth0|507f1f77bcf86cd799439011' } });
 */
export async function revokeTokens(options: RevokeTokensOptions): Promise<RevokedTokens> {
  const known = plainObject(options, '', ['store', 'tokens', 'issuedBefore', 'tokenLifetime']);
  const store = writableStore(known.store, 'store');
  const now = Math.floor(Date.now() / 1000);
  const added = entriesOf(known, now);
  const { revocations, isWritten } = await addRevocations(store, added, now);
  return { revocations: listRevocations(revocations), isWritten };
}

/** @throws {OptionError} if the option is no store, or one that only reads */
export function writableStore(value: unknown, path: string): WritableStore {
  const store = keyStore(value, path);
  if (store.write === undefined) refuse(path, 'only reads: give a store that also writes');
  return store as WritableStore;
}

type Raw = { readonly tokens?: unknown; readonly issuedBefore?: unknown; readonly tokenLifetime?: unknown };

function entriesOf(options: Raw, now: number): readonly Revocation[] {
  const latest = now + LONGEST_TOKEN_LIFETIME;
  const issuedBefore = optional(options, '', 'issuedBefore', now + 1, wholeNumber, 0, latest);
  const life = optional(
    options,
    '',
    'tokenLifetime',
    LONGEST_TOKEN_LIFETIME,
    seconds,
    1,
    LONGEST_TOKEN_LIFETIME,
  );
  const { tokens } = options;
  const times = { issuedBefore, until: endOf(issuedBefore, life) };
  if (!Array.isArray(tokens)) return [{ ...namedTokens(tokens, 'tokens'), ...times }];
  return nonEmptyArray(tokens, 'tokens', 'entry').map((one, at) => ({
    ...namedTokens(one, `tokens[${at}]`),
    ...times,
  }));
}

/** When every token that was issued before that time has expired, for every authorizer. Epoch seconds. */
export function endOf(issuedBefore: number, tokenLifetime: number): number {
  return Math.ceil(issuedBefore + tokenLifetime + MOST_TOLERANCE);
}

/** @throws {OptionError} if it does not name exactly one kind of tokens */
export function namedTokens(value: unknown, path: string): Pick<Revocation, 'kind' | 'value'> {
  const named = plainObject(value, path, REVOCATION_KINDS);
  const [kind, ...others] = REVOCATION_KINDS.filter((name) => Object.hasOwn(named, name));
  if (kind === undefined || others.length > 0) {
    refuse(path, `must have exactly one of ${REVOCATION_KINDS.join(', ')}: give a list to revoke more`);
  }
  const text = nonEmptyString(named[kind], `${path}.${kind}`);
  if (text.length > MOST_VALUE) refuse(`${path}.${kind}`, `is longer than ${MOST_VALUE} characters`);
  return { kind, value: text };
}
