import { defined } from '../util/defined.ts';
import type { KeysById } from './import-keys.ts';

/** The keys in JSON (RFC 7517), with only those members that a verifier needs. */
export function publicJwks(keys: KeysById): readonly Readonly<Record<string, unknown>>[] {
  return [...keys.values()].map(({ kid, key, algorithms }) => {
    const alg = algorithms.length === 1 ? algorithms[0] : undefined;
    return defined({ kid, use: 'sig', alg, ...key.export({ format: 'jwk' }) });
  });
}
