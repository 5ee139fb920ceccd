import { exec } from 'node:child_process';
import { promisify } from 'node:util';
import { CALLERS, type Caller } from '../../proving/probe.ts';
import { CommandError } from '../command-error.ts';

/** What the environment variable of each caller begins with: `MIDDY_AUTH0_TOKEN_GOOD`. */
export const TOKEN_VARIABLE = 'MIDDY_AUTH0_TOKEN_';

/** How long the command may take for one token, milliseconds. */
const TIMEOUT_MS = 60_000;

/**
 * Reads the tokens of the callers: from environment variables, else from the output of a command, which gets the name of
 * the caller as its last argument. A caller without a token is left out.
 *
 * @throws {CommandError} if the command fails. The message has nothing of its output, which may contain a token
 */
export async function readTokens(
  environment: Readonly<Record<string, string | undefined>>,
  command: string | undefined,
): Promise<ReadonlyMap<Caller, string>> {
  const tokens = new Map<Caller, string>();
  for (const caller of CALLERS.filter((name) => name !== 'none')) {
    const given = environment[`${TOKEN_VARIABLE}${caller.toUpperCase()}`]?.trim();
    const token = given || (command === undefined ? '' : await printedBy(command, caller));
    if (token !== '') tokens.set(caller, token);
  }
  return tokens;
}

async function printedBy(command: string, caller: Caller): Promise<string> {
  try {
    const { stdout } = await promisify(exec)(`${command} ${caller}`, { timeout: TIMEOUT_MS });
    return stdout.trim();
  } catch {
    throw new CommandError(`--token-command failed for the caller ${caller}: run it by hand to see why`);
  }
}
