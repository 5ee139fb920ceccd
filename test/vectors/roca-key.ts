import { createPrivateKey, createPublicKey, type JsonWebKey } from 'node:crypto';
import { joseSets } from './read-vectors.ts';

/** The private key with the fingerprint of RSALib (CVE-2017-15361), from Wycheproof. */
export function rocaKey(): JsonWebKey {
  const groups = joseSets().flatMap((set) => set.groups);
  const group = groups.find(({ comment, privateJwk }) => comment === 'jws_rsa_roca_key' && 'd' in privateJwk);
  if (group === undefined) throw new Error('the vectors have no such key');
  const { kty, n, e, d, p, q, dp, dq, qi } = group.privateJwk as JsonWebKey;
  return { kty, n, e, d, p, q, dp, dq, qi } as JsonWebKey;
}

/** {@link rocaKey} as a pair. */
export function rocaPair() {
  const jwk = rocaKey();
  const privateKey = createPrivateKey({ key: jwk, format: 'jwk' });
  return { privateKey, publicKey: createPublicKey(privateKey) };
}
