/**
 * npm run bench:openapi
 *
 * Reads public OpenAPI documents as the commands `routes` and `check` do, and writes openapi.md: what options express, and
 * what is reported. Needs npm and its registry; the downloads stay in the folder for temporary files.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { check } from '../lib/checking/check.ts';
import { readDocuments } from '../lib/checking/documents/read-document.ts';
import type { RoutesOptions } from '../lib/index.ts';
import { METHOD_OF } from '../lib/openapi/operations.ts';
import type { OpenApiProblem } from '../lib/openapi/problem.ts';
import { type OpenApiReading, readOpenApi } from '../lib/openapi/read-openapi.ts';
import { openRoutesOf, routesOf } from '../lib/openapi/routes-from-openapi.ts';
import { ticks } from '../lib/util/ticks.ts';
import { table } from './markdown.ts';
import { PACKAGES } from './openapi/documents.ts';
import { fetched } from './openapi/fetch.ts';

const HEAD = [
  'document',
  'OpenAPI',
  'operations',
  'guarded',
  'open',
  'reported',
  'findings of `check`',
  'ms',
];

async function rowFor(title: string, file: string): Promise<readonly string[]> {
  const text = readFileSync(file, 'utf8');
  const begin = ticks();
  const reading = readOpenApi(text);
  const ms = ticks() - begin;
  const routes = routesOf(reading);
  const findings = await findingsOf(file, routes);
  return [
    title,
    String(reading.document['openapi']),
    String(operationsIn(reading)),
    String(Object.keys(routes).length),
    String(openRoutesOf(reading).length),
    countsOf(reading.problems.map(({ code }: OpenApiProblem) => code)),
    countsOf(findings),
    ms.toFixed(0),
  ];
}

/** The codes of what `check` finds in the document itself, with the options that it states. */
async function findingsOf(file: string, routes: RoutesOptions): Promise<readonly string[]> {
  const own = Object.keys(routes).length === 0 ? {} : { routes, undeclared: 'absent' as const };
  const { findings } = check({
    file: 'options.ts',
    options: { domain: 'tenant.eu.auth0.com', audience: 'https://api.example.com/', ...own },
    environment: {},
    documents: (await readDocuments(file)).map((document) => ({ document, option: '--openapi' })),
    assumptions: { authorizer: null, open: new Set() },
  });
  return findings.map(({ code }) => code);
}

/** Members of paths that are operations, by their names alone. */
function operationsIn({ document }: OpenApiReading): number {
  const items = Object.values((document['paths'] ?? {}) as Record<string, object>);
  const names = [...METHOD_OF.keys(), 'trace'];
  return items.flatMap((item) => Object.keys(item).filter((name) => names.includes(name))).length;
}

/** `scheme 3, path 1`. */
function countsOf(codes: readonly string[]): string {
  const kinds = [...new Set(codes)];
  return (
    kinds.map((kind) => `${kind} ${codes.filter((code) => code === kind).length}`).join(', ') || 'nothing'
  );
}

const rows: (readonly string[])[] = [];
for (const source of PACKAGES) {
  const folder = fetched(source);
  for (const [title, file] of Object.entries(source.files)) {
    rows.push(await rowFor(title, path.join(folder, file)));
  }
}
const versions = PACKAGES.map(({ name, version }) => `${name} ${version}`);
writeFileSync(
  new URL('openapi.md', import.meta.url),
  `# Public OpenAPI documents

Written by \`npm run bench:openapi\`: ${rows.length} documents, from ${versions.join(', ')}.

${table(HEAD, rows)}
`,
);
