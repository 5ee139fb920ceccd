import { expect } from 'chai';
import fc from 'fast-check';
import { Counts } from '../../support/counts.ts';
import { runs } from '../../support/property-runs.ts';
import { compareProof, forgedProofs, PROOF_KEY_ALGORITHMS } from './forged-proofs.ts';

/** What a run met. */
class Tally extends Counts {
  accepted: Record<string, number> = {};
  refused = 0;
  /** Refused here, accepted by jose. */
  stricter: Record<string, number> = {};
}

describe('verifyProof, beside jose', () => {
  it('accepts no proof that jose refuses, and refuses others only if they are malformed', async () => {
    const tally = new Tally();
    await fc.assert(
      fc.asyncProperty(forgedProofs, async (made) => {
        const agreement = await compareProof(made);
        if (agreement.kind === 'accepted') {
          tally.accepted[agreement.alg] = (tally.accepted[agreement.alg] ?? 0) + 1;
          return;
        }
        tally.refused += 1;
        if (agreement.kind === 'stricter') {
          tally.stricter[agreement.detail] = (tally.stricter[agreement.detail] ?? 0) + 1;
        }
      }),
      { numRuns: runs(1000, 5000) },
    );
    expect(Object.keys(tally.accepted), String(tally)).to.have.members(PROOF_KEY_ALGORITHMS);
    expect(tally.refused, String(tally)).to.be.greaterThan(runs(1000, 5000) / 4);
  }).timeout(120_000);
});
