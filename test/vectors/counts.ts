import type { PledgeName } from './pledges.ts';

/** What became of the vectors of one set. No invalid one is accepted. */
export interface Counted {
  readonly vectors: number;
  /** How many valid signatures were tried as an algorithm that they are not made with, and refused. Absent: none. */
  readonly crossed?: number;
  /** How many valid vectors are refused, by the sentence that says so: see `pledges.ts`. Absent: none. */
  readonly stricter?: Readonly<Partial<Record<PledgeName, number>>>;
}

/** By group and set. The tests fail if a run counts anything else. */
export const COUNTS: Readonly<Record<string, Readonly<Record<string, Counted>>>> = {
  'Wycheproof: signatures': {
    rsa_signature_2048_sha256: { vectors: 259, crossed: 54 },
    rsa_signature_2048_sha384: { vectors: 258, crossed: 42 },
    rsa_signature_2048_sha512: { vectors: 259, crossed: 48 },
    rsa_signature_3072_sha256: { vectors: 259, crossed: 48 },
    rsa_signature_3072_sha384: { vectors: 259, crossed: 42 },
    rsa_signature_3072_sha512: { vectors: 260, crossed: 48 },
    rsa_signature_4096_sha256: { vectors: 258, crossed: 42 },
    rsa_signature_4096_sha384: { vectors: 259, crossed: 42 },
    rsa_signature_4096_sha512: { vectors: 259, crossed: 42 },
    rsa_signature_8192_sha256: { vectors: 258, crossed: 42 },
    rsa_pkcs1_2048_sig_gen: { vectors: 27, crossed: 200 },
    rsa_pkcs1_3072_sig_gen: { vectors: 26, crossed: 144 },
    rsa_pkcs1_4096_sig_gen: { vectors: 24, crossed: 144 },
    rsa_pss_2048_sha256_mgf1_32: { vectors: 108, crossed: 378 },
    rsa_pss_2048_sha384_mgf1_48: { vectors: 141, crossed: 570 },
    rsa_pss_3072_sha256_mgf1_32: { vectors: 108, crossed: 378 },
    rsa_pss_4096_sha256_mgf1_32: { vectors: 108, crossed: 378 },
    rsa_pss_4096_sha384_mgf1_48: { vectors: 141, crossed: 570 },
    rsa_pss_4096_sha512_mgf1_64: { vectors: 179, crossed: 792 },
    rsa_pss_2048_sha256_mgf1_0: { vectors: 0, crossed: 427 },
    rsa_pss_2048_sha256_mgf1sha1_20: { vectors: 0, crossed: 441 },
    rsa_pss_4096_sha512_mgf1_32: { vectors: 0, crossed: 924 },
    rsa_pss_misc: { vectors: 3, crossed: 1047 },
    ecdsa_secp256r1_sha256_p1363: { vectors: 262, crossed: 1038 },
    ecdsa_secp256r1_sha512_p1363: { vectors: 0, crossed: 1694 },
  },
  'Wycheproof: JWS, JWK and JWE': {
    json_web_signature: { vectors: 401, stricter: { algorithms: 10, compact: 8, keys: 2 } },
    json_web_key: { vectors: 26, stricter: { algorithms: 4 } },
    json_web_crypto: { vectors: 83, stricter: { algorithms: 2, 'key encryption': 2 } },
    json_web_encryption: { vectors: 139, stricter: { 'key encryption': 51, 'content encryption': 6 } },
  },
  'Wycheproof: signatures on tokens': {
    rsa_signature_2048_sha256: { vectors: 259 },
    rsa_signature_2048_sha384: { vectors: 258 },
    rsa_signature_2048_sha512: { vectors: 259 },
    rsa_signature_3072_sha256: { vectors: 259 },
    rsa_signature_3072_sha384: { vectors: 259 },
    rsa_signature_3072_sha512: { vectors: 260 },
    rsa_signature_4096_sha256: { vectors: 258 },
    rsa_signature_4096_sha384: { vectors: 259 },
    rsa_signature_4096_sha512: { vectors: 259 },
    rsa_pkcs1_2048_sig_gen: { vectors: 27 },
    rsa_pkcs1_3072_sig_gen: { vectors: 26 },
    rsa_pkcs1_4096_sig_gen: { vectors: 24 },
    rsa_pss_2048_sha256_mgf1_32: { vectors: 108 },
    rsa_pss_2048_sha384_mgf1_48: { vectors: 141 },
    rsa_pss_3072_sha256_mgf1_32: { vectors: 108 },
    rsa_pss_4096_sha256_mgf1_32: { vectors: 108 },
    rsa_pss_4096_sha384_mgf1_48: { vectors: 141 },
    rsa_pss_4096_sha512_mgf1_64: { vectors: 179 },
  },
  'RFC 7515': {
    'A.2 and A.3, as signatures': { vectors: 2 },
    'A.1 to A.5, as tokens': { vectors: 5, stricter: { algorithms: 3, keys: 2 } },
  },
  'RFC 7520': {
    'section 4, signatures': { vectors: 8, stricter: { algorithms: 2, compact: 4 } },
    'section 5, encryption': { vectors: 13, stricter: { 'key encryption': 11, compact: 1 } },
  },
  'RFC 8725: attacks': {
    '3.1 and 2.1, algorithms': { vectors: 34 },
    '3.2 and 3.5, weak keys': { vectors: 5 },
    '3.3, nested tokens': { vectors: 3 },
    '3.4, cryptographic inputs': { vectors: 7 },
    '3.6, compression': { vectors: 2 },
    '3.7, UTF-8': { vectors: 4 },
    '3.8 and 3.9, issuer and audience': { vectors: 10 },
    '3.10, received claims': { vectors: 19 },
    '3.11 and 3.12, tokens of another kind': { vectors: 10 },
  },
  'JSON extremes': {
    numbers: { vectors: 30 },
    'duplicate members': { vectors: 7 },
    'text and bytes': { vectors: 15 },
    structure: { vectors: 25 },
    headers: { vectors: 13 },
  },
};
