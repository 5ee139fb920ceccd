#!/usr/bin/env node
import { readFileSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DocumentError } from '../checking/documents/document-error.ts';
import { AuthorizerError, OptionError } from '../decision/errors.ts';
import { OpenApiError } from '../openapi/problem.ts';
import { Misuse, refuseTokens } from './arguments.ts';
import { check } from './check.ts';
import type { Command, ExitCode, Input } from './command.ts';
import { dev } from './dev.ts';
import { explain } from './explain.ts';
import { explore } from './explore.ts';
import { init } from './init.ts';
import { jwks } from './jwks.ts';
import { openapi } from './openapi.ts';
import { type Output, outputTo, type Stream } from './output.ts';
import { prove } from './prove.ts';
import { revocations } from './revocations.ts';
import { revoke } from './revoke.ts';
import { routes } from './routes.ts';

const NAME = 'middy-auth0-authorizer';

/** In the order in which `--help` lists them. */
const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ['init', init],
  ['check', check],
  ['explain', explain],
  ['explore', explore],
  ['routes', routes],
  ['openapi', openapi],
  ['prove', prove],
  ['dev', dev],
  ['jwks', jwks],
  ['revoke', revoke],
  ['revocations', revocations],
]);

/** Runs the command that the arguments name. Returns the exit code. */
export async function main(
  args: readonly string[],
  stdout: Stream,
  stderr: Stream,
  input: Input = process.stdin,
): Promise<ExitCode> {
  const out = outputTo(stdout, process.env);
  const err = outputTo(stderr, process.env);
  const [name = '', ...rest] = args;
  const command = COMMANDS.get(name);
  const usage = command === undefined ? usageOfAll() : usageOf(name, command);
  if (args.includes('--help') || args.includes('-h')) {
    out.write(usage);
    return 0;
  }
  if (name === '--version') {
    out.write(`${version()}\n`);
    return 0;
  }
  try {
    refuseTokens(args);
    if (command === undefined)
      throw new Misuse(name === '' ? 'no command is given' : 'there is no such command');
    return await command.run(rest, out, err, input);
  } catch (error) {
    return failed(error, usage, err);
  }
}

/** Writes errors that are meant for the user. Others are faults of the command, and pass through. */
function failed(error: unknown, usage: string, err: Output): ExitCode {
  if (error instanceof Misuse) {
    err.write(`${error.message}\n\n${usage}`);
    return 2;
  }
  if (!(error instanceof AuthorizerError)) throw error;
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : '';
  err.write(`${error.message}${cause}\n`);
  return INPUT_ERRORS.some((type) => error instanceof type) ? 2 : 1;
}

/** Wrong arguments or options, and documents that cannot be read. */
const INPUT_ERRORS = [OptionError, DocumentError, OpenApiError] as const;

function usageOf(name: string, { parameters, help }: Command): string {
  return `Usage: ${NAME} ${name} ${parameters}\n\n${help}`;
}

function usageOfAll(): string {
  const width = Math.max(...[...COMMANDS.keys()].map((name) => name.length));
  const lines = [...COMMANDS].map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}\n`);
  return `Usage: ${NAME} <command>

Commands:

${lines.join('')}
  ${NAME} <command> --help   what a command takes and does
  ${NAME} --version          the version of this package

Exit codes: 0 done, 1 a finding or a failure, 2 wrong arguments, options or files.
`;
}

function version(): string {
  const file = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }).version;
}

/** 128 + SIGPIPE, as shells report a process that a closed pipe ends. Node.js ignores the signal. */
const CLOSED_PIPE = 141;

/** Ends the process: what it writes reaches nobody. A closed pipe, as of `| head -1`, is no mistake. */
function endUnwritten({ code, message }: NodeJS.ErrnoException): never {
  if (code === 'EPIPE') process.exit(CLOSED_PIPE);
  process.stderr.write(`the output cannot be written: ${message}\n`);
  process.exit(1);
}

/** How long a process lives on after its command, if something of the user's module keeps it alive. */
const GRACE_MS = 500;

const started = process.argv[1];
if (started !== undefined && realpathSync(started) === fileURLToPath(import.meta.url)) {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', endUnwritten);
  process.exitCode = await main(process.argv.slice(2), process.stdout, process.stderr);
  setTimeout(() => process.exit(), GRACE_MS).unref();
}
