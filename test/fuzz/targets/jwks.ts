import { expect } from 'chai';
import { type ImportedKey, type ImportedKeys, importKeys, keyFor } from '../../../lib/jwks/import-keys.ts';
import { readJwks } from '../../../lib/jwks/jwks-document.ts';
import { SIGNATURE_ALGORITHMS } from '../../../lib/token/signature.ts';
import { GOOD_KID, goodJwk, type KeySetRecipe, keySets, membersOf } from '../../jwks/support/key-sets.ts';
import type { FuzzTarget } from '../target.ts';

type Jwk = Readonly<Record<string, unknown>>;

/** What RFC 7517 and RFC 7518 say of a key for signatures, read apart from the library. */
function mayVerify(jwk: unknown, kid: string, algorithm: string): jwk is Jwk {
  if (typeof jwk !== 'object' || jwk === null) return false;
  const { kid: own, alg, use, key_ops: operations, kty, crv } = jwk as Jwk;
  if (own !== kid || (alg !== undefined && alg !== algorithm) || (use !== undefined && use !== 'sig'))
    return false;
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes('verify'))) return false;
  return algorithm === 'ES256' ? kty === 'EC' && crv === 'P-256' : kty === 'RSA';
}

const numberOf = (text: unknown): bigint => {
  const hex = Buffer.from(String(text), 'base64url').toString('hex');
  return hex === '' ? 0n : BigInt(`0x${hex}`);
};

const isSecret = (jwk: Jwk): boolean =>
  ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'].some((name) => {
    const value = jwk[name] as { readonly length?: unknown } | null | undefined;
    return value !== undefined && value !== null && value.length !== 0;
  });

function isStrong({ kty, n, e }: Jwk): boolean {
  if (kty !== 'RSA') return true;
  return numberOf(n) >= 2n ** 2047n && numberOf(e) >= 3n && numberOf(e) % 2n === 1n;
}

/** The same numbers, however they are padded. */
function isSame(key: ImportedKey, jwk: Jwk): boolean {
  const own = key.key.export({ format: 'jwk' }) as Jwk;
  return (own['kty'] === 'RSA' ? ['n', 'e'] : ['x', 'y']).every(
    (name) => numberOf(own[name]) === numberOf(jwk[name]),
  );
}

function verifiersOf({ keys }: ImportedKeys): readonly string[] {
  return [...keys].flatMap(([kid, list]) =>
    list.flatMap((one) => {
      const { n, x } = one.key.export({ format: 'jwk' });
      return one.algorithms.map((algorithm) => `${kid} ${algorithm} ${n ?? x}`);
    }),
  );
}

function check(recipe: KeySetRecipe): void {
  const members = membersOf(recipe);
  const text = JSON.stringify({ ...recipe.others, keys: members });
  const isAmbiguous = members.some(
    (jwk) => mayVerify(jwk, GOOD_KID, 'RS256') && isStrong(jwk) && jwk['n'] !== goodJwk['n'],
  );
  let imported: ImportedKeys;
  try {
    imported = readJwks(text, 'the endpoint', importKeys);
  } catch (error) {
    expect(error).to.have.property('code', 'jwks_no_usable_key');
    expect(isAmbiguous, 'the good key is alone with its kid').to.equal(true);
    return;
  }
  for (const [kid, list] of imported.keys) {
    for (const one of list) {
      expect(one.key.type).to.equal('public');
      for (const algorithm of one.algorithms) {
        expect(SIGNATURE_ALGORITHMS).to.include(algorithm);
        const sources = members.filter((jwk) => mayVerify(jwk, kid, algorithm)) as Jwk[];
        const own = sources.filter((jwk) => isSame(one, jwk) && !isSecret(jwk) && isStrong(jwk));
        expect(own, `${kid} ${algorithm}`).not.to.have.lengthOf(0);
      }
    }
    const names = list.flatMap(({ algorithms }) => algorithms);
    expect(new Set(names).size, `algorithms of ${kid} with one key each`).to.equal(names.length);
  }
  const good = keyFor(imported.keys.get(GOOD_KID) ?? [], 'RS256', 'fresh');
  if (!isAmbiguous) expect(good?.key.export({ format: 'jwk' }).n).to.equal(goodJwk['n']);
  const reversed = importKeys(members.toReversed());
  expect(verifiersOf(reversed)).to.have.members(verifiersOf(imported));
}

export const jwks: FuzzTarget<KeySetRecipe> = {
  name: 'jwks',
  claim:
    'imports the good key beside any others, and no key that is secret, weak, ambiguous or for another purpose',
  home: 'test/jwks/import-keys.test.ts',
  inputs: keySets,
  ciRuns: 1200,
  check,
};
