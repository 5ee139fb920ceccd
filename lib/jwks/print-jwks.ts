import type { KeysById } from './import-keys.ts';

/** The keys as a JWKS to be pinned: nothing in it but what a verifier needs, whatever else was published. */
export function printJwks(keys: KeysById): string {
  const jwks = [...keys.values()].map(({ kid, key, algorithms }) => ({
    kid,
    use: 'sig',
    ...(algorithms.length === 1 ? { alg: algorithms[0] } : {}),
    ...key.export({ format: 'jwk' }),
  }));
  return `${JSON.stringify({ keys: jwks }, null, 2)}\n`;
}
