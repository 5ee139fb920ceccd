/** Runs checks one after the other and prints a line for each. */
export class Report {
  #passed = 0;
  #failed = 0;

  /** Runs one check. A check that throws has failed; the others still run. Returns whether it holds. */
  async check(example: string, title: string, run: () => unknown): Promise<boolean> {
    const started = performance.now();
    const line = (mark: string) =>
      console.log(`${mark}  ${example}: ${title} (${Math.round(performance.now() - started)} ms)`);
    try {
      await run();
      this.#passed += 1;
      line('ok    ');
      return true;
    } catch (error) {
      this.#failed += 1;
      line('FAILED');
      console.log(error instanceof Error ? error.message : error);
      return false;
    }
  }

  /** Prints the totals. Returns whether all checks passed, and at least one ran. */
  finish(): boolean {
    console.log(`examples: ${this.#passed} checks hold, ${this.#failed} do not`);
    return this.#failed === 0 && this.#passed > 0;
  }
}
