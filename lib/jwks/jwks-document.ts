import { isObject } from '../util/is-object.ts';
import type { ImportedKeys, ImportKeys } from './import-keys.ts';
import { JwksError } from './jwks-error.ts';
import { describeAllIgnored } from './key-reasons.ts';

/**
 * Reads a JWKS (RFC 7517, section 5).
 *
 * @param source - where the text came from, for the message
 * @throws {JwksError} if it is not a JWKS or no key in it can be used
 */
export function readJwks(text: string, source: string, importKeys: ImportKeys): ImportedKeys {
  return keysOfDocument(parseJson(text, source), source, importKeys);
}

/**
 * The same for a document that is parsed already.
 *
 * @throws {JwksError}
 */
export function keysOfDocument(document: unknown, source: string, importKeys: ImportKeys): ImportedKeys {
  const jwks = isObject(document) ? document['keys'] : null;
  if (!Array.isArray(jwks))
    throw new JwksError('jwks_invalid', `${source} sent no JWKS: "keys" is not a list`);
  const imported = importKeys(jwks);
  if (imported.keys.size > 0) return imported;
  const { ignored } = imported;
  const message =
    ignored.length === 0
      ? `${source} sent a JWKS without keys`
      : `${source} sent no key that can be used: ${describeAllIgnored(ignored)}`;
  throw new JwksError('jwks_no_usable_key', message, { ignored });
}

/** @throws {JwksError} `jwks_invalid` if the text is not JSON */
export function parseJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Without the parser's own error: its message quotes the text.
    throw new JwksError('jwks_invalid', `${source} did not send JSON`);
  }
}
