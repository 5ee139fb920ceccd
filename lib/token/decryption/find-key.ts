import { AuthorizerFault } from '../../decision/errors.ts';
import { isObject } from '../../util/is-object.ts';
import type { MaybePromise } from '../../util/maybe-promise.ts';
import { func, nonEmptyString, refuse } from '../../util/option-checks.ts';
import type { FindDecryptionKey, KeyAlgorithm, RemoteDecryptionKey } from './decryption-options.ts';
import { importPrivateKey, type PrivateKey } from './private-key.ts';

/** A key to decrypt with. */
export type FoundKey =
  /** `fits` is `false` if the key has another name or algorithm: it then stands in, so that the same work is done. */
  | { readonly kind: 'private'; readonly key: PrivateKey['key']; readonly fits: boolean }
  | { readonly kind: 'remote'; readonly key: RemoteDecryptionKey }
  | { readonly kind: 'none' };

/** @param kid - `null` if the token has none */
export type KeyFinder = (kid: string | null, algorithm: KeyAlgorithm) => MaybePromise<FoundKey>;

/**
 * The keys of the option: a list or a function.
 *
 * @throws {OptionError} whose message contains nothing of a key
 */
export function parseKeys(value: unknown, path: string, allowed: readonly KeyAlgorithm[]): KeyFinder {
  if (typeof value === 'function') return calledFinder(value as FindDecryptionKey, path, allowed);
  if (!Array.isArray(value) || value.length === 0) {
    refuse(path, 'must be a list with at least one private key as a JWK, or a function');
  }
  return listFinder(namedKeys(value, path, allowed));
}

function namedKeys(
  list: readonly unknown[],
  path: string,
  allowed: readonly KeyAlgorithm[],
): ReadonlyMap<string, PrivateKey> {
  const keys = new Map<string, PrivateKey>();
  for (const [index, jwk] of list.entries()) {
    const at = `${path}[${index}]`;
    const key = importPrivateKey(jwk, at, allowed);
    const kid = nonEmptyString((jwk as { readonly kid?: unknown }).kid, `${at}.kid`);
    if (keys.has(kid)) refuse(`${at}.kid`, 'is the name of two keys');
    keys.set(kid, key);
  }
  return keys;
}

function listFinder(keys: ReadonlyMap<string, PrivateKey>): KeyFinder {
  const [first] = keys.values() as Iterable<PrivateKey> as [PrivateKey];
  return (kid, algorithm) => {
    const only = keys.size === 1 ? first : undefined;
    const named = kid === null ? only : keys.get(kid);
    const { key } = named ?? first;
    return { kind: 'private', key, fits: named?.algorithms.includes(algorithm) === true };
  };
}

function calledFinder(find: FindDecryptionKey, path: string, allowed: readonly KeyAlgorithm[]): KeyFinder {
  return (kid, algorithm) =>
    callOption(path, async () => {
      const found = (await find(kid)) ?? null;
      if (found === null) return { kind: 'none' };
      if (isObject(found) && 'decryptKey' in found) {
        func(found.decryptKey, `${path}().decryptKey`);
        return { kind: 'remote', key: found as unknown as RemoteDecryptionKey };
      }
      const { key, algorithms } = importPrivateKey(found, `${path}()`, allowed);
      return { kind: 'private', key, fits: algorithms.includes(algorithm) };
    });
}

/**
 * Calls a function of the user.
 *
 * @throws {AuthorizerFault} `handler_error` for what it throws
 */
export async function callOption<Result>(option: string, call: () => MaybePromise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (cause) {
    throw new AuthorizerFault('handler_error', `the function of the option ${option} failed`, { cause });
  }
}
