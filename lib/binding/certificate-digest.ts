import { nodeCrypto } from '../util/node-crypto.ts';

/**
 * The one certificate of a PEM text (RFC 7468, section 5.1): base64 and line breaks. In its labels some encoders of URLs write
 * a blank as `+`.
 */
const PEM = /^\s*-----BEGIN[ +]CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END[ +]CERTIFICATE-----\s*$/;

const HEX = /^[0-9a-f]{64}$/i;

/**
 * The thumbprint of a certificate: the SHA-256 of its DER, base64url (RFC 8705, section 3.1).
 *
 * @param pem - one certificate
 * @returns `null` if the text is not the PEM of one certificate
 */
export function thumbprintOfPem(pem: string): string | null {
  const base64 = PEM.exec(pem)?.[1];
  if (base64 === undefined) return null;
  return nodeCrypto().createHash('sha256').update(Buffer.from(base64, 'base64')).digest('base64url');
}

/**
 * The thumbprint of a certificate from its PEM in percent-encoding, as proxies write it into a header.
 *
 * @returns `null` if the text is not that of one certificate
 */
export function thumbprintOfEncodedPem(text: string): string | null {
  try {
    return thumbprintOfPem(decodeURIComponent(text));
  } catch {
    return null;
  }
}

/**
 * The thumbprint of a certificate from its SHA-256 in hexadecimal.
 *
 * @returns `null` if the text is anything else
 */
export function thumbprintOfHex(text: string): string | null {
  return HEX.test(text) ? Buffer.from(text, 'hex').toString('base64url') : null;
}
