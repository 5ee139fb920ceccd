import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { compileTimes, SIZES } from './policy/compile-times.ts';
import { measureAll } from './policy/measure-all.ts';
import { realTables } from './policy/real-tables.ts';
import { type PolicyReport, policyReport } from './policy/report.ts';
import { rowsOf } from './policy/rows.ts';

/**
 * Measures on the routes of public APIs how often one policy is right for all requests of a caller, what callers feel of
 * the cache, and how long compiling takes: `npm run bench:policy`. Writes policy.md and policy.json next to this file.
 * Exits with 1 if a policy of this package allows a request that it should not.
 *
 * `--quick`: five callers for each of the smallest tables; prints the report and writes nothing.
 * `--callers` (10): for each table and each way to assign scopes. 101 are all that there are, and take an hour.
 */
const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, callers: { type: 'string', default: '10' } },
});
const all = realTables();
const tables = values.quick ? all.filter(({ keys }) => keys.length <= 40) : all;
const callers = values.quick ? 5 : Number(values.callers);

const outcomes = await measureAll(tables, callers);
const rows = rowsOf(outcomes.flat());
const times = values.quick ? compileTimes(all, SIZES.slice(0, 2), 1) : compileTimes(all, SIZES, 6);
const routes = tables.reduce((total, { keys }) => total + keys.length, 0);
const report: PolicyReport = { tables: tables.length, routes, callers, rows, times };
const page = policyReport(report);
console.log(page);
if (!values.quick) {
  writeFileSync(new URL('policy.md', import.meta.url), page);
  writeFileSync(new URL('policy.json', import.meta.url), `${JSON.stringify(report, null, 2)}\n`);
}
const wrong = rows.filter(({ policy, felt }) => policy !== 'wildcard' && felt.wrong > 0);
for (const { policy, api, model } of wrong) console.error(`wrong allows: ${policy}, ${api}, ${model}`);
process.exitCode = wrong.length === 0 ? 0 : 1;
