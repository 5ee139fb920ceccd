import path from 'node:path';
import { FAULTS, type FaultCode, REFUSALS, type RefusalCode } from '../../lib/decision/codes.ts';
import { type RemedyPlace, remediesFor } from '../../lib/explaining/remedies.ts';
import { LOG_QUERIES } from '../../lib/monitoring/queries.ts';
import { exportedType, type Member, membersOf, ROOT } from './type-reader.ts';

/** A Markdown table. Escapes the cells. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/**
 * The options table: one row for each option path of a type, nested ones included.
 *
 * @throws {Error} naming every option that lacks a docstring or, being optional, its `@default`
 */
export function optionsTable(
  file: string = path.join(ROOT, 'lib/authorizer/options.ts'),
  name = 'AuthorizerOptions',
): string {
  const members = membersOf(exportedType(file, name));
  const gaps = members.flatMap(gapsOf);
  if (gaps.length > 0) throw new Error(`${name} is not fully documented:\n${gaps.join('\n')}`);
  return table(['Option', 'Type, unit', 'Default', 'Effect'], folded(members).map(optionRow));
}

/**
 * Leaves out repeated options. If an option has the same members as an earlier one, its row refers to that one, and the
 * members are listed once.
 */
function folded(members: readonly Member[]): readonly Member[] {
  const references = new Map<string, string>();
  for (const { path: at } of members) {
    const within = members.filter((member) => parentOf(member.path) === at);
    const origins = new Set(within.map((member) => originOf(member, at)));
    const [origin] = origins;
    if (origins.size === 1 && typeof origin === 'string') references.set(at, origin);
  }
  return members
    .filter((member) => !references.has(parentOf(member.path)))
    .map((member) => {
      const origin = references.get(member.path);
      if (origin === undefined) return member;
      return { ...member, summary: `${member.summary} Has the options of \`${origin}\`.` };
    });
}

/** The option that has the same members as `at`, by one of them; `null` if there is none. */
function originOf({ path: own, sameAs }: Member, at: string): string | null {
  if (sameAs === null) return null;
  return withoutLast(own) === at ? withoutLast(sameAs) : parentOf(sameAs);
}

function withoutLast(at: string): string {
  return at.slice(0, Math.max(0, at.lastIndexOf('.')));
}

/** `rules.ip` for `rules.ip.allow`. A name that users choose (`<name>`) counts as part of the member below it. */
function parentOf(at: string): string {
  return withoutLast(at).replace(/\.<\w+>$/, '');
}

function gapsOf(member: Member): string[] {
  if (member.sameAs !== null) return [];
  const gaps: string[] = [];
  if (member.summary === '') gaps.push(`${member.path}: no docstring`);
  if (!member.required && member.default === null) gaps.push(`${member.path}: no @default`);
  return gaps;
}

function optionRow(member: Member): readonly string[] {
  const type = `\`${member.type}\``;
  if (member.sameAs !== null) return [`\`${member.path}\``, type, '', `As \`${member.sameAs}\`.`];
  const unit = unitOf(member);
  return [
    `\`${member.path}\``,
    unit === null ? type : `${type}, ${unit}`,
    asCode(member.default ?? 'required'),
    member.summary,
  ];
}

/** Marks values in a default as code, such as `'iam'` or `['RS256']`. Words stay as they are. */
function asCode(text: string): string {
  if (/^(?:\[[^\]]*\]|\{[^}]*\}|true|false|null)$/.test(text)) return `\`${text}\``;
  return text.replace(/(?<![\w`])'[\w$./-]+'(?![\w`])/g, '`$&`');
}

/** The unit of a number: from its default (`600 seconds`), else from its first sentence. */
function unitOf(member: Member): string | null {
  if (!member.type.split(' | ').includes('number')) return null;
  const carried = /^`?[\d_.]+`? (?<unit>[a-z]+)/.exec(member.default ?? '')?.groups?.['unit'];
  return carried ?? /\b(?:seconds|bytes)\b/.exec(member.summary)?.[0] ?? null;
}

/** The table of codes: refusals with their status, then faults. */
export function codesTable(): string {
  const refusals = Object.entries(REFUSALS).map(([code, { status, advice }]) => [
    `\`${code}\``,
    String(status),
    advice,
  ]);
  const faults = Object.entries(FAULTS).map(([code, advice]) => [`\`${code}\``, '5xx', advice]);
  return table(['Code', 'Status', 'What to do'], [...refusals, ...faults]);
}

/** What can be changed about each code, by the place to change. */
export function remediesTable(): string {
  const codes = [...Object.keys(REFUSALS), ...Object.keys(FAULTS)] as (RefusalCode | FaultCode)[];
  const rows = codes.map((code) => [
    `\`${code}\``,
    remediesFor(code)
      .map(({ where, change }) => `*${PLACES[where]}*: ${change}`)
      .join('<br>'),
  ]);
  return table(['Code', 'What to change, and where'], rows);
}

const PLACES: Readonly<Record<RemedyPlace, string>> = {
  client: 'client',
  auth0: 'Auth0',
  options: 'options',
  code: 'your code',
  'set-up': 'set-up',
};

/** The queries for CloudWatch Logs Insights, each under its question. */
export function logQueries(): string {
  return LOG_QUERIES.map(({ question, text }) => `${question}\n\n\`\`\`logs-insights\n${text}\n\`\`\``).join(
    '\n\n',
  );
}

/** The table of the log line's fields. */
export function logLineTable(
  file: string = path.join(ROOT, 'lib/middlewares/log-line.ts'),
  name = 'LogLine',
): string {
  const rows = membersOf(exportedType(file, name))
    .filter(({ path }) => !/[.[<]/.test(path))
    .map(({ path, type, summary }) => [`\`${path}\``, `\`${type}\``, summary]);
  return table(['Field', 'Type', 'Meaning'], rows);
}
