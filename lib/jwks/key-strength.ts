/** Shortest RSA modulus that is accepted, bits (RFC 7518, section 3.3; NIST SP 800-131A). */
export const MIN_RSA_BITS = 2048;

/** Smallest public exponent that is accepted (RFC 8017, section 3.1). With 1, every message is its own signature. */
export const MIN_RSA_EXPONENT = 3n;

/**
 * Primes below 702 of which few residues are powers of 65537: one in 165, one in 112, and so on. The most telling come first,
 * so that other keys rarely need a second one. All divide RSALib's constant for keys of {@link MIN_RSA_BITS} and more.
 */
const TELLING_PRIMES = [331, 673, 241, 691, 523, 461, 541, 97, 257, 239, 37, 229, 349, 571, 397];

/**
 * Whether an RSA modulus has the fingerprint of Infineon's RSALib, whose keys can be factored (ROCA, CVE-2017-15361): it is a
 * power of 65537 modulo many small primes. Another modulus has it by chance once in 2^67.
 *
 * @param modulus - `n` of the JWK (RFC 7518, section 6.3.1.1)
 * @see https://crocs.fi.muni.cz/public/papers/rsa_ccs17
 */
export function hasRocaFingerprint(modulus: string): boolean {
  const n = BigInt(`0x${Buffer.from(modulus, 'base64url').toString('hex')}`);
  return TELLING_PRIMES.every((prime) => isPowerOf65537(Number(n % BigInt(prime)), prime));
}

function isPowerOf65537(residue: number, prime: number): boolean {
  let power = 1;
  do {
    if (power === residue) return true;
    power = (power * 65537) % prime;
  } while (power !== 1);
  return false;
}
