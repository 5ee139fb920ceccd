import { expect } from 'chai';
import { SIGNATURE_ALGORITHMS } from '../../lib/token/signature.ts';
import { judgeJws, openedJwe, signatureJudge } from './judge.ts';
import { type JoseSet, joseSets, type SignatureSet, signatureSets } from './read-vectors.ts';
import { countedOf, setsOf, summaryOf, Tally } from './tally.ts';

const SIGNATURES = 'Wycheproof: signatures';
const JOSE = 'Wycheproof: JWS, JWK and JWE';

/**
 * The signed bytes of these vectors are no tokens: they go to the function that verifies signatures, with keys that are imported
 * from a JWKS. Each signature is judged as the algorithm that has its parameters. A valid one is also tried as each other
 * algorithm. An invalid one is not: it may be valid as another, as some are signed with another hash.
 */
function judgeSignatures({ name, groups }: SignatureSet): Tally {
  const tally = new Tally();
  for (const { algorithm, tests, jwk } of groups) {
    const judge = signatureJudge({ jwk });
    for (const vector of tests) {
      for (const one of SIGNATURE_ALGORITHMS) {
        const title = `${name} ${vector.id} as ${one}`;
        if (one === algorithm) tally.add(title, vector.says, judge(vector, one));
        else if (vector.says === 'valid') tally.cross(title, judge(vector, one));
      }
    }
  }
  return tally;
}

async function judgeTokens({ name, groups }: JoseSet): Promise<Tally> {
  const tally = new Tally();
  for (const { privateJwk, publicJwk = privateJwk, tests } of groups) {
    const { keys = [publicJwk] } = publicJwk as { readonly keys?: readonly unknown[] };
    for (const { id, says, kind, token, pt } of tests) {
      const title = `${name} ${id}`;
      if (kind === 'jws') {
        tally.add(title, says, judgeJws(token, keys));
      } else {
        const opened = await openedJwe(token, privateJwk);
        if (opened instanceof Buffer && says === 'valid') expect(opened.toString('hex')).to.equal(pt);
        tally.add(title, says, typeof opened === 'string' ? opened : null);
      }
    }
  }
  return tally;
}

describe('Wycheproof', () => {
  const signatures = (['rsa-pkcs1', 'rsa-pss', 'ecdsa'] as const).flatMap(signatureSets);
  const tokens = joseSets();

  for (const set of signatures) {
    it(set.name, () => {
      expect(judgeSignatures(set).counted).to.deep.equal(countedOf(SIGNATURES, set.name));
    });
  }

  for (const set of tokens) {
    it(set.name, async () => {
      expect((await judgeTokens(set)).counted).to.deep.equal(countedOf(JOSE, set.name));
    });
  }

  it(`${SIGNATURES}: ${summaryOf(SIGNATURES)}`, () => {
    expect(setsOf(SIGNATURES)).to.have.members(signatures.map(({ name }) => name));
  });

  it(`${JOSE}: ${summaryOf(JOSE)}`, () => {
    expect(setsOf(JOSE)).to.have.members(tokens.map(({ name }) => name));
  });
});
