import { RevocationsError } from './revocations-error.ts';

/** What an entry names: the application (`azp` or `client_id`) as `client`, else the claim of that name. */
export const REVOCATION_KINDS = ['sub', 'org_id', 'client', 'sid', 'jti'] as const;

export type RevocationKind = (typeof REVOCATION_KINDS)[number];

/** Epoch seconds. */
export interface RevocationTimes {
  /** Tokens whose `iat` is less than this are revoked. */
  readonly issuedBefore: number;
  /** From here on every such token has expired, and the entry has no effect. */
  readonly until: number;
}

/** All entries, by kind and value. A kind without entries may be absent. */
export type Revocations = ReadonlyMap<RevocationKind, ReadonlyMap<string, RevocationTimes>>;

/** The id of the record in a `KeyStore`. The ids of keys are addresses. */
export const RECORD_ID = 'revocations';

/** Longest record, characters. An item of DynamoDB holds 400 KB in all. */
export const MOST_CHARACTERS = 390_000;

/** Longest content of a record, unpacked, bytes. 10,000 users take about 500 KB. */
export const MOST_BYTES = 8_388_608;

/*
 * A record is JSON: `{ "version": 1, "entries": "<base64 of raw DEFLATE>" }`. What is packed is JSON too:
 *
 *   { "sub": ["auth0|1", 1800000000, 2592300, "auth0|2", 60, 2592300], "client": [...] }
 *
 * Three items an entry: the value, the seconds from the `issuedBefore` of the entry before it to its own, and the seconds
 * from its `issuedBefore` to its `until`. Packed differences of sorted times take half of the space.
 */

/**
 * Reads the text of a record. If any part of it is damaged, all of it counts as damaged.
 *
 * @param text - from the store; `null` if nothing was ever written, which is an empty list
 * @throws {RevocationsError} `revocations_invalid`
 */
export function parseRevocations(text: string | null): Revocations {
  if (text === null) return new Map();
  try {
    return readRecord(text);
  } catch {
    // Without the cause: the message of a JSON parser quotes the text.
    throw new RevocationsError(
      'revocations_invalid',
      `the store holds no revocations in version 1 under the id ${RECORD_ID}: update this package, or delete the record and revoke again`,
    );
  }
}

/** @throws whatever a damaged record makes it throw */
function readRecord(text: string): Revocations {
  ensure(text.length <= MOST_CHARACTERS);
  const { version, entries } = JSON.parse(text);
  ensure(version === 1 && typeof entries === 'string');
  const { inflateRawSync } = process.getBuiltinModule('node:zlib');
  const packed = inflateRawSync(Buffer.from(entries, 'base64'), { maxOutputLength: MOST_BYTES });
  const columns = Object.entries(JSON.parse(packed.toString()));
  return new Map(columns.map(([kind, column]) => [knownKind(kind), readColumn(column)]));
}

function knownKind(name: string): RevocationKind {
  const kind = REVOCATION_KINDS.find((known) => known === name);
  ensure(kind !== undefined);
  return kind;
}

function readColumn(column: unknown): Map<string, RevocationTimes> {
  ensure(Array.isArray(column) && column.length % 3 === 0);
  const entries = new Map<string, RevocationTimes>();
  let issuedBefore = 0;
  for (let at = 0; at < column.length; at += 3) {
    const [value, later, life] = [column[at], column[at + 1], column[at + 2]];
    ensure(typeof value === 'string' && isCount(later) && isCount(life) && !entries.has(value));
    issuedBefore += later;
    entries.set(value, { issuedBefore, until: issuedBefore + life });
  }
  return entries;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function ensure(isGood: boolean): asserts isGood {
  if (!isGood) throw new Error();
}
