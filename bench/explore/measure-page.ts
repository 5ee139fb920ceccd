import type { Page } from 'playwright-core';

/** Milliseconds of what a reader does with the page. */
export interface PageTimes {
  /** From the beginning of the navigation until a cell answers to the keyboard, and the first rows are painted. */
  readonly interactive: number;
  /** Until all rows are there. */
  readonly complete: number;
  /** From an arrow key to the next frame with the new cell focused. */
  readonly key: number;
  /** From a letter in the field Find to the next frame with the rows filtered. */
  readonly filter: number;
  /** From the choice of a caller to the next frame with his policy. */
  readonly policy: number;
}

/** Opens a static file in a page that is new, and uses it. */
export async function measurePage(page: Page, url: string, rows: number): Promise<PageTimes> {
  await page.addInitScript(WATCH);
  await page.goto(url);
  await page
    .locator('.matrix tbody tr')
    .nth(rows - 1)
    .waitFor({ state: 'attached' });
  const { interactive, complete } = await page.evaluate<{ interactive: number; complete: number }>('times');
  const used = async (action: string) => page.evaluate<number>(`timed(() => { ${action} })`);
  const key = await used(`
    const cell = document.querySelector('.matrix td');
    cell.focus();
    cell.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true }));`);
  const filter = await used(`
    const field = document.querySelector('#matrix-search');
    field.value = 'a';
    field.dispatchEvent(new Event('input'));`);
  await page.getByRole('link', { name: 'Policy' }).click();
  await page.locator('#policy-caller').waitFor();
  const policy = await used(`
    const caller = document.querySelector('#policy-caller');
    caller.value = '4';
    caller.dispatchEvent(new Event('change'));`);
  return { interactive, complete, key, filter, policy };
}

/** Runs in the page before its script. Times count from the beginning of the navigation. */
const WATCH = `
  globalThis.times = { interactive: 0, complete: 0 };
  globalThis.painted = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  globalThis.timed = async (action) => {
    const start = performance.now();
    action();
    await painted();
    return performance.now() - start;
  };
  new MutationObserver(async () => {
    if (document.querySelector('.matrix td[tabindex="0"]') === null) return;
    await painted();
    if (times.interactive === 0) times.interactive = performance.now();
    times.complete = performance.now();
  }).observe(document, { childList: true, subtree: true });
`;
