import { defined } from '../util/defined.ts';
import type { KeysById } from './import-keys.ts';

/**
 * The keys in JSON (RFC 7517), with only those members that a verifier needs. `alg` of a JWK is one algorithm: a key
 * for several is written once for each. Without `alg` it stays without.
 */
export function publicJwks(keys: KeysById): readonly Readonly<Record<string, unknown>>[] {
  return [...keys.values()].flat().flatMap(({ kid, key, algorithms, isUnnamed }) => {
    const names = isUnnamed ? [undefined] : algorithms;
    return names.map((alg) => defined({ kid, use: 'sig', alg, ...key.export({ format: 'jwk' }) }));
  });
}
