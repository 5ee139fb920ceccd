import fs from 'node:fs';
import path from 'node:path';
import type { Undeclared } from '../../bench/policy/authorizers.ts';
import type { PolicyReport } from '../../bench/policy/report.ts';
import { APIS } from '../../bench/policy/requests.ts';
import { type Row, SMALL } from '../../bench/policy/rows.ts';
import {
  feltTable,
  type PolicyName,
  percent,
  table,
  timesTable,
  wrongAllows,
} from '../../bench/policy/tables.ts';
import { ROOT } from './type-reader.ts';

/** The last run of `npm run bench:policy`. */
function measured(): PolicyReport {
  return JSON.parse(fs.readFileSync(path.join(ROOT, 'bench/policy.json'), 'utf8')) as PolicyReport;
}

/** The figures of a row that documents show. */
const SHOWN: Readonly<Record<string, (row: Row) => number>> = {
  'callers exact': ({ exact }) => exact,
  [`exact, up to ${SMALL} routes`]: ({ exactOnSmall }) => exactOnSmall,
  'own requests refused': ({ refused }) => refused,
};

/** How often policies are exact and what they deny wrongly, by scopes, on both kinds of APIs. */
export function exactPolicies(undeclared: Undeclared): string {
  const rows = measured().rows.filter(({ policy }) => policy === undeclared);
  const models = [...new Set(rows.map(({ model }) => model))];
  const head = Object.keys(SHOWN).flatMap((name) => APIS.map((api) => `${name}, ${api}`));
  const lines = models.map((model) => {
    const ofModel = rows.filter((row) => row.model === model);
    return [model, ...Object.values(SHOWN).flatMap((figure) => ofModel.map((row) => percent(figure(row))))];
  });
  return table(['scopes', ...head], lines);
}

/** What callers of a REST API feel, with this package and with what samples answer. */
export function comparedPolicies(): string {
  return feltTable(measured().rows, ['absent', 'deny', 'methodArn', 'wildcard'], ['REST']);
}

/** The same in one sentence. */
export function policiesInShort(): string {
  const { rows, tables } = measured();
  const of = (name: PolicyName) => rows.filter(({ policy, api }) => policy === name && api === 'REST');
  const refused = (name: PolicyName) => rangeOf(of(name).map((row) => row.refused));
  return (
    `Measured on the routes of ${tables} public APIs, with five ways to assign scopes and the token alone as the cache ` +
    `key: of the requests that callers may make, cached policies refuse ${refused('absent')} with ` +
    `\`undeclared: 'absent'\`, and ${refused('deny')} with \`'deny'\`. A policy for \`methodArn\` alone refuses ` +
    `${refused('methodArn')}. Wrong allows: ${wrongAllows([...of('absent'), ...of('deny')])} requests; with a wildcard ` +
    `for the stage, ${wrongAllows(of('wildcard'))}.`
  );
}

function rangeOf(shares: readonly number[]): string {
  return `${percent(Math.min(...shares))} to ${percent(Math.max(...shares))}`;
}

/** Times of compiling, by number of routes. */
export function compileTimesTable(): string {
  return timesTable(measured().times);
}
