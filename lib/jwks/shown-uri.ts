/** An address for messages. A query may hold a secret, and messages are logged. */
export function shownUri(uri: string): string {
  const end = uri.indexOf('?');
  return end === -1 ? uri : `${uri.slice(0, end)}?...`;
}
