import fs from 'node:fs';
import Mocha from 'mocha';

/**
 * Mocha's `spec` report, and beside it the true counts as one line of JSON in the file that `TALLY_FILE` names.
 * A hook that fails counts as a failure, as in Mocha's own exit code.
 */
export default class TallyReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const file = process.env['TALLY_FILE'];
    if (file === undefined) throw new Error('TALLY_FILE must name the file for the counts');
    runner.once('end', () => {
      const { passes = 0, failures = 0, pending = 0 } = runner.stats ?? {};
      fs.writeFileSync(file, JSON.stringify({ passed: passes, failed: failures, skipped: pending }));
    });
  }
}
