import { expect } from 'chai';
import { markdownOf } from '../../scripts/docs/documents.ts';
import { PROOF_PAGE, proofPage } from '../../scripts/docs/proof-report.ts';

describe('the page with a proof report', () => {
  it('is what prove writes about the API of the demo; `npm run docs` rewrites it', async () => {
    expect(markdownOf(PROOF_PAGE)).to.equal(await proofPage());
  });
});
