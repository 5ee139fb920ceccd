import type { AuthorizerOptions } from '../authorizer/options.ts';
import { type Claims, personasFor } from '../personas/personas.ts';
import type { ExploredCaller } from './exploration.ts';

/** Most callers of single routes. */
const MOST_OF_ROUTES = 12;

/** The callers of the page, and how many are left out. */
export interface PageCallers {
  readonly callers: readonly ExploredCaller[];
  readonly leftOut: number;
}

/**
 * The personas as columns: those that have the same claims are one, and those of most routes come first.
 *
 * @param options - of one API
 * @param own - claims by name, from the user's module
 */
export function pageCallers(options: AuthorizerOptions, own: unknown): PageCallers {
  const personas = personasFor(options, own);
  const general = personas.filter(({ kind }) => kind !== 'route' && kind !== 'own');
  const seen = new Set(general.map(({ claims }) => JSON.stringify(claims)));
  const byClaims = new Map<string, { readonly claims: Claims; readonly routes: string[] }>();
  for (const { kind, name, claims } of personas) {
    const text = JSON.stringify(claims);
    if (kind !== 'route' || seen.has(text)) continue;
    const known = byClaims.get(text);
    if (known === undefined) byClaims.set(text, { claims, routes: [name] });
    else known.routes.push(name);
  }
  const ofRoutes = [...byClaims.values()].sort((one, other) => other.routes.length - one.routes.length);
  const shown = ofRoutes.slice(0, MOST_OF_ROUTES);
  const all: readonly ExploredCaller[] = [
    ...general.map(({ kind, claims }) => ({
      name: kind,
      summary: SUMMARIES[kind as keyof typeof SUMMARIES],
      claims,
    })),
    { name: 'no token', summary: 'sends no credential', claims: null },
    ...shown.map(({ claims, routes }) => ({ name: nameOf(claims), summary: routesText(routes), claims })),
    ...personas
      .filter(({ kind }) => kind === 'own')
      .map(({ name, claims }) => ({ name, summary: 'of your module', claims })),
  ];
  return { callers: numbered(all), leftOut: ofRoutes.length - shown.length };
}

const SUMMARIES = {
  everything: 'has what all rules require together',
  nothing: 'a user whose token holds nothing besides',
  expired: 'everything, but the token expired an hour ago',
} as const;

function routesText([first, ...others]: readonly string[]): string {
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  return `has what ${first}${more} requires`;
}

/** What the claims hold, in a few words: the scopes and permissions if there are some, else the other claims. */
function nameOf({ scope, permissions = [], ...others }: Claims): string {
  const granted = [...new Set([...String(scope ?? '').split(' '), ...(permissions as readonly string[])])];
  const names = granted.filter((name) => name !== '');
  if (names.length > 0) return names.join(' ');
  return Object.entries(others)
    .map(([claim, value]) => `${claim} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');
}

/** Different callers may have the same name: then it is followed by a number. */
function numbered(callers: readonly ExploredCaller[]): readonly ExploredCaller[] {
  const names = new Set<string>();
  return callers.map((caller) => {
    let { name } = caller;
    for (let count = 2; names.has(name); count += 1) name = `${caller.name} (${count})`;
    names.add(name);
    return { ...caller, name };
  });
}
