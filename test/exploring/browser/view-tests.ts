import { expect } from 'chai';
import type { TestPages } from './test-pages.ts';

/** Tests of the other views. */
export function viewTests(pagesOf: () => TestPages): void {
  it('follows a request that is chosen in the matrix through the chain', async () => {
    const pages = pagesOf();
    const page = await pages.served();
    await page.locator('th', { hasText: 'Route' }).click();
    await page.locator('tbody tr').nth(1).locator('td').nth(1).focus();
    await page.keyboard.press('Enter');
    expect(await page.locator('[aria-current]').innerText()).to.equal('Request');
    await page.getByText('Rule scopes', { exact: true }).waitFor();
    expect(await page.getByLabel('Path').inputValue()).to.equal('/orders');
    const steps = page.locator('.steps li');
    expect(await steps.last().innerText()).to.match(/Decision refused\s+insufficient_scope \(403\)/);
    expect(await page.getByRole('region', { name: 'What the client gets' }).innerText()).to.match(
      /^HTTP 403/,
    );
    expect(await page.getByRole('region', { name: 'Log line' }).innerText()).to.include(
      '"refusal": "insufficient_scope"',
    );
    expect(pages.problems).to.deep.equal([]);
  });

  it('follows the request of its form, and says what is wrong with it', async () => {
    const pages = pagesOf();
    const page = await pages.served({}, '#request');
    const follow = () => page.getByRole('button', { name: 'Follow the request' }).click();
    await page.getByLabel('Path').fill('/orders?a=1');
    await page.getByLabel('Claims of the token').fill('{"scope":"read:orders"}');
    await page.getByLabel('Further headers').fill('x-a: b');
    await page.getByLabel('Address of the client').fill('198.51.100.9');
    await follow();
    await page.locator('.steps').getByText('allow', { exact: true }).waitFor();
    await page.getByRole('region', { name: 'Log line' }).getByText('198.51.100.9').waitFor();
    await page.getByLabel('With a token of the test issuer').uncheck();
    await page.getByLabel('Claims of the token').fill('{');
    await follow();
    await page.locator('.steps').getByText('missing_token (401)', { exact: false }).waitFor();
    await page.getByLabel('With a token of the test issuer').check();
    await follow();
    await page.getByText('The claims are not a JSON object.').waitFor();
    await page.getByLabel('Claims of the token').fill('{}');
    await page.getByLabel('Path').fill('orders');
    await follow();
    await page.locator('.problem', { hasText: /^path: / }).waitFor();
    await page.getByLabel('Route', { exact: true }).selectOption('GET /catalogue');
    await page.locator('#request-caller').selectOption('nothing');
    await page.locator('.steps').getByText('allow', { exact: true }).waitFor();
  });

  it('drops a late answer to an earlier request', async () => {
    const pages = pagesOf();
    const page = await pages.served({}, '#request');
    await page.locator('.steps').waitFor();
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route('**/trace', async (route) => {
      if (route.request().postData()?.includes('/catalogue')) await held;
      await route.continue();
    });
    await page.locator('#request-caller').selectOption('nothing');
    await page.getByLabel('Route', { exact: true }).selectOption('GET /orders');
    await page.locator('.steps').getByText('insufficient_scope (403)', { exact: false }).waitFor();
    const late = page.waitForResponse(
      (response) => response.request().postData()?.includes('/catalogue') === true,
    );
    release();
    await late;
    expect(await page.locator('.steps li').last().innerText()).to.include('insufficient_scope');
  });

  it('shows the policy of a caller as a tree beside its document, linked both ways', async () => {
    const pages = pagesOf();
    const page = await pages.served({}, '#policy');
    await page.locator('#policy-caller').selectOption('one');
    expect(await page.locator('.figures').innerText()).to.match(
      /of 8,192 bytes used[\s\S]*allowed[\s\S]*denied explicitly/,
    );
    const route = page.getByRole('button', { name: 'GET GET /orders/{order}, allowed' });
    await route.click();
    expect(await page.getByRole('status').innerText()).to.match(
      /match(?:es)? GET \/orders\/\{order\}: allowed\.$/,
    );
    expect(await page.locator('.document [aria-pressed="true"]').count()).to.be.greaterThan(0);
    await route.click();
    expect(await page.getByRole('status').innerText()).to.equal('Nothing is chosen.');
    await page.getByRole('button', { name: /POST \/orders, denied/ }).click();
    expect(await page.getByRole('status').innerText()).to.match(/denied/);
    await page.locator('.statement.allow button').first().click();
    expect(await page.getByRole('status').innerText()).to.match(/^Matches /);
    expect(await page.locator('.tree [aria-pressed="true"]').count()).to.be.greaterThan(0);
    await page.locator('.statement.allow button').first().click();
    await page.getByText(/guards against paths with two readings/).click();
    await page.locator('details button').first().click();
    expect(await page.getByRole('status').innerText()).to.match(/it guards other paths\.$/);
    await page.locator('#policy-caller').selectOption('expired');
    expect(await page.locator('#policy-view').innerText()).to.include('gateways cache no failed invocation');
    await page.locator('.tree').waitFor({ state: 'detached' });
  });

  it('advises on the cache of each gateway', async () => {
    const pages = pagesOf();
    const page = await pages.served({}, '#caching');
    const row = page.getByRole('row', { name: /rest-request \(this page\)/ });
    expect(await row.innerText())
      .to.include('method.request.header.Authorization')
      .and.include('TTL up to 900 s');
    expect(await page.getByRole('row').count()).to.equal(8);
  });

  it('lists the routes of which some values are refused', async () => {
    const pages = pagesOf();
    const page = await pages.file({
      routes: {
        'GET /users/{id}': { scopes: ['one'] },
        'GET /users/{id}/orders': { scopes: ['two'] },
        'GET /users/{id}/orders/{order}': { scopes: ['one'] },
      },
    });
    await page.getByRole('link', { name: 'Caching' }).click();
    await page.getByText('refuse some values of parameters').first().click();
    await page.getByText('GET /users/{id}/orders/{order}: ', { exact: false }).first().waitFor();
  });

  it('says that its server is gone', async () => {
    const fails = () => Promise.reject(new Error('no answer'));
    const page = await pagesOf().servedWith({}, { trace: fails, advice: fails }, '#request');
    await page.locator('.problem').getByText('no answer').waitFor();
    await page.getByRole('link', { name: 'Caching' }).click();
    await page.getByText('does not answer any more').waitFor();
  });
}
