import { SCOPE_MODELS } from './callers.ts';
import type { CompileTimes } from './compile-times.ts';
import { APIS, type Api } from './requests.ts';
import { type Row, SMALL } from './rows.ts';
import { sum } from './sessions.ts';

/** How often policies are exact, how large they are, and what they deny and allow wrongly, by scopes. */
export function exactTable(rows: readonly Row[], policy: string, api: Api): string {
  const lines = rows
    .filter((row) => row.policy === policy && row.api === api)
    .map((row) => [
      row.model,
      percent(row.exact),
      percent(row.exactOnSmall),
      percent(row.partial),
      percent(row.request),
      percent(row.refused),
      percent(row.spelledRefused),
      wrongAllows([row]),
      count(row.bytes.median),
      count(row.bytes.largest),
    ]);
  return table(
    [
      'scopes',
      'callers exact',
      `exact, up to ${SMALL} routes`,
      'partial',
      'one request',
      'own requests refused',
      'literal values refused',
      'wrong allows',
      'bytes, median',
      'bytes, largest',
    ],
    lines,
  );
}

/** Names of the policies that are compared, by the name in a row. */
export const POLICY_NAMES = {
  absent: "this package, `'absent'`",
  deny: "this package, `'deny'`",
  rules: "this package, `'rules'`",
  methodArn: '`methodArn` alone',
  wildcard: 'wildcard for the stage',
} as const;

export type PolicyName = keyof typeof POLICY_NAMES;

/** What callers feel: the share of their own requests that is refused, by scopes, and wrong allows. */
export function feltTable(
  rows: readonly Row[],
  policies: readonly PolicyName[],
  apis: readonly Api[] = APIS,
): string {
  const lines = policies.flatMap((policy) =>
    apis.map((api) => {
      const compared = rows.filter((row) => row.policy === policy && row.api === api);
      const shares = compared.map(({ refused }) => percent(refused));
      return [`${POLICY_NAMES[policy]}, ${api}`, ...shares, wrongAllows(compared)];
    }),
  );
  return table(['policy', ...Object.keys(SCOPE_MODELS), 'wrong allows'], lines);
}

/** `0 of 12,345` */
export function wrongAllows(rows: readonly Row[]): string {
  const { wrong, replays } = sum(rows.map(({ felt }) => felt));
  return `${count(wrong)} of ${count(replays)}`;
}

export function timesTable(times: readonly CompileTimes[]): string {
  const lines = times.map(({ size, undeclared, cases, startUp, firstPolicy }) => [
    count(size),
    `\`'${undeclared}'\``,
    ...[startUp.median, startUp.worst, firstPolicy.median, firstPolicy.worst].map((value) =>
      value.toFixed(1),
    ),
    count(cases),
  ]);
  return table(
    [
      'routes',
      '`undeclared`',
      'start-up, median',
      'start-up, worst',
      'first policy, median',
      'first policy, worst',
      'cases',
    ],
    lines,
  );
}

/** A table whose columns of figures are aligned to the right. */
export function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const rule = head.map((_, column) => (column === 0 ? '---' : '---:'));
  return [head, rule, ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

export function count(value: number): string {
  return value.toLocaleString('en-US');
}
