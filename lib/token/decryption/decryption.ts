import type { Refusal } from '../../decision/decision.ts';
import { andThen, type MaybePromise } from '../../util/maybe-promise.ts';
import { isEncrypted, MAX_TOKEN_LENGTH } from '../compact-jws.ts';
import { readCompactJwe } from './compact-jwe.ts';
import type { DecryptionOptions } from './decryption-options.ts';
import { type DecryptionSettings, parseDecryptionOptions } from './decryption-settings.ts';
import { openJwe } from './open-jwe.ts';

/** Decrypts tokens: the value of the option `decryption`. */
export interface Decryption {
  /**
   * Opens an encrypted token. A token that is not encrypted is returned as it is, unless tokens must be encrypted. Failures
   * that depend on a key have no detail.
   *
   * @returns the signed token inside, not verified; or why the token is refused
   * @throws {AuthorizerFault} `handler_error` if a function of the options fails; a rejection if it had to wait
   */
  open(token: string): string | Refusal | Promise<string | Refusal>;
}

/**
 * Decrypts the tokens of an API that has JSON Web Encryption on in Auth0 (RFC 7516, compact serialization). The signed
 * token inside is then verified like any other.
 *
 * @param options - see {@link DecryptionOptions}; `algorithms` is `['RSA-OAEP-256']` and `encryption` is `['A256GCM']`
 *   unless you say otherwise
 * @returns the value for the option `decryption`
 * @throws {OptionError} at start-up, for options that make no sense; its message contains nothing of a key
 * @see https://auth0.com/docs/secure/tokens/access-tokens/json-web-encryption
 * @example
 * const { DECRYPTION_KEYS = '' } = process.env;
 * const authorizer = auth0Authorizer({
 *   decryption: decryption({ keys: JSON.parse(DECRYPTION_KEYS), required: true }),
 * });
 */
export function decryption(options: DecryptionOptions): Decryption {
  const settings = parseDecryptionOptions(options, 'decryption');
  return Object.freeze({ open: (token: string) => openToken(token, settings) });
}

function openToken(token: string, settings: DecryptionSettings): MaybePromise<string | Refusal> {
  // A token that is too long is refused when it is read.
  if (token.length > MAX_TOKEN_LENGTH || !isEncrypted(token)) {
    const isSigned = token.split('.').length === 3;
    return settings.required && isSigned ? { code: 'unencrypted_token' } : token;
  }
  const jwe = readCompactJwe(token, settings);
  if (typeof jwe === 'string') return { code: 'decryption_failed', detail: jwe };
  return andThen(openJwe(jwe, settings.findKey), signedTokenIn);
}

/** Anyone can encrypt, so that the content is as untrusted as any token. */
function signedTokenIn(content: Buffer | null): string | Refusal {
  if (content === null) return { code: 'decryption_failed' };
  const token = content.toString('latin1');
  if (token.split('.').length === 3) return token;
  return { code: 'decryption_failed', detail: 'no signed token (JWS) inside' };
}
