import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import fc from 'fast-check';
import { type Damage, damaged, damages, oddValues } from '../../support/damage.ts';

type Jwk = Readonly<Record<string, unknown>>;

/** Keys that differ each time: recipes name them. The first is the good one, and is in no recipe but a good one. */
const MATERIALS = {
  good: rsa(2048),
  rsa: rsa(2048),
  short: rsa(1024),
  ec: generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey,
  'other ec': generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey,
  'P-384': generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey,
  Ed25519: generateKeyPairSync('ed25519').publicKey,
  private: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
} as const;

type Material = keyof typeof MATERIALS;

function rsa(modulusLength: number): KeyObject {
  return generateKeyPairSync('rsa', { modulusLength }).publicKey;
}

/** A member of `keys`. */
export type KeyRecipe =
  | {
      readonly kind: 'key';
      readonly material: Material;
      /** Set over those of the material; `null` as the value of `remove` removes nothing. */
      readonly members: Jwk;
      readonly remove: readonly string[];
      readonly damages: readonly Damage[];
    }
  | { readonly kind: 'junk'; readonly value: unknown };

/** A JWKS with one good key, as plain data. */
export interface KeySetRecipe {
  readonly keys: readonly KeyRecipe[];
  /** Where the good key is. */
  readonly at: number;
  /** How often the other keys are repeated. */
  readonly times: number;
  /** Members beside `keys`. */
  readonly others: Jwk;
}

/** `kid` of the good key. */
export const GOOD_KID = 'good';

const members = fc.record(
  {
    kid: fc.constantFrom<unknown>(
      GOOD_KID,
      'a',
      'b',
      '',
      7,
      null,
      '__proto__',
      'constructor',
      'k'.repeat(5000),
    ),
    alg: fc.constantFrom<unknown>(
      'RS256',
      'RS512',
      'PS256',
      'ES256',
      'HS256',
      'none',
      'RSA-OAEP',
      '',
      null,
      7,
    ),
    use: fc.constantFrom<unknown>('sig', 'enc', '', null, 7),
    key_ops: fc.constantFrom<unknown>(['verify'], ['sign', 'verify'], ['encrypt'], [], 'verify', null),
    kty: fc.constantFrom<unknown>('RSA', 'EC', 'OKP', 'oct', 'rsa', null),
    crv: fc.constantFrom<unknown>('P-256', 'P-384', 'p-256', null),
    e: fc.constantFrom<unknown>('AQAB', 'AQ', 'AA', 'AQAA', 'AAAAAQAB', '', 7, 'Aw'),
    n: fc.constantFrom<unknown>('AQAB', '', 7, null, 'A'.repeat(342), '_'.repeat(20_000)),
    x: fc.constantFrom<unknown>('', 'AAAA', 7),
    k: fc.constantFrom<unknown>('c2VjcmV0', '', null, []),
    d: fc.constantFrom<unknown>('AQAB', '', null, []),
    x5c: fc.constantFrom<unknown>(['MII'], [], 'MII'),
  },
  { requiredKeys: ['kid'] },
);

const key: fc.Arbitrary<KeyRecipe> = fc.record({
  kind: fc.constant('key'),
  material: fc.constantFrom(...(Object.keys(MATERIALS) as Material[]).filter((name) => name !== 'good')),
  members: members.map((made): Jwk => ({ ...made })),
  remove: fc.subarray(['kid', 'kty', 'n', 'e', 'x', 'y'], { maxLength: 1 }),
  damages: fc.array(damages, { maxLength: 1 }),
});
const goodAgain: fc.Arbitrary<KeyRecipe> = fc.record({
  kind: fc.constant('key'),
  material: fc.constant('good'),
  members: fc.record({ kid: fc.constantFrom(GOOD_KID, 'a'), alg: fc.constantFrom('RS256', 'PS512') }),
  remove: fc.constant([]),
  damages: fc.constant([]),
});
const junk: fc.Arbitrary<KeyRecipe> = oddValues.map((value) => ({ kind: 'junk', value }));

export const keySets: fc.Arbitrary<KeySetRecipe> = fc.record({
  keys: fc.array(
    fc.oneof(
      { weight: 6, arbitrary: key },
      { weight: 1, arbitrary: goodAgain },
      { weight: 2, arbitrary: junk },
    ),
    { maxLength: 6 },
  ),
  at: fc.nat(6),
  times: fc.constantFrom(1, 1, 1, 1, 1, 1, 2, 30),
  others: fc.dictionary(
    fc.constantFrom('a', 'Keys', '__proto__', 'kty', 'toJSON'),
    fc.jsonValue({ maxDepth: 1 }),
  ),
});

const jwkOf = (name: Material): Record<string, unknown> =>
  MATERIALS[name].export({ format: 'jwk' }) as Record<string, unknown>;

/** The JWK of the good key. */
export const goodJwk: Jwk = { ...jwkOf('good'), kid: GOOD_KID, alg: 'RS256', use: 'sig' };

/** The members of `keys`, as parsed JSON. */
export function membersOf({ keys, at, times }: KeySetRecipe): readonly unknown[] {
  const others = Array.from({ length: times }, () => keys.map(memberOf)).flat();
  return JSON.parse(JSON.stringify(others.toSpliced(at % (others.length + 1), 0, goodJwk))) as unknown[];
}

function memberOf(recipe: KeyRecipe): unknown {
  if (recipe.kind === 'junk') return recipe.value;
  const all: Record<string, unknown> = { ...jwkOf(recipe.material), ...recipe.members };
  for (const name of recipe.remove) delete all[name];
  return damaged(all, recipe.damages);
}
