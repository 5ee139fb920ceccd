import { expect } from 'chai';
import { lowContrasts } from './contrast.ts';
import type { TestPages } from './test-pages.ts';

/** Tests of contrast, width and motion. */
export function looksTests(pagesOf: () => TestPages): void {
  for (const colorScheme of ['light', 'dark'] as const) {
    it(`has enough contrast in each view (${colorScheme})`, async () => {
      const pages = pagesOf();
      const page = await pages.served({ colorScheme });
      for (const view of ['Request', 'Policy', 'Caching', 'Matrix']) {
        await page.getByRole('link', { name: view }).click();
        if (view === 'Policy') await page.locator('.tree button').first().click();
        if (view === 'Request') await page.locator('.steps').waitFor();
        expect(await lowContrasts(page), view).to.deep.equal([]);
      }
    });
  }

  it('fits a phone, and moves nothing if the reader wants it so', async () => {
    const pages = pagesOf();
    const page = await pages.served({ viewport: { width: 390, height: 800 }, reducedMotion: 'reduce' });
    for (const view of ['Request', 'Policy', 'Caching', 'Matrix']) {
      await page.getByRole('link', { name: view }).click();
      const width = await page.evaluate('document.documentElement.scrollWidth');
      expect(width, view).to.equal(390);
    }
    expect(
      await page.evaluate(`getComputedStyle(document.querySelector('nav a')).transitionDuration`),
    ).to.equal('0s');
  });
}
