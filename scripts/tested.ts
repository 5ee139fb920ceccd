/**
 * npm run docs:tested -- FOLDER
 *
 * Takes the counts that `.ci/run` left in a folder (coverage/tallies) for the page "How this is tested". `npm run docs`
 * then writes the page.
 *
 * npm run docs:tested -- --compare FOLDER
 *
 * Compares them with the page instead. Fails if the page claims more than 2 % above what was counted; says if it claims
 * less than was counted.
 */
import { compareCounts, countsIn, tested, writeTested } from './docs/tested.ts';

const [first = '', second = ''] = process.argv.slice(2);
const counted = countsIn(first === '--compare' ? second : first);
if (Object.keys(counted).length === 0) {
  console.error('Usage: npm run docs:tested -- [--compare] FOLDER, where FOLDER has the counts of .ci/run');
  process.exitCode = 2;
} else if (first === '--compare') {
  const { wrong, stale } = compareCounts(tested(), counted);
  for (const text of stale) console.log(`  more than the page says: ${text}`);
  for (const text of wrong) console.log(`  FAILED: less than the page says: ${text}`);
  const remedy = 'npm run docs:tested -- coverage/tallies && npm run docs';
  if (stale.length + wrong.length > 0) console.log(`  to take the counts of this run: ${remedy}`);
  process.exitCode = wrong.length === 0 ? 0 : 1;
} else if (Object.values(counted).some(({ failed }) => failed > 0)) {
  console.error('A run with failed tests proves nothing: take the counts of a run in which all tests passed');
  process.exitCode = 1;
} else {
  writeTested(counted);
  console.log(`scripts/docs/tested.json: ${Object.keys(counted).join(', ')}`);
}
