import { Refused } from '../../lib/decision/errors.ts';
import { importKeys, keyFor } from '../../lib/jwks/import-keys.ts';
import { whyUnusable } from '../../lib/jwks/key-reasons.ts';
import { isEncrypted, splitCompactJws } from '../../lib/token/compact-jws.ts';
import { readCompactJwe } from '../../lib/token/decryption/compact-jwe.ts';
import { CONTENT_ALGORITHMS, KEY_ALGORITHMS } from '../../lib/token/decryption/decryption-options.ts';
import { parseDecryptionOptions } from '../../lib/token/decryption/decryption-settings.ts';
import { openJwe } from '../../lib/token/decryption/open-jwe.ts';
import { HeaderReader } from '../../lib/token/header.ts';
import {
  fitsAlgorithm,
  isSignedBy,
  SIGNATURE_ALGORITHMS,
  type SignatureAlgorithm,
} from '../../lib/token/signature.ts';
import type { SignatureGroup, SignatureVector } from './read-vectors.ts';

/*
 * Most vectors sign bytes that are no claims, so that an authorizer refuses all of them, valid or not. These functions call the
 * steps of `lib/token/verification.ts` up to the signature, with all algorithms allowed.
 */

const headers = new HeaderReader(SIGNATURE_ALGORITHMS, 'any');

const reasonOf = ({ refusal: { code, detail } }: Refused) =>
  detail === undefined ? code : `${code}: ${detail}`;

/** @returns why the token's signature is not accepted; `null` if it is */
export function judgeJws(token: string, jwks: readonly unknown[]): string | null {
  const jws = splitCompactJws(token);
  if (jws instanceof Refused) return reasonOf(jws);
  const header = headers.read(jws.header);
  if (header instanceof Refused) return reasonOf(header);
  const { kid, algorithm } = header;
  const { keys, ignored } = importKeys(jwks);
  const found = keyFor(keys.get(kid) ?? [], algorithm, 'fresh');
  if (found === null) return `unknown_key: ${whyUnusable(kid, keys, ignored)}`;
  if (!fitsAlgorithm(found.key, algorithm)) return 'unknown_key: not for this algorithm';
  return isSignedBy(found.key, algorithm, jws.signingInput, jws.signature) ? null : 'invalid_signature';
}

/** @returns the decrypted content, or why there is none */
export async function openedJwe(token: string, jwk: object): Promise<Buffer | string> {
  try {
    const settings = parseDecryptionOptions(
      { keys: [{ kid: 'only', ...jwk }], algorithms: KEY_ALGORITHMS, encryption: CONTENT_ALGORITHMS },
      'decryption',
    );
    if (!isEncrypted(token)) return 'malformed_token';
    const jwe = readCompactJwe(token, settings);
    if (typeof jwe === 'string') return jwe;
    return (await openJwe(jwe, settings.findKey)) ?? 'decryption_failed';
  } catch (error) {
    return (error as Error).message;
  }
}

/**
 * Judges signatures of one key over any bytes, as the key that is published for the algorithm. Text in Latin-1 is passed on
 * byte by byte.
 */
export function signatureJudge({ jwk }: Pick<SignatureGroup, 'jwk'>) {
  const imported = new Map(
    SIGNATURE_ALGORITHMS.map((alg) => {
      const { keys } = importKeys([{ ...jwk, alg, kid: 'only' }]);
      return [alg, keyFor(keys.get('only') ?? [], alg, 'fresh')] as const;
    }),
  );
  return ({ message, signature }: SignatureVector, algorithm: SignatureAlgorithm): string | null => {
    const found = imported.get(algorithm) ?? null;
    if (found === null) return 'unknown_key';
    const text = Buffer.from(message, 'base64url').toString('latin1');
    const bytes = Buffer.from(signature, 'base64url');
    return isSignedBy(found.key, algorithm, text, bytes) ? null : 'invalid_signature';
  };
}
