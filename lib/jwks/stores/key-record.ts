import { isObject } from '../../util/is-object.ts';
import type { ImportKeys } from '../import-keys.ts';
import { type JwksDocument, judge, parse } from '../jwks-document.ts';
import { JwksError } from '../jwks-error.ts';
import { publicJwks } from '../public-jwks.ts';

/** How far the clock of the environment that wrote a record may run ahead of ours, milliseconds. */
export const CLOCK_SKEW = 60_000;

/** What environments tell each other through a store. */
export interface KeyRecord extends JwksDocument {
  /** When the endpoint was asked, epoch milliseconds by the writer's clock, which may run a little ahead of ours. */
  readonly fetchedAt: number;
  /** Seconds, as the endpoint said; `null` when it did not. */
  readonly maxAge: number | null;
}

export function writeRecord(uri: string, { keys, fetchedAt, maxAge }: Omit<KeyRecord, 'ignored'>): string {
  return JSON.stringify({ version: 1, uri, fetchedAt, maxAge, keys: publicJwks(keys) });
}

/**
 * Reads what a store returned, trusting it no more than the network. Of time only that of fetching is taken from it,
 * and not from the future but for some skew of the clocks, so that a record cannot make keys younger than they are.
 *
 * @throws {JwksError} when it is not a record of ours for that address
 */
export function readRecord(uri: string, text: string, now: number, importKeys: ImportKeys): KeyRecord {
  const source = `the store of ${uri}`;
  const record: unknown = parse(text, source);
  if (!isObject(record) || record.version !== 1 || record.uri !== uri) {
    throw new JwksError('jwks_store', `${source} holds no record of this address in version 1`);
  }
  const { fetchedAt, maxAge } = record;
  if (typeof fetchedAt !== 'number' || !(fetchedAt >= 0) || fetchedAt > now + CLOCK_SKEW) {
    throw new JwksError('jwks_store', `${source} holds a record with an impossible time of fetching`);
  }
  return {
    ...judge(record, source, importKeys),
    fetchedAt,
    maxAge: typeof maxAge === 'number' && maxAge >= 0 ? maxAge : null,
  };
}
