/**
 * npm run docs:screenshot
 *
 * Writes docs/images/explore.png: the page of `explore` with the options of a shop. Needs `chromium` on the PATH.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { explore } from '../lib/exploring/explore.ts';
import { pageCode } from '../lib/exploring/page-code.ts';
import { pageHtml } from '../lib/exploring/page-html.ts';
import { trialOf } from '../lib/exploring/trial.ts';
import type { AuthorizerOptions } from '../lib/index.ts';
import { chromiumOnPath } from '../test/support/chromium.ts';

const OPTIONS: AuthorizerOptions = {
  routes: {
    'GET /catalogue': { token: 'optional', callers: false },
    'GET /orders': { scopes: ['read:orders'] },
    'POST /orders': { scopes: ['write:orders'] },
    'GET /orders/{order}': { scopes: ['read:orders'] },
    'DELETE /orders/{order}': { scopes: ['write:orders'], permissions: ['orders:cancel'] },
    'GET /orders/{order}/lines/{line}': { scopes: ['read:lines'] },
    'GET /orders/{order}/lines/{line}/notes': { scopes: ['read:orders'] },
    'POST /imports': { callers: { allow: ['machine'] } },
    'GET /orgs/{org}/members': { organization: { matches: 'path:org' } },
    'ANY /admin/{proxy+}': { permissions: ['admin'] },
  },
};

const folder = mkdtempSync(path.join(tmpdir(), 'screenshot-'));
const trial = await trialOf({ source: 'options.ts', options: OPTIONS, gateway: 'rest-request', client: {} });
const page = pageHtml({ exploration: await explore(trial), mode: { kind: 'served' } }, await pageCode());
const file = path.join(folder, 'page.html');
writeFileSync(file, page.html);
const executablePath = chromiumOnPath();
if (executablePath === null) throw new Error('there is no Chromium on the PATH');
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
const tab = await browser.newPage({ viewport: { width: 1280, height: 620 }, colorScheme: 'light' });
await tab.goto(pathToFileURL(file).href);
const row = tab.getByRole('row', { name: 'GET /orders/{order}/lines/{line}/notes' });
await row
  .getByRole('cell', { name: /cached/ })
  .first()
  .hover();
const target = path.join(import.meta.dirname, '../docs/images/explore.png');
mkdirSync(path.dirname(target), { recursive: true });
await tab.screenshot({ path: target });
await browser.close();
rmSync(folder, { recursive: true });
console.log(target);
