import { Decryption } from './decryption.ts';
import type { DecryptionOptions } from './decryption-options.ts';
import { parseDecryptionOptions } from './decryption-settings.ts';

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
  return new Decryption(parseDecryptionOptions(options, 'decryption'));
}
