import { compareProof, type ForgedProof, forgedProofs } from '../../binding/dpop/forged-proofs.ts';
import type { FuzzTarget } from '../target.ts';

export const proofs: FuzzTarget<ForgedProof> = {
  name: 'proofs',
  claim: 'accepts no DPoP proof that jose refuses, and refuses others only if they are malformed',
  home: 'test/binding/dpop/proof.test.ts',
  inputs: forgedProofs,
  ciRuns: 2000,
  async check(made) {
    await compareProof(made);
  },
};
