import type { KeyObject } from 'node:crypto';
import type { KeyState } from '../decision/decision.ts';
import { importKey, type KeyFlaw, kidOf, type PublishedKey } from './import-key.ts';
import type { SigningKey } from './signing-key.ts';

/** A public key and the algorithms that it may verify: an RSA key without `alg` one of them, see {@link SigningKey}. */
export interface ImportedKey {
  readonly kid: string;
  readonly key: KeyObject;
  readonly algorithms: readonly string[];
  readonly isUnnamed: boolean;
  /** The key in each state, created once, so that finding a key allocates nothing. */
  readonly as: Readonly<Record<KeyState, SigningKey>>;
}

/** The keys of each `kid`. Several keys of one `kid` have no algorithm in common. */
export type KeysById = ReadonlyMap<string, readonly ImportedKey[]>;

export interface IgnoredKey {
  /** Index in the set, from 0. */
  readonly index: number;
  readonly kid: string | null;
  readonly flaw: KeyFlaw;
}

export interface ImportedKeys {
  readonly keys: KeysById;
  readonly ignored: readonly IgnoredKey[];
}

/** Imports the members of `keys` of a JWKS. */
export type ImportKeys = (jwks: readonly unknown[]) => ImportedKeys;

/** The same key material, published once or several times under one `kid`. */
interface Material {
  readonly key: KeyObject;
  readonly algorithms: Set<string>;
  /** No publication names an algorithm. */
  isUnnamed: boolean;
  readonly indexes: number[];
}

/**
 * Imports the keys of a JWKS. Each key is checked by itself, so that a bad key does not spoil the set.
 *
 * Several keys may share a `kid`:
 *
 * - The same key several times verifies each algorithm that it is published for. A publication without `alg` adds none.
 * - Different keys verify each algorithm that only one of them may verify. An algorithm that two of them may verify is
 *   left out, because the token does not say which key it means.
 */
export function importKeys(jwks: readonly unknown[]): ImportedKeys {
  const ignored: IgnoredKey[] = [];
  const byId = new Map<string, Material[]>();
  for (const [index, jwk] of jwks.entries()) {
    const imported = importKey(jwk);
    if (typeof imported === 'string') ignored.push({ index, kid: kidOf(jwk), flaw: imported });
    else addMaterial(byId, index, imported);
  }
  const keys = new Map<string, readonly ImportedKey[]>();
  for (const [kid, materials] of byId) {
    const own = materials.flatMap((material) => {
      const algorithms = algorithmsOfOne(material, materials);
      if (algorithms.length > 0) return [importedKey(kid, material, algorithms)];
      for (const index of material.indexes)
        ignored.push({ index, kid, flaw: 'kid used by two different keys' });
      return [];
    });
    if (own.length > 0) keys.set(kid, own);
  }
  return { keys, ignored: ignored.sort((one, other) => one.index - other.index) };
}

function addMaterial(byId: Map<string, Material[]>, index: number, published: PublishedKey): void {
  const { kid, key, algorithms, isUnnamed } = published;
  const materials = byId.get(kid) ?? [];
  byId.set(kid, materials);
  const same = materials.find((material) => material.key.equals(key));
  if (same === undefined) {
    materials.push({ key, algorithms: new Set(algorithms), isUnnamed, indexes: [index] });
    return;
  }
  same.indexes.push(index);
  if (isUnnamed) return;
  if (same.isUnnamed) same.algorithms.clear();
  same.isUnnamed = false;
  for (const algorithm of algorithms) same.algorithms.add(algorithm);
}

/** The algorithms that none of the other keys of the same `kid` may verify. */
function algorithmsOfOne(material: Material, all: readonly Material[]): readonly string[] {
  const others = all.filter((other) => other !== material);
  return [...material.algorithms].filter((name) => !others.some(({ algorithms }) => algorithms.has(name)));
}

/** The key of one `kid` that may verify that algorithm, in that state; `null` if there is none. */
export function keyFor(
  sameKid: readonly ImportedKey[],
  algorithm: string,
  state: KeyState,
): SigningKey | null {
  for (const imported of sameKid) {
    if (imported.algorithms.includes(algorithm)) return imported.as[state];
  }
  return null;
}

function importedKey(kid: string, { key, isUnnamed }: Material, algorithms: readonly string[]): ImportedKey {
  const as = (state: KeyState): SigningKey => ({ kid, key, state, isUnnamed });
  const states = { fresh: as('fresh'), stale: as('stale'), fetched: as('fetched'), pinned: as('pinned') };
  return { kid, key, algorithms, isUnnamed, as: states };
}
