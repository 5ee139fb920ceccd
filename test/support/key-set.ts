import { AuthorizerFault } from '../../lib/decision/errors.ts';
import type { KeySource, SigningKey } from '../../lib/jwks/signing-key.ts';
import type { FakeClock } from './clock.ts';
import { testKey } from './issuer.ts';

export const JWKS_URI = 'https://tenant.eu.auth0.com/.well-known/jwks.json';

/** The key that a key set finds; `fault` if it throws, or rejects with, `keys_unavailable`. Fails on any other error. */
export async function keyOrFault(
  find: () => SigningKey | null | Promise<SigningKey | null>,
): Promise<SigningKey | null | 'fault'> {
  try {
    return await find();
  } catch (error) {
    if (error instanceof AuthorizerFault && error.code === 'keys_unavailable') return 'fault';
    throw error;
  }
}

/** The state of the key that a key set finds; else as {@link keyOrFault}. */
export async function stateOrFault(
  find: () => SigningKey | null | Promise<SigningKey | null>,
): Promise<string | null> {
  const found = await keyOrFault(find);
  return typeof found === 'string' ? found : (found?.state ?? null);
}

/** As {@link stateOrFault}, for a token with `RS256`. The clock advances by the time that the request may wait. */
export async function findWithin(
  milliseconds: number,
  clock: FakeClock,
  set: KeySource,
  kid: string,
): Promise<string | null> {
  const find = () => set.findKey(kid, 'RS256', milliseconds);
  const [found] = await Promise.all([stateOrFault(find), clock.advance(milliseconds)]);
  return found;
}

/** Two public keys with the `kid` `a` and `b`. */
export async function namedJwks(): Promise<Record<'a' | 'b', Record<string, unknown>>> {
  return { a: { ...(await testKey(0)).jwk, kid: 'a' }, b: { ...(await testKey(1)).jwk, kid: 'b' } };
}
