import type { Refusal } from '../../decision/decision.ts';
import { andThen, type MaybePromise } from '../../util/maybe-promise.ts';
import { isEncrypted, MAX_TOKEN_LENGTH } from '../compact-jws.ts';
import { readCompactJwe } from './compact-jwe.ts';
import type { DecryptionSettings } from './decryption-settings.ts';
import { openJwe } from './open-jwe.ts';

/** Decrypts tokens: the value of the option `decryption`. */
export class Decryption {
  readonly #settings: DecryptionSettings;

  /** @param settings - from `parseDecryptionOptions` */
  constructor(settings: DecryptionSettings) {
    this.#settings = settings;
  }

  /**
   * Opens an encrypted token. A token that is not encrypted is returned as it is, unless tokens must be encrypted. Failures
   * that depend on a key have no detail.
   *
   * @returns the signed token inside, not verified; or why the token is refused
   * @throws {AuthorizerFault} `handler_error` if a function of the options fails; a rejection if it had to wait
   */
  open(token: string): MaybePromise<string | Refusal> {
    // A token that is too long is refused when it is read.
    if (token.length > MAX_TOKEN_LENGTH || !isEncrypted(token)) return this.#unencrypted(token);
    const jwe = readCompactJwe(token, this.#settings);
    if (typeof jwe === 'string') return { code: 'decryption_failed', detail: jwe };
    return andThen(openJwe(jwe, this.#settings.findKey), signedTokenIn);
  }

  #unencrypted(token: string): string | Refusal {
    const isSigned = token.split('.').length === 3;
    return this.#settings.required && isSigned ? { code: 'unencrypted_token' } : token;
  }
}

/** Anyone can encrypt, so that the content is as untrusted as any token. */
function signedTokenIn(content: Buffer | null): string | Refusal {
  if (content === null) return { code: 'decryption_failed' };
  const token = content.toString('latin1');
  if (token.split('.').length === 3) return token;
  return { code: 'decryption_failed', detail: 'no signed token (JWS) inside' };
}
