import { isObject } from '../util/is-object.ts';
import type { IgnoredKey, ImportKeys, KeysById } from './import-keys.ts';
import { JwksError } from './jwks-error.ts';

/** The keys of one answer, with what was left out of it. */
export interface JwksDocument {
  readonly keys: KeysById;
  readonly ignored: readonly IgnoredKey[];
}

/**
 * Reads a JWKS (RFC 7517, section 5).
 *
 * @param source - where the text came from, for the message
 * @throws {JwksError} when it is no JWKS or no key in it can be used
 */
export function readJwks(text: string, source: string, importKeys: ImportKeys): JwksDocument {
  return judge(parse(text, source), source, importKeys);
}

/** The same for a document that was parsed already. */
export function judge(document: unknown, source: string, importKeys: ImportKeys): JwksDocument {
  const jwks = isObject(document) ? document['keys'] : null;
  if (!Array.isArray(jwks))
    throw new JwksError('jwks_invalid', `${source} sent no JWKS: "keys" is not a list`);
  const { keys, ignored } = importKeys(jwks);
  if (keys.size === 0) {
    throw new JwksError(
      'jwks_no_usable_key',
      `${source} sent ${jwks.length} keys, none of which can be used`,
    );
  }
  return { keys, ignored };
}

export function parse(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Without the parser's own error: its message quotes the text.
    throw new JwksError('jwks_invalid', `${source} did not send JSON`);
  }
}
