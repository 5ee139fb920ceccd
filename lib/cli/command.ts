import type { Output } from './output.ts';

/** 0: done, and nothing found. 1: a finding, or a failure for a reason outside. 2: wrong arguments, options or files. */
export type ExitCode = 0 | 1 | 2;

/** What `-` in place of a file name reads: standard input. */
export type Input = AsyncIterable<Uint8Array | string>;

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
   * @param args - what follows the command's name; never a token. {@link argumentsOf} parses them
   * @param out - the result goes here: text, or one JSON document with `--json`
   * @param err - everything else, so that a pipe gets the result alone
   * @param input - standard input, for {@link readInput}
   * @throws {Misuse} for arguments that are not those of `parameters`: the usage is printed too
   * @throws {OptionError} for an argument or an option that makes no sense; exit code 2
   * @throws {DocumentError | OpenApiError} for a document that cannot be read; exit code 2
   * @throws {AuthorizerError} for a failure whose message is enough for the user; exit code 1
   */
  run(args: readonly string[], out: Output, err: Output, input: Input): Promise<ExitCode>;
}
