import { expect } from 'chai';
import type { AuthorizerOptions } from '../../../lib/index.ts';
import { SHOP, type TestPages } from './test-pages.ts';

const HOSTILE = '</script><img src=x onerror="globalThis.hacked=1"><b>\u202eevil';

/** Tests of what the page may do, and of options of all kinds. */
export function safetyTests(pagesOf: () => TestPages): void {
  it('works from a file, with its prepared requests, and asks nobody', async () => {
    const pages = pagesOf();
    const page = await pages.file({ ...SHOP, handlerDecides: true }, {}, 3);
    expect(await page.locator('header').innerText()).to.include('static copy of 2026-11-29');
    await page.getByRole('link', { name: 'Request' }).click();
    await page.getByText('It holds prepared requests').waitFor();
    await page.locator('.steps').getByText('allow', { exact: true }).waitFor();
    await page.getByLabel('Route', { exact: true }).selectOption('GET /flags');
    await page.getByText('This file holds no trace of GET /flags for this caller').waitFor();
    await page.getByRole('link', { name: 'Caching' }).click();
    await page.getByText('rest-request', { exact: true }).waitFor();
    expect(pages.requests).to.have.length(1);
    expect(pages.problems).to.deep.equal([]);
  });

  it('shows names and claims as text, whatever they are', async () => {
    const pages = pagesOf();
    const options: AuthorizerOptions = {
      routes: { 'GET /$a': { claims: { [HOSTILE]: HOSTILE } }, 'GET /b': {} },
      rules: { custom: { [HOSTILE]: { check: () => true, reportOnly: true } } },
    };
    const page = await pages.file(options, {
      source: HOSTILE,
      personas: { [HOSTILE]: { [HOSTILE]: HOSTILE } },
    });
    for (const view of ['Request', 'Policy', 'Caching', 'Matrix']) {
      await page.getByRole('link', { name: view }).click();
      expect(await page.locator('img, b').count(), view).to.equal(0);
    }
    await page.locator('.matrix td').last().hover();
    expect(await page.locator('h1').innerText()).to.equal(HOSTILE.replace('\u202e', '\\u202e'));
    expect(await page.evaluate('globalThis.hacked')).to.equal(undefined);
    expect(await page.content()).not.to.include('\u202eevil<');
    expect(pages.problems).to.deep.equal([]);
  });

  it('does not run what another script would insert', async () => {
    const pages = pagesOf();
    const page = await pages.served();
    const blocked = page.evaluate(`document.body.innerHTML = '<img src=x onerror="globalThis.hacked=1">'`);
    await blocked.then(
      () => expect.fail('the policy should refuse it'),
      (error) => expect(String(error)).to.include('TrustedHTML'),
    );
    expect(await page.evaluate(`fetch('https://example.com').catch(() => 'refused')`)).to.equal('refused');
  });

  it('shows simple answers, APIs and callers that are left out', async () => {
    const pages = pagesOf();
    const keys = Array.from({ length: 14 }, (_, index) => [`GET /r${index}`, { scopes: [`s${index}`] }]);
    const apis = { a1b2c3d4e5: { routes: Object.fromEntries(keys) } };
    const page = await pages.file(
      { apis, httpApiResponse: 'simple' },
      { gateway: 'http-api-2.0', api: 'a1b2c3d4e5' },
    );
    expect(await page.locator('header').innerText()).to.include('API a1b2c3d4e5');
    expect(await page.locator('caption').first().textContent()).to.include(
      '2 more callers of single routes are not shown',
    );
    await page.getByRole('link', { name: 'Policy' }).click();
    expect(await page.locator('#policy-view').innerText()).to.include('isAuthorized: true');
    await page.locator('#policy-caller').selectOption('nothing');
    expect(await page.locator('#policy-view').innerText()).to.include('refuse every request');
  });

  it('fits gateways without paths', async () => {
    const pages = pagesOf();
    const page = await pages.file({}, { gateway: 'appsync-graphql' });
    expect(await page.locator('output').innerText()).to.equal('1 of 1 row');
    await pages.close();
    const served = await pages.servedWith({}, { gateway: 'appsync-graphql' }, '#request');
    await served.locator('.steps').waitFor();
    expect(await served.getByLabel('Path').count()).to.equal(0);
  });
}
