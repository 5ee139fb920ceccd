import fs from 'node:fs';
import path from 'node:path';
import { crc32, inflateRawSync } from 'node:zlib';

const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END = 0x06054b50;
const END_SIZE = 22;

/** Unpacks an archive by its central directory, as tools do, and checks each file against both of its headers. */
export function unzip(zip: Buffer, folder: string): void {
  const end = zip.length - END_SIZE;
  expectSignature(zip, end, END);
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    expectSignature(zip, at, CENTRAL);
    const nameLength = zip.readUInt16LE(at + 28);
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength);
    const target = path.join(folder, name);
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.writeFileSync(target, contentOf(zip, at, name));
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
}

function contentOf(zip: Buffer, central: number, name: string): Buffer {
  const local = zip.readUInt32LE(central + 42);
  expectSignature(zip, local, LOCAL);
  if (!zip.subarray(local + 4, local + 30).equals(zip.subarray(central + 6, central + 32)))
    throw new Error(`${name}: its two headers differ`);
  const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
  const content = inflateRawSync(zip.subarray(start, start + zip.readUInt32LE(central + 20)));
  if (crc32(content) !== zip.readUInt32LE(central + 16)) throw new Error(`${name}: its checksum is wrong`);
  return content;
}

function expectSignature(zip: Buffer, at: number, signature: number): void {
  if (zip.readUInt32LE(at) !== signature) throw new Error(`no header at ${at}`);
}
