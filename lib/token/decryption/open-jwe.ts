import { andThen, type MaybePromise } from '../../util/maybe-promise.ts';
import { nodeCrypto } from '../../util/node-crypto.ts';
import { refuse } from '../../util/option-checks.ts';
import type { CompactJwe } from './compact-jwe.ts';
import { callOption, type FoundKey, type KeyFinder } from './find-key.ts';

/**
 * Decrypts the content of a token. All failures look alike and do the same work: the content is decrypted with a random key
 * if the token's own cannot be had, so that neither result nor time says what is wrong (RFC 7516, sections 11.4 and 11.5).
 *
 * @returns `null` if the token is not encrypted for the key, or was altered
 * @throws {AuthorizerFault} `handler_error` if a function of the options fails; a rejection if it had to wait
 */
export function openJwe(jwe: CompactJwe, findKey: KeyFinder): MaybePromise<Buffer | null> {
  const random = nodeCrypto().randomBytes(keyLength(jwe));
  return andThen(findKey(jwe.kid, jwe.algorithm), (found) =>
    andThen(decryptKey(found, jwe), (key) =>
      decryptContent(jwe, key?.length === random.length ? key : random),
    ),
  );
}

/** The encrypted content key, decrypted; `null` if it is not encrypted for the key. */
function decryptKey(
  found: FoundKey,
  { encryptedKey, algorithm }: CompactJwe,
): MaybePromise<Uint8Array | null> {
  switch (found.kind) {
    case 'none':
      return null;
    case 'remote':
      return callOption('decryption.keys', async () =>
        bytesOrNull((await found.key.decryptKey(encryptedKey, algorithm)) ?? null),
      );
    case 'private': {
      const { privateDecrypt, constants } = nodeCrypto();
      const oaepHash = `sha${algorithm === 'RSA-OAEP' ? 1 : algorithm.slice(-3)}`;
      try {
        const padding = constants.RSA_PKCS1_OAEP_PADDING;
        const key = privateDecrypt({ key: found.key, padding, oaepHash }, encryptedKey);
        return found.fits ? key : null;
      } catch {
        return null;
      }
    }
  }
}

function bytesOrNull(value: unknown): Uint8Array | null {
  if (value === null || value instanceof Uint8Array) return value;
  return refuse('decryption.keys().decryptKey', 'must return a Uint8Array or null');
}

/** Bytes of the content key. */
function keyLength({ encryption }: CompactJwe): number {
  return Number(encryption.slice(1, 4)) / 8;
}

/** @returns `null` if the content was altered, or encrypted with another key */
function decryptContent(jwe: CompactJwe, key: Uint8Array): Buffer | null {
  const { iv, ciphertext, tag, protectedHeader } = jwe;
  const cipher = `aes-${8 * key.length}-gcm` as const;
  const decipher = nodeCrypto().createDecipheriv(cipher as 'aes-256-gcm', key, iv, {
    authTagLength: tag.length,
  });
  decipher.setAAD(Buffer.from(protectedHeader)).setAuthTag(tag);
  const content = decipher.update(ciphertext);
  try {
    decipher.final();
  } catch {
    return null;
  }
  return content;
}
