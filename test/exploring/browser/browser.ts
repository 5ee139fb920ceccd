import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { CoveredFunctions } from './covered-functions.ts';

/** A page, and what went wrong in it. */
export interface OpenPage {
  readonly page: Page;
  /** Errors of scripts, messages of the console, and violations of the content security policy. */
  readonly problems: readonly string[];
  /** Addresses that were requested. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/** A Chromium for several tests, each with pages of its own. */
export class TestBrowser {
  readonly covered = new CoveredFunctions();
  readonly #browser: Browser;

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  /** @param executablePath - of Chromium */
  static async start(executablePath: string): Promise<TestBrowser> {
    // Containers seldom have the rights that the sandbox needs. The pages are ours.
    return new TestBrowser(await chromium.launch({ executablePath, args: ['--no-sandbox'] }));
  }

  async open(url: string, options: BrowserContextOptions = {}): Promise<OpenPage> {
    const context = await this.#browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    const page = await context.newPage();
    const problems: string[] = [];
    const requests: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => problems.push(message.text()));
    page.on('request', (request) => requests.push(request.url()));
    await page.coverage.startJSCoverage();
    await page.goto(url);
    const close = async () => {
      this.covered.add(await page.coverage.stopJSCoverage());
      await context.close();
    };
    return { page, problems, requests, close };
  }

  close(): Promise<void> {
    return this.#browser.close();
  }
}
