import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

/** What the examples read from the environment when they are deployed. */
export const AUTH0 = { AUTH0_DOMAIN: 'tenant.eu.auth0.com', AUTH0_AUDIENCE: 'https://api.example.com/' };

/** Longest time that one command may take, milliseconds. */
const TIMEOUT = 240_000;

/** The environment of a user's shell: without the variables of the npm and the coverage tool that run this script. */
function environment(): NodeJS.ProcessEnv {
  const inherited = /^(?:npm_(?!config_)|npm_config_local_prefix$|INIT_CWD$|NODE_V8_COVERAGE$)/;
  const own = Object.entries(process.env).filter(([name]) => !inherited.test(name));
  // The CDK would otherwise look for notices and report its use, both over the network.
  return { ...Object.fromEntries(own), ...AUTH0, CDK_NOTICES: 'false', CDK_DISABLE_CLI_TELEMETRY: 'true' };
}

/**
 * Runs a command to its end, with further environment variables.
 *
 * @returns what the command wrote to its standard output
 * @throws {Error} with all that the command wrote, if it fails or takes longer than four minutes
 */
export async function run(
  folder: string,
  command: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<string> {
  const env = { ...environment(), ...variables };
  const options = { cwd: folder, env, maxBuffer: 20_000_000, timeout: TIMEOUT };
  const { stdout } = await promisify(execFile)(command, args, options).catch((error) => {
    throw new Error(`${command} ${args.join(' ')} failed:\n${error.stdout}\n${error.stderr}`);
  });
  return stdout;
}

/** A command that keeps running, such as a local server. */
export interface Running {
  /** All that it has written so far. */
  output(): string;
  /** Resolves when the output contains `text`. */
  shows(text: string): Promise<void>;
  /** Ends the command and the processes that it started. */
  stop(): Promise<void>;
}

/** Starts a command that keeps running, with further environment variables. */
export function start(
  folder: string,
  command: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Running {
  // A process group of its own, so that npm's children end with it.
  const child = spawn(command, args, {
    cwd: folder,
    env: { ...environment(), ...variables },
    detached: true,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return {
    output: () => output,
    async shows(text) {
      for (let waited = 0; !output.includes(text); waited += 100) {
        if (child.exitCode !== null || waited > 120_000) throw new Error(`no "${text}" in:\n${output}`);
        await sleep(100);
      }
    },
    async stop() {
      killGroup(child);
      await ended;
    },
  };
}

function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // It has ended already.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
