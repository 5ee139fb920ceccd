/**
 * The path as an HTTP API decodes it before it routes the request: once, as UTF-8, with U+FFFD in place of invalid bytes.
 *
 * @param path - as the client sent it
 */
export function decodedPath(path: string): string {
  return path.replace(/(?:%[0-9a-f]{2})+/gi, (encoded) => {
    const bytes = encoded.slice(1).split('%');
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(
      Uint8Array.from(bytes, (byte) => Number.parseInt(byte, 16)),
    );
  });
}
