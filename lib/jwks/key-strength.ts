/** Shortest RSA modulus that is accepted, bits (RFC 7518, section 3.3; NIST SP 800-131A). */
export const MIN_RSA_BITS = 2048;

/** Smallest public exponent that is accepted (RFC 8017, section 3.1). With 1, every message is its own signature. */
export const MIN_RSA_EXPONENT = 3n;
