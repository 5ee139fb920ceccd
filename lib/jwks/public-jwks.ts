import type { KeysById } from './import-keys.ts';

/** The keys as a JWKS again: nothing in it but what a verifier needs, whatever else was published with them. */
export function publicJwks(keys: KeysById): readonly Readonly<Record<string, unknown>>[] {
  return [...keys.values()].map(({ kid, key, algorithms }) => ({
    kid,
    use: 'sig',
    ...(algorithms.length === 1 ? { alg: algorithms[0] } : {}),
    ...key.export({ format: 'jwk' }),
  }));
}
