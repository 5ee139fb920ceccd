import { expect } from 'chai';
import type { Page } from 'playwright-core';
import type { TestPages } from './test-pages.ts';

const focusedCell = (page: Page) => page.locator('td:focus');
const detail = (page: Page) => page.locator('.detail').innerText();

/** Tests of the view Matrix. */
export function matrixTests(pagesOf: () => TestPages): void {
  it('shows the matrix as a table with headings, and the rule of a cell that is pointed at', async () => {
    const pages = pagesOf();
    const page = await pages.served();
    expect(await page.getByRole('columnheader').first().innerText()).to.equal('Route');
    expect(await page.getByRole('rowheader').count()).to.equal(9);
    const row = page.getByRole('row', { name: 'GET /orders', exact: false }).first();
    await row.getByRole('cell', { name: 'insufficient_scope' }).first().hover();
    expect(await detail(page)).to.match(
      /^GET \/orders for nothing\s+insufficient_scope Rule scopes\. Missing read:orders/,
    );
    expect(pages.problems).to.deep.equal([]);
    expect(pages.requests.every((url) => url.startsWith(pages.url))).to.equal(true);
  });

  it('moves between cells with the keyboard, and has one of them in the tab order', async () => {
    const pages = pagesOf();
    const page = await pages.served();
    expect(await page.locator('td[tabindex="0"]').count()).to.equal(1);
    await page.locator('td').first().focus();
    const places = [];
    for (const key of [
      'ArrowRight',
      'ArrowDown',
      'End',
      'ArrowRight',
      'Home',
      'ArrowLeft',
      'ArrowUp',
      'ArrowUp',
      'x',
    ]) {
      await page.keyboard.press(key);
      places.push(
        await focusedCell(page).evaluate(({ cellIndex, parentElement }: any) =>
          [cellIndex, parentElement.rowIndex].join(','),
        ),
      );
    }
    const last = await page.locator('.matrix thead th').count();
    expect(places).to.deep.equal([
      '2,1',
      '2,2',
      `${last - 1},2`,
      `${last - 1},2`,
      '1,2',
      '1,2',
      '1,1',
      '1,1',
      '1,1',
    ]);
    expect(await page.locator('td[tabindex="0"]').count()).to.equal(1);
    expect(await detail(page)).to.include('GET /catalogue for everything');
  });

  it('marks where a cached answer differs, also for screen readers', async () => {
    const pages = pagesOf();
    const page = await pages.served();
    await page.getByLabel('Only where a cached answer differs').check();
    expect(await page.locator('output').innerText()).to.match(/^[1-5] of 9 rows$/);
    const cell = page
      .getByRole('cell', { name: 'allow , a cached answer denies it' })
      .or(page.getByRole('cell', { name: 'allow, a cached answer denies it' }));
    await cell.first().hover();
    expect(await detail(page)).to.include('Under the token alone, the cached answer to');
  });

  it('finds rows by path, method and rule, and passes over hidden ones', async () => {
    const pages = pagesOf();
    const page = await pages.served();
    await page.getByLabel('Find').fill('SCOPES');
    expect(await page.locator('output').innerText()).to.equal('6 of 9 rows');
    await page.locator('tbody tr:not([hidden]) td').first().focus();
    await page.getByLabel('Find').fill('get /orders');
    await page.locator('tbody tr:not([hidden]) td').first().focus();
    await page.keyboard.press('ArrowDown');
    expect(await focusedCell(page).locator('xpath=..').locator('th').innerText()).to.include(
      '/orders/{order}',
    );
  });

  it('makes all rows of a long table, and keeps the filter', async () => {
    const pages = pagesOf();
    const keys = Array.from({ length: 500 }, (_, index) => [`GET /r${index}`, {}]);
    const page = await pages.file({ routes: Object.fromEntries(keys) }, {}, 0);
    await page.getByLabel('Find').fill('/r49');
    await page.locator('.matrix tbody tr').nth(500).waitFor({ state: 'attached' });
    expect(await page.locator('output').innerText()).to.equal('11 of 501 rows');
  });
}
