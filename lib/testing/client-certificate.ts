import { nodeCrypto } from '../util/node-crypto.ts';
import { nonEmptyString, plainObject } from '../util/option-checks.ts';

/** A client's certificate, for mutual TLS. */
export interface TestCertificate {
  /** As events and `CloudFront-Viewer-Cert-Pem` have it; the latter in percent-encoding. */
  readonly pem: string;
  /** SHA-256 of the DER, hexadecimal: `CloudFront-Viewer-Cert-Sha256`. */
  readonly sha256: string;
  /** The claim of a token that is bound to the certificate (RFC 8705, section 3.1). */
  readonly cnf: { readonly 'x5t#S256': string };
}

/**
 * Makes a self-signed certificate with a new key, valid from 2020 to 2049.
 *
 * @param options - `commonName`: of subject and issuer. Default: `client.example.com`
 * @throws {OptionError} for an invalid name
 * @example
 * const certificate = clientCertificate();
 * const token = issuer.token({ cnf: certificate.cnf });
 * const event = restRequestEvent({ token, clientCertificate: certificate.pem });
 */
export function clientCertificate(options: { readonly commonName?: string } = {}): TestCertificate {
  const { commonName = 'client.example.com' } = plainObject(options, '', ['commonName']);
  const der = certificate(nonEmptyString(commonName, 'commonName'));
  const lines = der.toString('base64').match(/.{1,64}/g) as string[];
  const digest = nodeCrypto().createHash('sha256').update(der).digest();
  return {
    pem: ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n'),
    sha256: digest.toString('hex'),
    cnf: { 'x5t#S256': digest.toString('base64url') },
  };
}

// The DER of a certificate (RFC 5280, section 4.1).

const SEQUENCE = 0x30;
const SET = 0x31;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OBJECT_ID = 0x06;
const UTF8 = 0x0c;
const UTC_TIME = 0x17;
const VERSION = 0xa0;

const COMMON_NAME = value(OBJECT_ID, Buffer.from('550403', 'hex'));
const ECDSA_WITH_SHA256 = value(SEQUENCE, value(OBJECT_ID, Buffer.from('2a8648ce3d040302', 'hex')));
const VALIDITY = value(SEQUENCE, utcTime('200101000000Z'), utcTime('491231235959Z'));
const V3 = value(VERSION, value(INTEGER, Buffer.of(2)));

function certificate(commonName: string): Buffer {
  const { generateKeyPairSync, randomBytes, sign } = nodeCrypto();
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = value(
    SEQUENCE,
    value(SET, value(SEQUENCE, COMMON_NAME, value(UTF8, Buffer.from(commonName)))),
  );
  // The first byte keeps the number positive and without leading zeros.
  const serial = value(INTEGER, Buffer.of(1), randomBytes(8));
  const subjectKey = publicKey.export({ type: 'spki', format: 'der' });
  const body = value(SEQUENCE, V3, serial, ECDSA_WITH_SHA256, name, VALIDITY, name, subjectKey);
  const signature = sign('sha256', body, privateKey);
  return value(SEQUENCE, body, ECDSA_WITH_SHA256, value(BIT_STRING, Buffer.of(0), signature));
}

function utcTime(text: string): Buffer {
  return value(UTC_TIME, Buffer.from(text));
}

/** Tag, length in its shortest form, and content (X.690, section 8.1). */
function value(tag: number, ...content: readonly Buffer[]): Buffer {
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
