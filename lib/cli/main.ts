#!/usr/bin/env node
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { AuthorizerError, OptionError } from '../decision/errors.ts';
import type { Command, ExitCode, Output } from './command.ts';
import { dev } from './dev.ts';
import { jwks } from './jwks.ts';
import { printable } from './revocations/print.ts';
import { revocations } from './revocations.ts';
import { revoke } from './revoke.ts';

const NAME = 'middy-auth0-authorizer';

const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ['dev', dev],
  ['jwks', jwks],
  ['revoke', revoke],
  ['revocations', revocations],
]);

/** Runs the command that the arguments name. Returns the exit code. */
export async function main(args: readonly string[], out: Output, err: Output): Promise<ExitCode> {
  const [name = '', ...rest] = args;
  const command = COMMANDS.get(name);
  const usage = command === undefined ? usageOfAll() : usageOf(name, command);
  if (args.includes('--help') || args.includes('-h')) {
    out.write(usage);
    return 0;
  }
  const code = command === undefined ? 'misused' : await run(command, rest, out, err);
  if (code !== 'misused') return code;
  err.write(usage);
  return 2;
}

/** Runs a command and writes errors that are meant for the user. Others are faults of the command, and pass through. */
async function run(
  command: Command,
  args: readonly string[],
  out: Output,
  err: Output,
): Promise<ExitCode | 'misused'> {
  try {
    return await command.run(args, out, err);
  } catch (error) {
    if (!(error instanceof AuthorizerError)) throw error;
    const cause = error.cause instanceof Error ? `: ${error.cause.message}` : '';
    err.write(printable(`${error.message}${cause}\n`));
    return error instanceof OptionError ? 2 : 1;
  }
}

function usageOf(name: string, { parameters, help }: Command): string {
  return `Usage: ${NAME} ${name} ${parameters}\n\n${help}`;
}

function usageOfAll(): string {
  const lines = [...COMMANDS].map(
    ([name, { parameters, summary }]) => `  ${name} ${parameters}   ${summary}\n`,
  );
  return `Usage: ${NAME} <command>\n\nCommands:\n\n${lines.join('')}\n${NAME} <command> --help says more.\n`;
}

const started = process.argv[1];
if (started !== undefined && realpathSync(started) === fileURLToPath(import.meta.url)) {
  process.exitCode = await main(process.argv.slice(2), process.stdout, process.stderr);
}
