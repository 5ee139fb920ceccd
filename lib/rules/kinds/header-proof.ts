import { HTTP_NAME } from '../../net/http-name.ts';
import { nodeCrypto } from '../../util/node-crypto.ts';
import { nonEmptyList, plainChecks, refuse } from '../../util/option-checks.ts';
import type { RequestInput } from '../rule.ts';

/**
 * A secret header that your CloudFront distribution adds to each origin request. A request with it came through the
 * distribution. Two secrets are valid at once, for rotation.
 */
export interface HeaderProof {
  /** Header name, any case. */
  readonly header: string;
  /** At least 16 characters; a list of two for rotation. */
  readonly secret: string | readonly [string, string];
}

/** A compiled proof. */
export interface Proof {
  /** Lower case. */
  readonly header: string;
  holds(headers: Readonly<Record<string, string>>): boolean;
}

const SHORTEST_SECRET = 16;

/**
 * Compiles a proof. It compares in constant time: all digests have the same length, and all of them are compared.
 *
 * @throws {OptionError} without any value in its message: a secret may be in the wrong place
 */
export function compileProof(value: unknown, path: string): Proof {
  if (typeof value !== 'object') refuse(path, 'must be an object { header, secret }');
  const options = plainChecks(value, path, ['header', 'secret']);
  const header = headerName(options.header, `${path}.header`);
  const { secret } = options;
  // Loaded on demand: an ESM import would read every export of the module, which takes milliseconds.
  const { createHash, timingSafeEqual } = nodeCrypto();
  const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();
  const digests = (
    Array.isArray(secret) ? secretPair(secret, `${path}.secret`) : [checked(secret, `${path}.secret`)]
  ).map(digestOf);
  return {
    header,
    holds(headers) {
      const secret = headers[header];
      if (secret === undefined) return false;
      const digest = digestOf(secret);
      let equal = false;
      for (const expected of digests) equal = timingSafeEqual(digest, expected) || equal;
      return equal;
    },
  };
}

/** The inputs of a rule that reads a header: the header, and that of the proof if there is one. */
export function headerInputs(header: string, proof: Proof | null): readonly RequestInput[] {
  return proof === null ? [`header:${header}`] : [`header:${header}`, `header:${proof.header}`];
}

/** A header's name in lower case. The error does not contain an invalid name: it may be a secret. */
export function headerName(value: unknown, path: string): string {
  if (typeof value === 'string' && HTTP_NAME.test(value)) return value.toLowerCase();
  refuse(path, "must be the name of a header, such as 'x-origin-secret'");
}

function secretPair(value: readonly unknown[], path: string): readonly string[] {
  if (value.length !== 2) refuse(path, 'must be one secret or a list of two');
  return nonEmptyList(value, path, checked);
}

function checked(value: unknown, path: string): string {
  if (typeof value === 'string' && value.trim().length >= SHORTEST_SECRET) return value;
  refuse(path, `must be a secret of at least ${SHORTEST_SECRET} characters`);
}
