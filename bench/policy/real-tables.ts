import { readFileSync } from 'node:fs';

/** The routes of a public API. */
export interface RealTable {
  readonly name: string;
  /** Route keys, such as `GET /users/{id}`. */
  readonly keys: readonly string[];
}

/** A table in routes.json, which fetch-routes.ts writes. */
export interface StoredTable {
  /** The client library, its version and its licence. */
  readonly source: string;
  /** Number of routes. */
  readonly count: number;
  /** Number of paths that API Gateway has no routes for, such as `/{id}:publish`. */
  readonly refused: number;
  /** By path, the methods. */
  readonly routes: Readonly<Record<string, string>>;
}

/** The tables of routes.json. */
export function realTables(): readonly RealTable[] {
  const text = readFileSync(new URL('routes.json', import.meta.url), 'utf8');
  return Object.entries(JSON.parse(text) as Record<string, StoredTable>).map(([name, { routes }]) => ({
    name,
    keys: Object.entries(routes).flatMap(([path, verbs]) =>
      verbs.split(' ').map((verb) => `${verb} ${path}`),
    ),
  }));
}
