import { nodeCrypto } from '../../util/node-crypto.ts';

/** The members of each type of key that its thumbprint covers, in lexicographic order (RFC 7638, section 3.2; RFC 8037). */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  EC: ['crv', 'kty', 'x', 'y'],
  OKP: ['crv', 'kty', 'x'],
  RSA: ['e', 'kty', 'n'],
};

/** The required members of a public key: what the thumbprint covers, and all that is imported. */
export type PublicMembers = Readonly<Record<string, string>>;

/** The required members of a JWK; `null` if its type is unknown or a member is no text. */
export function publicMembers(jwk: Readonly<Record<string, unknown>>): PublicMembers | null {
  const { kty } = jwk;
  const names = typeof kty === 'string' && Object.hasOwn(REQUIRED, kty) ? REQUIRED[kty] : undefined;
  if (names === undefined) return null;
  const members: Record<string, string> = {};
  for (const name of names) {
    const value = jwk[name];
    if (typeof value !== 'string') return null;
    members[name] = value;
  }
  return members;
}

/** The SHA-256 thumbprint of a key, base64url (RFC 7638): the value of `cnf.jkt`. */
export function thumbprintOf(members: PublicMembers): string {
  return nodeCrypto().hash('sha256', JSON.stringify(members), 'base64url');
}
