import { JwksError } from './jwks-error.ts';

/** What a response may be encoded in (RFC 9110, section 8.4.1). `identity` is requested; some servers compress anyway. */
const ENCODINGS = ['identity', 'gzip', 'x-gzip', 'br', 'deflate'] as const;

export type Encoding = (typeof ENCODINGS)[number];

/** The encoding that a `Content-Encoding` names; `null` if it cannot be decoded. */
export function encodingOf(header: string | undefined): Encoding | null {
  const name = (header ?? 'identity').toLowerCase();
  return ENCODINGS.find((known) => known === name) ?? null;
}

/**
 * The text of a response.
 *
 * @param source - the address, for messages
 * @throws {JwksError} `jwks_too_large` or `jwks_encoded`
 */
export function decodeBody(bytes: Buffer, encoding: Encoding, maxBytes: number, source: string): string {
  if (encoding === 'identity') return bytes.toString('utf8');
  const { brotliDecompressSync, unzipSync } = process.getBuiltinModule('node:zlib');
  try {
    const decode = encoding === 'br' ? brotliDecompressSync : unzipSync;
    return decode(bytes, { maxOutputLength: maxBytes }).toString('utf8');
  } catch (cause) {
    throw (cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
      ? new JwksError('jwks_too_large', `${source} sent more than ${maxBytes} bytes, decompressed`)
      : new JwksError('jwks_encoded', `${source} sent a body that is not in its content encoding`, { cause });
  }
}
