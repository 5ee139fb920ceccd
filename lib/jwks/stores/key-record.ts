import { isObject } from '../../util/is-object.ts';
import type { ImportedKeys, ImportKeys } from '../import-keys.ts';
import { keysOfDocument, parseJson } from '../jwks-document.ts';
import { JwksError } from '../jwks-error.ts';
import { publicJwks } from '../public-jwks.ts';
import { shownUri } from '../shown-uri.ts';

/** How far the clock of the environment that wrote a record may run ahead of ours, milliseconds. */
export const CLOCK_SKEW = 60_000;

/** What environments share through a store. */
export interface KeyRecord extends ImportedKeys {
  /** When the endpoint was asked, epoch milliseconds by the writer's clock, which may run a little ahead of ours. */
  readonly fetchedAt: number;
  /** Seconds, from the endpoint's response; `null` if it did not say. */
  readonly maxAge: number | null;
}

/** The text of a record, for the store. */
export function formatRecord(uri: string, { keys, fetchedAt, maxAge }: Omit<KeyRecord, 'ignored'>): string {
  return JSON.stringify({ version: 1, uri, fetchedAt, maxAge, keys: publicJwks(keys) });
}

/**
 * Reads a record from a store. It is trusted no more than a response from the network. Its time of fetching may lie in
 * the future by {@link CLOCK_SKEW} at most, so that a record cannot make keys younger than they are.
 *
 * @throws {JwksError} if it is not a record of this package for that address
 */
export function parseRecord(uri: string, text: string, now: number, importKeys: ImportKeys): KeyRecord {
  const source = `the store of ${shownUri(uri)}`;
  const record: unknown = parseJson(text, source);
  if (!isObject(record) || record.version !== 1 || record.uri !== uri) {
    throw new JwksError('jwks_store', `${source} holds no record of this address in version 1`);
  }
  const { fetchedAt, maxAge } = record;
  if (typeof fetchedAt !== 'number' || !(fetchedAt >= 0) || fetchedAt > now + CLOCK_SKEW) {
    throw new JwksError('jwks_store', `${source} holds a record with an impossible time of fetching`);
  }
  return {
    ...keysOfDocument(record, source, importKeys),
    fetchedAt,
    maxAge: typeof maxAge === 'number' && maxAge >= 0 ? maxAge : null,
  };
}
