import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { adviceFor, explore } from '../../../lib/exploring/explore.ts';
import { type PageCode, pageCode } from '../../../lib/exploring/page-code.ts';
import { pageHtml } from '../../../lib/exploring/page-html.ts';
import { type PageServer, type PageSource, servePage } from '../../../lib/exploring/server.ts';
import { createTracer, preparedRequests } from '../../../lib/exploring/tracer.ts';
import { type ExploredModule, trialOf } from '../../../lib/exploring/trial.ts';
import type { AuthorizerOptions } from '../../../lib/index.ts';
import { type OpenPage, TestBrowser } from './browser.ts';
import type { CoveredFunctions } from './covered-functions.ts';

/** The options of the served page. */
export const SHOP: AuthorizerOptions = {
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

type BrowserOptions = Parameters<TestBrowser['open']>[1];

/** Opens pages of `explore`, one at a time: served with the options of a shop, or from a file with any options. */
export class TestPages {
  readonly #browser: TestBrowser;
  readonly #folder = fs.mkdtempSync(path.join(os.tmpdir(), 'page-'));
  readonly #code: PageCode;
  readonly #servers: PageServer[] = [];
  #open: OpenPage | undefined;

  private constructor(browser: TestBrowser, code: PageCode) {
    this.#browser = browser;
    this.#code = code;
  }

  /** @param executable - path of Chromium */
  static async start(executable: string): Promise<TestPages> {
    const pages = new TestPages(await TestBrowser.start(executable), await pageCode());
    await pages.#serve(SHOP);
    return pages;
  }

  async stop(): Promise<void> {
    for (const server of this.#servers) await server.close();
    await this.#browser.close();
    fs.rmSync(this.#folder, { recursive: true });
  }

  /** Address of the served page. */
  get url(): string {
    return this.#servers[0]?.url ?? '';
  }

  get covered(): CoveredFunctions {
    return this.#browser.covered;
  }

  /** What went wrong in the open page. */
  get problems(): readonly string[] {
    return this.#open?.problems ?? [];
  }

  /** Addresses that the open page requested. */
  get requests(): readonly string[] {
    return this.#open?.requests ?? [];
  }

  /** @param view - `#request` for example */
  served(options: BrowserOptions = {}, view = ''): Promise<Page> {
    return this.#show(`${this.url}${view}`, options);
  }

  /** Serves other options, or other answers of the server, and opens the page. */
  async servedWith(
    options: AuthorizerOptions,
    more: Partial<ExploredModule & Omit<PageSource, 'page'>>,
    view: string,
  ): Promise<Page> {
    const { url } = await this.#serve(options, more);
    return this.#show(`${url}${view}`);
  }

  /** @param most - prepared requests */
  async file(options: AuthorizerOptions, more: Partial<ExploredModule> = {}, most = 10): Promise<Page> {
    const trial = await trialOf(moduleOf(options, more));
    const exploration = await explore(trial);
    const requests = await preparedRequests(exploration, await createTracer(trial), most);
    const mode = { kind: 'static', made: '2026-11-29', advice: await adviceFor(trial), requests } as const;
    const file = path.join(this.#folder, 'page.html');
    fs.writeFileSync(file, pageHtml({ exploration, mode }, this.#code).html);
    return this.#show(pathToFileURL(file).href);
  }

  async close(): Promise<void> {
    await this.#open?.close();
    this.#open = undefined;
  }

  async #serve(
    options: AuthorizerOptions,
    { advice, trace, ...more }: Partial<ExploredModule & Omit<PageSource, 'page'>> = {},
  ): Promise<PageServer> {
    const trial = await trialOf(moduleOf(options, more));
    const page = pageHtml({ exploration: await explore(trial), mode: { kind: 'served' } }, this.#code);
    const source = {
      trace: trace ?? (await createTracer(trial)),
      advice: advice ?? (() => adviceFor(trial)),
    };
    const server = await servePage({ page, ...source }, 0);
    this.#servers.push(server);
    return server;
  }

  async #show(url: string, options: BrowserOptions = {}): Promise<Page> {
    this.#open = await this.#browser.open(url, options);
    return this.#open.page;
  }
}

function moduleOf(options: AuthorizerOptions, more: Partial<ExploredModule>): ExploredModule {
  // RSA keys take longer to make.
  const quick: AuthorizerOptions = { algorithms: ['ES256'], ...options };
  return { source: 'options.ts', options: quick, gateway: 'rest-request', client: {}, ...more };
}
