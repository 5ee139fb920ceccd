export interface Output {
  write(text: string): unknown;
}

/** 0: done. 1: it failed for a reason outside. 2: the command was misused. */
export type ExitCode = 0 | 1 | 2;

/** One command of the command line. To add one: a file in this folder, and a line in `COMMANDS` of main.ts. */
export interface Command {
  /** What follows the command's name, `<domain>` for example. */
  readonly parameters: string;
  /** What it does, in one line without a full stop. */
  readonly summary: string;
  /** What `--help` says below the usage line: what the command does, in full, with an example. */
  readonly help: string;
  /**
   * Runs the command.
   *
   * @param args - what follows the command's name
   * @returns the exit code; `'misused'` if the arguments are not those of `parameters`
   * @throws {OptionError} for an argument that makes no sense
   * @throws {AuthorizerError} for a failure whose message is enough for the user
   */
  run(args: readonly string[], out: Output, err: Output): Promise<ExitCode | 'misused'>;
}
