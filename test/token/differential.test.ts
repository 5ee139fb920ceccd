import { expect } from 'chai';
import fc from 'fast-check';
import { Differential } from '../support/differential.ts';
import { tokenRecipes } from '../support/token-recipes.ts';

const TOKENS = 6000;

describe('the verifier compared with jose', () => {
  it('agrees on thousands of good, odd and tampered tokens, except where it is stricter on purpose', async () => {
    const differential = await Differential.create();
    const counts: Record<string, number> = {};
    let accepted = 0;
    const property = fc.asyncProperty(tokenRecipes, async (recipe) => {
      const agreement = await differential.compare(recipe);
      if (agreement.kind === 'accepted') accepted += 1;
      else counts[agreement.code] = (counts[agreement.code] ?? 0) + 1;
    });
    await fc.assert(property, { numRuns: TOKENS });
    // If one side refused everything, the comparison would prove nothing.
    expect(accepted).to.be.above(200);
    expect(counts['invalid_signature']).to.be.above(200);
    expect(Object.keys(counts)).to.include.members([
      'malformed_token',
      'algorithm_not_allowed',
      'token_type_not_allowed',
      'missing_kid',
      'unknown_issuer',
      'unknown_key',
      'token_expired',
      'wrong_audience',
      'sender_constrained_token',
    ]);
  }).timeout(300_000);
});
