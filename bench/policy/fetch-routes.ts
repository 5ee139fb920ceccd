/**
 * Reads the routes of public APIs from their client libraries on npm and writes them to routes.json: `node
 * bench/policy/fetch-routes.ts`. Needs npm and its registry; the bench itself reads routes.json only.
 *
 * Only facts are kept: the methods and paths of each API, and the library and version that they were read from.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OptionError } from '../../lib/decision/errors.ts';
import { parseRouteKey } from '../../lib/routes/route-key.ts';
import type { StoredTable } from './real-tables.ts';

/** The routes of one API. */
interface Read {
  readonly name: string;
  /** The npm package that they were read from. */
  readonly library: string;
  readonly keys: readonly string[];
}

const GOOGLE = [
  ...[
    'admin',
    'analytics',
    'androidpublisher',
    'blogger',
    'books',
    'calendar',
    'classroom',
    'compute',
    'content',
  ],
  ...['displayvideo', 'drive', 'gmail', 'script', 'sqladmin', 'storage', 'tasks', 'walletobjects', 'youtube'],
];

const GITHUB = '@octokit/plugin-rest-endpoint-methods';
const STRIPE = 'stripe';
const MAILCHIMP = '@mailchimp/mailchimp_marketing';
const LIBRARIES = [GITHUB, STRIPE, MAILCHIMP, ...GOOGLE.map((api) => `@googleapis/${api}`)];

/** Smaller tables say little. */
const FEWEST = 9;

/** Installs the client libraries into a temporary folder, reads their routes, and removes the folder. */
function fetchTables(): Readonly<Record<string, StoredTable>> {
  const folder = mkdtempSync(join(tmpdir(), 'route-tables-'));
  try {
    writeFileSync(join(folder, 'package.json'), '{"private":true}');
    const settings = ['--ignore-scripts', '--no-audit', '--no-fund', '--silent'];
    execFileSync('npm', ['install', ...settings, ...LIBRARIES], { cwd: folder, stdio: 'ignore' });
    const modules = join(folder, 'node_modules');
    const read = [
      githubTable(modules),
      stripeTable(modules),
      mailchimpTable(modules),
      ...googleTables(modules),
    ];
    const tables = read.map((one) => [one.name, storedTable(one, modules)] as const);
    return Object.fromEntries(tables.filter(([, { count }]) => count >= FEWEST));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function githubTable(modules: string): Read {
  const source = sourcesBelow(join(modules, GITHUB, 'dist-src/generated'));
  const pattern = /"((?:GET|POST|PUT|PATCH|DELETE) \/[^"]*)"/g;
  return { name: 'GitHub', library: GITHUB, keys: matches(source, pattern, ([, key]) => `${key}`) };
}

function stripeTable(modules: string): Read {
  const source = sourcesBelow(join(modules, STRIPE, 'cjs/resources'));
  const called = /_makeRequest\(\s*['"]([A-Z]+)['"],\s*[`'"]([^`'"]+)/g;
  const declared = /method: '([A-Z]+)',\s*fullPath: '([^']+)/g;
  const keys = [called, declared].flatMap((pattern) =>
    matches(source, pattern, ([, verb, path]) => `${verb} ${path}`),
  );
  return { name: 'Stripe', library: STRIPE, keys };
}

function mailchimpTable(modules: string): Read {
  const source = sourcesBelow(join(modules, MAILCHIMP, 'src/api'));
  const keys = matches(source, /'(\/[^']*)', '([A-Z]+)'/g, ([, path, verb]) => `${verb} ${path}`);
  return { name: 'Mailchimp', library: MAILCHIMP, keys };
}

/** One table for each API and version. */
function googleTables(modules: string): Read[] {
  return GOOGLE.flatMap((api) => {
    const library = `@googleapis/${api}`;
    const folder = join(modules, library, 'build');
    const versions = readdirSync(folder).filter((name) => /^[\w.]*v\d[\w.]*\.js$/.test(name));
    return versions.map((file) => {
      const source = readFileSync(join(folder, file), 'utf8');
      const pattern = /rootUrl \+\s*'([^']+)'\)[^\n]*\n\s*method: '([A-Z]+)'/g;
      const keys = matches(source, pattern, ([, path, verb]) => `${verb} ${path}`);
      return { name: `Google ${api} ${file.slice(0, -'.js'.length)}`, library, keys };
    });
  });
}

function sourcesBelow(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  const scripts = files.filter((file) => file.isFile() && file.name.endsWith('.js'));
  return scripts.map((file) => readFileSync(join(file.parentPath, file.name), 'utf8')).join('\n');
}

function matches(source: string, pattern: RegExp, key: (match: RegExpMatchArray) => string): string[] {
  return Array.from(source.matchAll(pattern), key);
}

/** Parameters named by template literals get names of their own; routes that differ by names alone are one. */
function storedTable({ name, library, keys }: Read, modules: string): StoredTable {
  const byShape = new Map<string, string>();
  const refused = new Set<string>();
  for (const text of keys) {
    let count = 0;
    const key = text.replace(/\$\{[^}]*\}/g, () => `{p${count++}}`);
    const shape = key.replace(/\{[^}]*\}/g, '{}');
    if (!isRouteKey(key, name)) refused.add(shape);
    else if (!byShape.has(shape)) byShape.set(shape, key);
  }
  const { version, license } = JSON.parse(readFileSync(join(modules, library, 'package.json'), 'utf8'));
  const source = `${library} ${version}, ${license}`;
  return { source, count: byShape.size, refused: refused.size, routes: byPath([...byShape.values()]) };
}

function isRouteKey(key: string, name: string): boolean {
  try {
    parseRouteKey(key, name);
    return true;
  } catch (error) {
    if (error instanceof OptionError) return false;
    throw error;
  }
}

/** The methods of each path, in the order of the library. */
function byPath(keys: readonly string[]): Readonly<Record<string, string>> {
  const routes: Record<string, string> = {};
  for (const key of keys) {
    const [verb = '', path = ''] = key.split(' ');
    routes[path] = routes[path] === undefined ? verb : `${routes[path]} ${verb}`;
  }
  return routes;
}

const file = new URL('routes.json', import.meta.url);
writeFileSync(file, `${JSON.stringify(fetchTables(), null, 2)}\n`);
