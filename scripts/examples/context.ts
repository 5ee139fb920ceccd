import type { Project } from './projects.ts';
import type { Tools } from './tools.ts';

/** What the checks of one example work with. */
export interface Context {
  readonly project: Project;
  readonly tools: Tools;
  /** Runs one check, and prints a line about it. Returns whether it holds. */
  readonly check: (title: string, run: () => unknown) => Promise<boolean>;
}
