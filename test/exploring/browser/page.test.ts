import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { adviceFor, explore } from '../../../lib/exploring/explore.ts';
import { pageCode } from '../../../lib/exploring/page-code.ts';
import { pageHtml } from '../../../lib/exploring/page-html.ts';
import { type PageServer, servePage } from '../../../lib/exploring/server.ts';
import { createTracer, preparedRequests, type Tracer } from '../../../lib/exploring/tracer.ts';
import { type ExploredModule, trialOf } from '../../../lib/exploring/trial.ts';
import type { AuthorizerOptions } from '../../../lib/index.ts';
import { chromiumOnPath } from '../../support/chromium.ts';
import { type OpenPage, TestBrowser } from './browser.ts';
import { lowContrasts } from './contrast.ts';

const SHOP: AuthorizerOptions = {
  routes: {
    'GET /catalogue': {},
    'GET /orders': { scopes: ['read:orders'] },
    'POST /orders': { scopes: ['write:orders'] },
    'GET /orders/{order}': { scopes: ['one'] },
    'GET /orders/{order}/lines/{line}': { scopes: ['two'] },
    'GET /orders/{order}/lines/{line}/notes': { scopes: ['one'] },
    'GET /admin/{proxy+}': {
      permissions: ['admin'],
      claims: { level: (level) => level === 3, reportOnly: true },
    },
    'GET /flags': { authentication: { maxAge: 900 }, scopes: ['flags'] },
  },
};

const HOSTILE = '</script><img src=x onerror="globalThis.hacked=1"><b>\u202eevil';

