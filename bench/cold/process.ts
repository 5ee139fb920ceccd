import { spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { Settings } from '../contenders/contender.ts';
import { eventText } from '../events.ts';
import type { IdentityProvider } from '../identity-provider.ts';
import type { InitLine, Instant, InvocationLine } from './harness.ts';

/** One process from its start to its first answer. Milliseconds. */
export interface ColdStart {
  /** From the start until the imports are done. */
  readonly imported: number;
  /** From the start until the contender is created: the init phase. */
  readonly init: number;
  /** From the event to the answer. */
  readonly invocation: number;
  /** CPU time of all threads from the start to the answer. */
  readonly cpu: number;
  readonly rssMb: number;
}

/** What happens to the process around its init phase. */
export interface Environment {
  /** Called as soon as the process runs. */
  started?(pid: number): void;
  /** Called when the init phase has ended, before the event is sent. */
  initialised?(): void;
}

const NOTHING_HAPPENS: Environment = {};

/** Starts the harness in a new process and sends it one event with a new token. */
export async function coldStart(
  file: string,
  settings: Settings,
  provider: IdentityProvider,
  environment = NOTHING_HAPPENS,
): Promise<ColdStart> {
  const [token] = provider.tokens(1, settings) as [string];
  const startedAt = process.hrtime();
  const child = spawn(process.execPath, [file], {
    env: { BENCH_SETTINGS: JSON.stringify(settings), NODE_EXTRA_CA_CERTS: provider.caFile },
    stdio: ['ignore', 'ignore', 'inherit', 'pipe', 'pipe'],
  });
  environment.started?.(child.pid as number);
  const [, , , output, input] = child.stdio as unknown as [null, null, null, Readable, Writable];
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  const lines = linesOf(output);
  const init = (await lines.next()).value as InitLine | undefined;
  if (init !== undefined) {
    environment.initialised?.();
    input.end(eventText({ token }));
  }
  const answer = (await lines.next()).value as InvocationLine | undefined;
  const code = await closed;
  if (init === undefined || answer === undefined || code !== 0)
    throw new Error(`${file} ended with exit code ${code}`);
  if (answer.effect !== 'Allow') throw new Error(`${file} refused a good token`);
  return {
    imported: between(startedAt, init.imported),
    init: between(startedAt, init.ready),
    invocation: between(answer.received, answer.answered),
    cpu: answer.cpu / 1000,
    rssMb: answer.rss / 2 ** 20,
  };
}

async function* linesOf(output: Readable): AsyncGenerator<unknown, undefined> {
  let text = '';
  for await (const chunk of output.setEncoding('utf8')) {
    text += chunk;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n')) {
      yield JSON.parse(text.slice(0, end));
      text = text.slice(end + 1);
    }
  }
  return undefined;
}

function between(from: Instant, to: Instant): number {
  return (to[0] - from[0]) * 1000 + (to[1] - from[1]) / 1e6;
}
