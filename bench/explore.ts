/**
 * npm run bench:explore
 *
 * Opens the page of `explore` for the routes of real APIs in Chromium, and writes explore.md. Needs `chromium` on the PATH.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { ticks } from '../lib/util/ticks.ts';
import { measurePage, type PageTimes } from './explore/measure-page.ts';
import { table } from './markdown.ts';
import { SCOPE_MODELS } from './policy/callers.ts';
import { realTables } from './policy/real-tables.ts';
import { median } from './statistics.ts';

const MAIN = path.join(import.meta.dirname, '../dist/cli/main.js');
const MODEL = 'by area, read and write';
const ROUNDS = 5;

/** The numbers of routes: all of GitHub, and as many of them as a large API of one team has. */
const COUNTS = [300, 1006];

function optionsModule(keys: readonly string[]): string {
  const scopeOf = SCOPE_MODELS[MODEL] as (key: string) => string;
  const routes = Object.fromEntries(keys.map((key) => [key, { scopes: [scopeOf(key)] }]));
  return `export const options = { routes: ${JSON.stringify(routes)} };\n`;
}

/** Milliseconds from the start of the command until it serves the page. */
async function startUp(file: string): Promise<number> {
  const begin = ticks();
  const command = spawn(process.execPath, [MAIN, 'explore', file], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(command.stdout, 'data');
  const taken = ticks() - begin;
  command.kill();
  await once(command, 'exit');
  return taken;
}

/** Writes the page as a file. */
async function write(file: string, page: string): Promise<void> {
  const command = spawn(process.execPath, [MAIN, 'explore', file, '--out', page], { stdio: 'inherit' });
  await once(command, 'exit');
}

async function rowFor(folder: string, browser: Browser, count: number): Promise<readonly string[]> {
  const keys = realTables().find(({ name }) => name === 'GitHub')?.keys ?? [];
  const file = path.join(folder, `options-${count}.ts`);
  const page = path.join(folder, `page-${count}.html`);
  writeFileSync(file, optionsModule(keys.slice(0, count)));
  const start = await startUp(file);
  await write(file, page);
  const rounds: PageTimes[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    rounds.push(await measurePage(await context.newPage(), pathToFileURL(page).href, count + 1));
    await context.close();
  }
  const names = ['interactive', 'complete', 'key', 'filter', 'policy'] as const;
  const times = names.map((name) => median(rounds.map((times) => times[name])).toFixed(0));
  return [String(count), start.toFixed(0), (statSync(page).size / 1024).toFixed(0), ...times];
}

const folder = mkdtempSync(path.join(tmpdir(), 'explore-'));
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
const rows: (readonly string[])[] = [];
for (const count of COUNTS) rows.push(await rowFor(folder, browser, count));
const version = browser.version();
await browser.close();
rmSync(folder, { recursive: true });

const head = [
  'routes',
  'start',
  'KB',
  'interactive',
  'all rows',
  'arrow key',
  'letter in Find',
  'other policy',
];
const text = `# The page of explore

Written by \`npm run bench:explore\` on Node ${process.versions.node} and Chromium ${version}: routes of GitHub, with scopes ${MODEL}, a static file. Milliseconds, medians of ${ROUNDS} pages. *Start* is the command from its start until it serves the page; *interactive* and *all rows* count from the beginning of the navigation; the others until the next frame is painted.

${table(head, rows)}
`;
writeFileSync(path.join(import.meta.dirname, 'explore.md'), text);
console.log(text);