/** Each page of the command `explore` in a real browser. */
describe('the page of explore in Chromium', function () {
  this.timeout(60_000);
  const executable = chromiumOnPath();
  let folder: string;
  let browser: TestBrowser;
  let server: PageServer;
  /** A server whose traces and advice fail. */
  let broken: PageServer;
  let open: OpenPage | undefined;

  before(async function () {
    if (executable === null) return this.skip();
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'page-'));
    browser = await TestBrowser.start(executable);
    const trial = await trialOf(module(SHOP));
    const page = pageHtml({ exploration: await explore(trial), mode: { kind: 'served' } }, await pageCode());
    const trace = await createTracer(trial);
    server = await servePage({ page, trace, advice: () => adviceFor(trial) }, 0);
    const fails = () => Promise.reject(new Error('no answer'));
    broken = await servePage({ page, trace: fails as Tracer, advice: fails }, 0);
  });
  after(async () => {
    await server?.close();
    await broken?.close();
    await browser?.close();
    if (folder !== undefined) fs.rmSync(folder, { recursive: true });
  });
  afterEach(async () => {
    await open?.close();
    open = undefined;
  });

  const module = (options: AuthorizerOptions, more: Partial<ExploredModule> = {}): ExploredModule => {
    // RSA keys take longer to make.
    const quick: AuthorizerOptions = { algorithms: ['ES256'], ...options };
    return { source: 'options.ts', options: quick, gateway: 'rest-request', client: {}, ...more };
  };

  /** Opens a static file. */
  async function openFile(
    options: AuthorizerOptions,
    more: Partial<ExploredModule> = {},
    most = 10,
  ): Promise<Page> {
    const trial = await trialOf(module(options, more));
    const exploration = await explore(trial);
    const requests = await preparedRequests(exploration, await createTracer(trial), most);
    const mode = { kind: 'static', made: '2026-11-29', advice: await adviceFor(trial), requests } as const;
    const file = path.join(folder, 'page.html');
    fs.writeFileSync(file, pageHtml({ exploration, mode }, await pageCode()).html);
    open = await browser.open(pathToFileURL(file).href);
    return open.page;
  }

  async function openServed(options: Parameters<TestBrowser['open']>[1] = {}, view = ''): Promise<Page> {
    open = await browser.open(`${server.url}${view}`, options);
    return open.page;
  }

  const focusedCell = (page: Page) => page.locator('td:focus');
  const detail = (page: Page) => page.locator('.detail').innerText();

  it('shows the matrix as a table with headings, and the rule of a cell that is pointed at', async () => {
    const page = await openServed();
    expect(await page.getByRole('columnheader').first().innerText()).to.equal('Route');
    expect(await page.getByRole('rowheader').count()).to.equal(9);
    const row = page.getByRole('row', { name: 'GET /orders', exact: false }).first();
    await row.getByRole('cell', { name: 'insufficient_scope' }).first().hover();
    expect(await detail(page)).to.match(
      /^GET \/orders for nothing\s+insufficient_scope Rule scopes\. Missing read:orders/,
    );
    expect(open?.problems).to.deep.equal([]);
    expect(open?.requests.every((url) => url.startsWith(server.url))).to.equal(true);
  });

  it('moves between cells with the keyboard, and has one of them in the tab order', async () => {
    const page = await openServed();
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
    const page = await openServed();
    await page.getByLabel('Only where a cached answer differs').check();
    expect(await page.locator('output').innerText()).to.match(/^[1-5] of 9 rows$/);
    const cell = page
      .getByRole('cell', { name: 'allow , a cached answer denies it' })
      .or(page.getByRole('cell', { name: 'allow, a cached answer denies it' }));
    await cell.first().hover();
    expect(await detail(page)).to.include('Under the token alone, the cached answer to');
  });

  it('finds rows by path, method and rule, and passes over hidden ones', async () => {
    const page = await openServed();
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

  it('follows a request that is chosen in the matrix through the chain', async () => {
    const page = await openServed();
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
    expect(open?.problems).to.deep.equal([]);
  });

  it('follows the request of its form, and says what is wrong with it', async () => {
    const page = await openServed({}, '#request');
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
    const page = await openServed({}, '#request');
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
    const page = await openServed({}, '#policy');
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
    const page = await openServed({}, '#caching');
    const row = page.getByRole('row', { name: /rest-request \(this page\)/ });
    expect(await row.innerText())
      .to.include('method.request.header.Authorization')
      .and.include('TTL up to 900 s');
    expect(await page.getByRole('row').count()).to.equal(8);
  });

  it('lists the routes of which some values are refused', async () => {
    const page = await openFile({
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
    open = await browser.open(`${broken.url}#request`);
    await open.page.locator('.problem').getByText('no answer').waitFor();
    await open.page.getByRole('link', { name: 'Caching' }).click();
    await open.page.getByText('does not answer any more').waitFor();
  });

  it('works from a file, with its prepared requests, and asks nobody', async () => {
    const page = await openFile({ ...SHOP, handlerDecides: true }, {}, 3);
    expect(await page.locator('header').innerText()).to.include('static copy of 2026-11-29');
    await page.getByRole('link', { name: 'Request' }).click();
    await page.getByText('It holds prepared requests').waitFor();
    await page.locator('.steps').getByText('allow', { exact: true }).waitFor();
    await page.getByLabel('Route', { exact: true }).selectOption('GET /flags');
    await page.getByText('This file holds no trace of GET /flags for this caller').waitFor();
    await page.getByRole('link', { name: 'Caching' }).click();
    await page.getByText('rest-request', { exact: true }).waitFor();
    expect(open?.requests).to.have.length(1);
    expect(open?.problems).to.deep.equal([]);
  });

  it('shows names and claims as text, whatever they are', async () => {
    const options: AuthorizerOptions = {
      routes: { 'GET /$a': { claims: { [HOSTILE]: HOSTILE } }, 'GET /b': {} },
      rules: { custom: { [HOSTILE]: { check: () => true, reportOnly: true } } },
    };
    const page = await openFile(options, {
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
    expect(open?.problems).to.deep.equal([]);
  });

  it('does not run what another script would insert', async () => {
    const page = await openServed();
    const blocked = page.evaluate(`document.body.innerHTML = '<img src=x onerror="globalThis.hacked=1">'`);
    await blocked.then(
      () => expect.fail('the policy should refuse it'),
      (error) => expect(String(error)).to.include('TrustedHTML'),
    );
    expect(await page.evaluate(`fetch('https://example.com').catch(() => 'refused')`)).to.equal('refused');
  });

  it('shows simple answers, APIs and callers that are left out', async () => {
    const keys = Array.from({ length: 14 }, (_, index) => [`GET /r${index}`, { scopes: [`s${index}`] }]);
    const apis = { a1b2c3d4e5: { routes: Object.fromEntries(keys) } };
    const page = await openFile(
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
    const page = await openFile({}, { gateway: 'appsync-graphql' });
    expect(await page.locator('output').innerText()).to.equal('1 of 1 row');
    await open?.close();
    const trial = await trialOf(module({}, { gateway: 'appsync-graphql' }));
    const html = pageHtml({ exploration: await explore(trial), mode: { kind: 'served' } }, await pageCode());
    const own = await servePage({ page: html, trace: await createTracer(trial), advice: async () => [] }, 0);
    open = await browser.open(`${own.url}#request`);
    await open.page.locator('.steps').waitFor();
    expect(await open.page.getByLabel('Path').count()).to.equal(0);
    await own.close();
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`has enough contrast in each view (${colorScheme})`, async () => {
      const page = await openServed({ colorScheme });
      for (const view of ['Request', 'Policy', 'Caching', 'Matrix']) {
        await page.getByRole('link', { name: view }).click();
        if (view === 'Policy') await page.locator('.tree button').first().click();
        if (view === 'Request') await page.locator('.steps').waitFor();
        expect(await lowContrasts(page), view).to.deep.equal([]);
      }
    });
  }

  it('fits a phone, and moves nothing if the reader wants it so', async () => {
    const page = await openServed({ viewport: { width: 390, height: 800 }, reducedMotion: 'reduce' });
    for (const view of ['Request', 'Policy', 'Caching', 'Matrix']) {
      await page.getByRole('link', { name: view }).click();
      const width = await page.evaluate('document.documentElement.scrollWidth');
      expect(width, view).to.equal(390);
    }
    expect(
      await page.evaluate(`getComputedStyle(document.querySelector('nav a')).transitionDuration`),
    ).to.equal('0s');
  });

  it('makes all rows of a long table, and keeps the filter', async () => {
    const keys = Array.from({ length: 500 }, (_, index) => [`GET /r${index}`, {}]);
    const page = await openFile({ routes: Object.fromEntries(keys) }, {}, 0);
    await page.getByLabel('Find').fill('/r49');
    await page.waitForFunction(`document.querySelectorAll('tbody tr').length >= 501`);
    expect(await page.locator('output').innerText()).to.equal('11 of 501 rows');
  });

  it('ran each function of its script in these tests', () => {
    expect(browser.covered.count).to.be.greaterThan(50);
    expect(browser.covered.never).to.deep.equal([]);
  });
});
