import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { SignatureAlgorithm } from '../../lib/token/signature.ts';

/** What a vector says of itself. `acceptable`: both answers are right. */
export type Says = 'valid' | 'invalid' | 'acceptable';

/** A signature over any bytes. */
export interface SignatureVector {
  /** Number in its file. */
  readonly id: number;
  readonly comment: string;
  readonly says: Says;
  /** The signed bytes, base64url. */
  readonly message: string;
  /** base64url. */
  readonly signature: string;
}

/** Signatures of one key with the same parameters. */
export interface SignatureGroup {
  /** The JWS algorithm that has these parameters (RFC 7518, section 3.1); `null` if none has them. */
  readonly algorithm: SignatureAlgorithm | null;
  readonly jwk: Readonly<Record<string, string>>;
  readonly privateJwk?: Readonly<Record<string, string>>;
  readonly tests: readonly SignatureVector[];
}

/** One file of Wycheproof. */
export interface SignatureSet {
  readonly name: string;
  readonly groups: readonly SignatureGroup[];
}

/** A token in compact serialization, or in JSON. */
export interface JoseVector {
  readonly id: number;
  readonly comment: string;
  readonly says: Says;
  readonly kind: 'jws' | 'jwe';
  readonly token: string;
  /** Content of a JWE, hexadecimal. */
  readonly pt?: string;
}

/** One file of Wycheproof. A key may be a set of keys. */
export interface JoseSet {
  readonly name: string;
  readonly groups: readonly {
    readonly comment: string;
    readonly privateJwk: Readonly<Record<string, unknown>>;
    readonly publicJwk?: Readonly<Record<string, unknown>>;
    readonly tests: readonly JoseVector[];
  }[];
}

/** An example of RFC 7520. All of them are valid. */
export interface CookbookExample {
  /** Section of the RFC. */
  readonly section: string;
  readonly title: string;
  readonly kind: 'jws' | 'jwe';
  /** `null` if the key is a password. */
  readonly key: unknown;
  readonly content: string;
  /** In compact serialization, or in JSON if the example has no other. */
  readonly token: string;
}

/** @param name - of a data file in this folder, without its extension */
function read<Content>(name: string): Content {
  const file = path.join(import.meta.dirname, `${name}.json.gz`);
  return JSON.parse(gunzipSync(readFileSync(file)).toString()) as Content;
}

export const signatureSets = (family: 'rsa-pkcs1' | 'rsa-pss' | 'ecdsa') =>
  read<readonly SignatureSet[]>(`wycheproof/${family}`);
export const joseSets = () => read<readonly JoseSet[]>('wycheproof/jose');
export const cookbookExamples = () => read<readonly CookbookExample[]>('rfc7520/examples');
