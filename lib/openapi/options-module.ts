import type { RoutesOptions } from '../rules/rule-options.ts';

/** What a module of options is written from. */
export interface ModuleParts {
  /** Where the routes come from, for the first line of the module. */
  readonly source: string;
  readonly routes: RoutesOptions;
  /** Keys of the routes that everybody may call. */
  readonly open: readonly string[];
}

/** Longest line of code, except one with a longer text. */
const WIDTH = 110;

/**
 * Writes a TypeScript module that exports `options` of auth0Authorizer, formatted as Biome and Prettier do.
 *
 * `undeclared` is `'absent'`: a document lists the routes of its API.
 */
export function optionsModule({ source, routes, open }: ModuleParts): string {
  const opened = open.length === 0 ? [] : ['', 'Everybody may call these routes, without the authorizer:'];
  const header = [
    `Who may do what, from ${source}.`,
    'Do not edit: change the document, and write this module again.',
    ...opened,
    ...open.map((key) => `  ${key}`),
  ];
  return [
    ...header.map(comment),
    '',
    "import type { AuthorizerOptions } from 'middy-auth0-authorizer';",
    '',
    'export const options = {',
    `  routes: ${codeOf(routes, '  ', '  routes: ,'.length)},`,
    "  // The API serves nothing else. If something behind it does, write 'deny': see docs/02-rules-and-routes.md.",
    "  undeclared: 'absent',",
    '} satisfies AuthorizerOptions;',
    '',
  ].join('\n');
}

/** A line of comment. Texts of a document may contain what ends one. */
function comment(text: string): string {
  return `// ${text.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ')}`.trimEnd();
}

/**
 * A value as code: in one line if it fits, else a line for each member.
 *
 * @param indent - of the line that it begins in
 * @param taken - characters of that line that something else takes
 */
function codeOf(value: unknown, indent: string, taken: number): string {
  const parts = partsOf(value);
  if (parts === null) return literalOf(value);
  const [opening, closing] = Array.isArray(value) ? ['[', ']'] : ['{ ', ' }'];
  const inLine = parts.map(({ name, member }) => name + codeOf(member, '', 0));
  const line =
    inLine.length === 0 ? (opening + closing).replaceAll(' ', '') : opening + inLine.join(', ') + closing;
  if (taken + line.length <= WIDTH && !line.includes('\n')) return line;
  const inner = `${indent}  `;
  const lines = parts.map(
    ({ name, member }) => `${inner}${name}${codeOf(member, inner, inner.length + name.length + 1)},\n`,
  );
  return `${opening.trim()}\n${lines.join('')}${indent}${closing.trim()}`;
}

interface Part {
  /** `key: `, or nothing in a list. */
  readonly name: string;
  readonly member: unknown;
}

/** The members of a list or an object; `null` for any other value. */
function partsOf(value: unknown): readonly Part[] | null {
  if (Array.isArray(value)) return value.map((member: unknown) => ({ name: '', member }));
  if (typeof value !== 'object' || value === null) return null;
  return Object.entries(value).map(([key, member]) => ({ name: `${nameOf(key)}: `, member }));
}

function nameOf(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : literalOf(key);
}

/** Route keys, scopes and permissions contain no backslash and no character outside ASCII. */
function literalOf(value: unknown): string {
  const text = JSON.stringify(value);
  return typeof value !== 'string' || value.includes("'") ? text : `'${text.slice(1, -1)}'`;
}
