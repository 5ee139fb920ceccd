import { expect } from 'chai';
import { chromiumOnPath } from '../../support/chromium.ts';
import { looksTests } from './looks-tests.ts';
import { matrixTests } from './matrix-tests.ts';
import { safetyTests } from './safety-tests.ts';
import { TestPages } from './test-pages.ts';
import { viewTests } from './view-tests.ts';

/** Each view of the page of the command `explore` in a real browser: one for all tests. */
describe('the page of explore in Chromium', function () {
  this.timeout(60_000);
  const executable = chromiumOnPath();
  let pages: TestPages;

  before(async function () {
    if (executable === null) return this.skip();
    pages = await TestPages.start(executable);
  });
  after(() => pages?.stop());
  afterEach(() => pages?.close());

  const pagesOf = () => pages;
  matrixTests(pagesOf);
  viewTests(pagesOf);
  safetyTests(pagesOf);
  looksTests(pagesOf);

  it('ran each function of its script in these tests', () => {
    expect(pages.covered.count).to.be.greaterThan(50);
    expect(pages.covered.never).to.deep.equal([]);
  });
});
