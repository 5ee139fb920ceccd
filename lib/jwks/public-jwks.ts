import { defined } from '../util/defined.ts';
import { RSA_ALGORITHMS } from './import-key.ts';
import type { KeysById } from './import-keys.ts';

/**
 * The keys in JSON (RFC 7517), with only those members that a verifier needs. `alg` of a JWK is one algorithm or, if it is
 * absent, all that fit: a key for some of them is written once for each.
 */
export function publicJwks(keys: KeysById): readonly Readonly<Record<string, unknown>>[] {
  return [...keys.values()].flat().flatMap(({ kid, key, algorithms }) => {
    const names = algorithms.length === RSA_ALGORITHMS.length ? [undefined] : algorithms;
    return names.map((alg) => defined({ kid, use: 'sig', alg, ...key.export({ format: 'jwk' }) }));
  });
}
