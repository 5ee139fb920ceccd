// `npm run fuzz`: goes on with random inputs until its time is over. Needs no network.

import '../test/support/setup.ts';
import fs from 'node:fs';
import { type FuzzOptions, parseArguments, UsageError } from '../test/fuzz/arguments.ts';
import { foundReport, lineOf, sumOf, tallyOf } from '../test/fuzz/report.ts';
import { runTargets } from '../test/fuzz/run.ts';

function optionsOrExit(): FuzzOptions {
  try {
    return parseArguments(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    process.exit(2);
  }
}

const options = optionsOrExit();
console.log(`fuzz: seed ${options.seed}`);
const results = await runTargets(options, (target, found) => console.log(foundReport(target, found)));
for (const result of results) console.log(lineOf(result));
console.log(sumOf(results));

const tally = process.env['TALLY_FILE'];
if (tally !== undefined) fs.writeFileSync(tally, JSON.stringify(tallyOf(results)));
process.exitCode = results.some(({ found }) => found !== null) ? 1 : 0;
