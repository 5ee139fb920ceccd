import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OptionError } from '../../lib/decision/errors.ts';
import { parseRouteKey, type RouteKey } from '../../lib/routes/route-key.ts';

/** The routes of a public API, as its client library on npm calls them. */
export interface RealTable {
  readonly name: string;
  readonly routes: readonly RouteKey[];
  /** Paths that API Gateway has no routes for, such as `/{id}:publish`. */
  readonly skipped: number;
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

const PACKAGES = [
  '@octokit/plugin-rest-endpoint-methods',
  'stripe',
  '@mailchimp/mailchimp_marketing',
  ...GOOGLE.map((api) => `@googleapis/${api}`),
];

/** Fewer routes say little. */
const FEWEST = 9;

/** Fetches the client libraries with npm into a temporary folder, reads their routes, and removes them again. */
export function fetchRealTables(): readonly RealTable[] {
  const folder = mkdtempSync(join(tmpdir(), 'route-tables-'));
  try {
    writeFileSync(join(folder, 'package.json'), '{"private":true}');
    const settings = ['--ignore-scripts', '--no-audit', '--no-fund', '--silent'];
    execFileSync('npm', ['install', ...settings, ...PACKAGES], { cwd: folder, stdio: 'ignore' });
    const modules = join(folder, 'node_modules');
    return [
      githubTable(modules),
      stripeTable(modules),
      mailchimpTable(modules),
      ...googleTables(modules),
    ].filter(({ routes }) => routes.length >= FEWEST);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function githubTable(modules: string): RealTable {
  const source = sourcesBelow(join(modules, '@octokit/plugin-rest-endpoint-methods/dist-src/generated'));
  return tableOf(
    'GitHub',
    matches(source, /"((?:GET|POST|PUT|PATCH|DELETE) \/[^"]*)"/g, ([, key]) => `${key}`),
  );
}

function stripeTable(modules: string): RealTable {
  const source = sourcesBelow(join(modules, 'stripe/cjs/resources'));
  return tableOf('Stripe', [
    ...matches(
      source,
      /_makeRequest\(\s*['"]([A-Z]+)['"],\s*[`'"]([^`'"]+)/g,
      ([, verb, path]) => `${verb} ${path}`,
    ),
    ...matches(source, /method: '([A-Z]+)',\s*fullPath: '([^']+)/g, ([, verb, path]) => `${verb} ${path}`),
  ]);
}

function mailchimpTable(modules: string): RealTable {
  const source = sourcesBelow(join(modules, '@mailchimp/mailchimp_marketing/src/api'));
  return tableOf(
    'Mailchimp',
    matches(source, /'(\/[^']*)', '([A-Z]+)'/g, ([, path, verb]) => `${verb} ${path}`),
  );
}

/** One table for each API and version. */
function googleTables(modules: string): RealTable[] {
  return GOOGLE.flatMap((api) => {
    const folder = join(modules, '@googleapis', api, 'build');
    const versions = readdirSync(folder).filter((name) => /^[\w.]*v\d[\w.]*\.js$/.test(name));
    return versions.map((file) => {
      const source = readFileSync(join(folder, file), 'utf8');
      const pattern = /rootUrl \+\s*'([^']+)'\)[^\n]*\n\s*method: '([A-Z]+)'/g;
      const keys = matches(source, pattern, ([, path, verb]) => `${verb} ${path}`);
      return tableOf(`Google ${api} ${file.slice(0, -'.js'.length)}`, keys);
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
function tableOf(name: string, keys: readonly string[]): RealTable {
  const byShape = new Map<string, RouteKey>();
  const refused = new Set<string>();
  for (const text of keys) {
    let count = 0;
    const key = text.replace(/\$\{[^}]*\}/g, () => `{p${count++}}`);
    try {
      const shape = key.replace(/\{[^}]*\}/g, '{}');
      if (!byShape.has(shape)) byShape.set(shape, parseRouteKey(key, name));
    } catch (error) {
      if (!(error instanceof OptionError)) throw error;
      refused.add(key);
    }
  }
  return { name, routes: [...byShape.values()], skipped: refused.size };
}
