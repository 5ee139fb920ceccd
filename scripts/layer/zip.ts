import { crc32, deflateRawSync } from 'node:zlib';

/** Files of an archive by their paths, with `/` between the parts. */
export type Files = ReadonlyMap<string, Buffer>;

const VERSION = 20;
const DEFLATED = 8;
/** Names are UTF-8. */
const FLAGS = 0x0800;
/** 1 January 1980, the first day that the format can express: the same files give the same archive. */
const DATE = (1 << 5) | 1;
/** A regular file that everybody may read, as Unix encodes it. */
const MODE = 0o100644;
const MADE_BY_UNIX = (3 << 8) | VERSION;

interface Entry {
  readonly name: Buffer;
  readonly data: Buffer;
  readonly fields: Buffer;
}

/**
 * Returns a ZIP archive (PKWARE APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16), its files in the order of their
 * names.
 */
export function zipOf(files: Files): Buffer {
  const entries = [...files]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, data]) => entryOf(name, data));
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const local = Buffer.concat([signed('PK\x03\x04', entry.fields), entry.name, entry.data]);
    locals.push(local);
    centrals.push(centralOf(entry, offset));
    offset += local.length;
  }
  const directory = Buffer.concat(centrals);
  return Buffer.concat([...locals, directory, endOf(entries.length, directory.length, offset)]);
}

/** The fields that the local header and the central directory share. */
function entryOf(path: string, content: Buffer): Entry {
  const name = Buffer.from(path);
  const data = deflateRawSync(content, { level: 9 });
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(VERSION, 0);
  fields.writeUInt16LE(FLAGS, 2);
  fields.writeUInt16LE(DEFLATED, 4);
  fields.writeUInt16LE(DATE, 8);
  fields.writeUInt32LE(crc32(content), 10);
  fields.writeUInt32LE(data.length, 14);
  fields.writeUInt32LE(content.length, 18);
  fields.writeUInt16LE(name.length, 22);
  return { name, data, fields };
}

function centralOf({ name, fields }: Entry, offset: number): Buffer {
  const madeBy = Buffer.alloc(2);
  madeBy.writeUInt16LE(MADE_BY_UNIX);
  const rest = Buffer.alloc(14);
  rest.writeUInt32LE(MODE * 2 ** 16, 6);
  rest.writeUInt32LE(offset, 10);
  return signed('PK\x01\x02', madeBy, fields, rest, name);
}

function endOf(count: number, size: number, offset: number): Buffer {
  const fields = Buffer.alloc(18);
  fields.writeUInt16LE(count, 4);
  fields.writeUInt16LE(count, 6);
  fields.writeUInt32LE(size, 8);
  fields.writeUInt32LE(offset, 12);
  return signed('PK\x05\x06', fields);
}

function signed(signature: string, ...parts: readonly Buffer[]): Buffer {
  return Buffer.concat([Buffer.from(signature, 'latin1'), ...parts]);
}
