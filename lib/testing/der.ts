import type { KeyObject } from 'node:crypto';
import { nodeCrypto } from '../util/node-crypto.ts';

/*
 * The DER of a self-signed X.509 certificate (RFC 5280, section 4.1), for tests: P-256 keys, ECDSA with SHA-256.
 */

const SEQUENCE = 0x30;
const SET = 0x31;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OBJECT_ID = 0x06;
const UTF8 = 0x0c;
const UTC_TIME = 0x17;
const VERSION = 0xa0;
const EXTENSIONS = 0xa3;

/** Tag, length in its shortest form, and content (X.690, section 8.1). */
export function value(tag: number, ...content: readonly Buffer[]): Buffer {
  const bytes = Buffer.concat(content);
  const { length } = bytes;
  const size =
    length < 0x80
      ? [length]
      : length < 0x100
        ? [0x81, length]
        : [0x82, Math.floor(length / 256), length % 256];
  return Buffer.concat([Buffer.from([tag, ...size]), bytes]);
}

export function sequence(...content: readonly Buffer[]): Buffer {
  return value(SEQUENCE, ...content);
}

/** @param hex - the encoded identifier */
export function objectId(hex: string): Buffer {
  return value(OBJECT_ID, Buffer.from(hex, 'hex'));
}

/** What a certificate is made from. */
export interface CertificateParts {
  /** Of subject and issuer. */
  readonly commonName: string;
  /** First and last second of its validity, as `YYMMDDhhmmssZ`. */
  readonly validity: readonly [from: string, until: string];
  /** Each a `sequence`; none: no extensions. */
  readonly extensions?: readonly Buffer[];
}

/** Makes a certificate with a new key. */
export function selfSigned({ commonName, validity, extensions = [] }: CertificateParts): {
  readonly der: Buffer;
  readonly privateKey: KeyObject;
} {
  const { generateKeyPairSync, randomBytes, sign } = nodeCrypto();
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const ecdsaWithSha256 = sequence(objectId('2a8648ce3d040302'));
  const name = sequence(value(SET, sequence(objectId('550403'), value(UTF8, Buffer.from(commonName)))));
  const [from, until] = validity.map((time) => value(UTC_TIME, Buffer.from(time))) as [Buffer, Buffer];
  const body = sequence(
    value(VERSION, value(INTEGER, Buffer.of(2))),
    // The first byte keeps the number positive and without leading zeros.
    value(INTEGER, Buffer.of(1), randomBytes(8)),
    ecdsaWithSha256,
    name,
    sequence(from, until),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    ...(extensions.length === 0 ? [] : [value(EXTENSIONS, sequence(...extensions))]),
  );
  const signature = value(BIT_STRING, Buffer.of(0), sign('sha256', body, privateKey));
  return { der: sequence(body, ecdsaWithSha256, signature), privateKey };
}

/** The PEM of a certificate (RFC 7468). */
export function pemOf(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) as string[];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
