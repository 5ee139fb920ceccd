import { FREE_PLAN_LIMIT } from './auth0.ts';
import { MINUTE } from './day.ts';
import type { Outcome } from './simulate.ts';

/** What one policy came to on the quiet day and on the hostile one. */
export interface Row {
  readonly name: string;
  readonly kind: 'real' | 'model';
  readonly quiet: Outcome;
  readonly hostile: Outcome;
}

const number = (value: number) => value.toLocaleString('en-US');

function durationOf(milliseconds: number): string {
  const minutes = Math.ceil(milliseconds / MINUTE);
  if (minutes === 0) return 'not at all';
  return minutes < 120 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}

/** The table of docs/07-keys-and-fleets.md. */
export function tableOf(
  rows: readonly Row[],
  sizes: { readonly quiet: number; readonly hostile: number },
): string {
  const head = [
    '',
    'requests to Auth0 a day',
    `most in a second (limit: ${FREE_PLAN_LIMIT})`,
    'good tokens refused',
    'of these while Auth0 was up',
    `requests a day with junk tokens, ${number(sizes.hostile)} environments`,
    'a revoked key is accepted for at most',
  ];
  const lines = rows.map(({ name, quiet, hostile }) => [
    name,
    number(quiet.requests) +
      (quiet.requestsOfRefresher > 0 ? ` (refresher: ${quiet.requestsOfRefresher})` : ''),
    number(quiet.peak),
    number(quiet.refused),
    number(quiet.refusedWhileUp),
    number(hostile.requests),
    durationOf(hostile.longestRevoked),
  ]);
  const rule = ['---', ...Array<string>(head.length - 1).fill('---:')];
  return [head, rule, ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
