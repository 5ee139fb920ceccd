import { expect } from 'chai';
import { compareWithReference } from '../support/differential.ts';

describe('the verifier compared with jose', () => {
  it('agrees on thousands of good, odd and tampered tokens, except where it is stricter on purpose', async () => {
    const { accepted, refused } = await compareWithReference(6000, 20_260_822);
    // If one side refused everything, the comparison would prove nothing.
    expect(accepted).to.be.above(200);
    expect(refused.invalid_signature).to.be.above(200);
    expect(Object.keys(refused)).to.include.members([
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
