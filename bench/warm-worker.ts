/**
 * A process for one contender, so that no other one influences how the engine compiles its code. Invocations follow one
 * another as in Lambda. Events are parsed from JSON a few at a time, and that time is not measured: Lambda's runtime parses
 * each event just before it calls the handler, so the event is in the processor's caches.
 */
import type { Context } from 'aws-lambda';
import { lambdaContext } from '../lib/testing.ts';
import type { ContenderModule, Event } from './contenders/contender.ts';

export interface Opening {
  /** URL of the contender's module. */
  readonly module: string;
  readonly settings: unknown;
  /** JSON of the events. A run takes them in turn, beginning with `first`. */
  readonly texts: readonly string[];
}

export interface Run {
  /** `each`: the texts in turn; `first`: the first one every time. */
  readonly events: 'each' | 'first';
  readonly first: number;
  readonly count: number;
}

export interface Sample {
  /** Wall time of each invocation, microseconds. */
  readonly wall: readonly number[];
  /** Mean CPU time of an invocation, all threads, microseconds. */
  readonly cpu: number;
}

export interface Opened {
  /** Time of the contender's `create`, milliseconds. */
  readonly startUpMs: number;
}

/** Invocations before each run that do not count, since the processor's caches are cold. */
const RUN_IN = 40;

/** Events that are parsed at a time; `RUN_IN` is a multiple of it. */
const BATCH = 10;

let contender: ContenderModule;
let decide: (input: unknown, context: Context) => unknown;
let texts: readonly string[];

process.on('message', async (message: Opening | Run) => {
  try {
    process.send?.('module' in message ? await open(message) : await run(message));
  } catch (error) {
    console.error(error);
    process.exit(1);
  }
});

async function open({ module, settings, texts: given }: Opening): Promise<Opened> {
  texts = given;
  contender = (await import(module)) as ContenderModule;
  const startedAt = performance.now();
  decide = (await contender.create(settings as never)) as typeof decide;
  return { startUpMs: performance.now() - startedAt };
}

async function run({ events, first, count }: Run): Promise<Sample> {
  const wall: number[] = [];
  let cpu = 0;
  for (let done = -RUN_IN; done < count; done += BATCH) {
    const size = Math.min(BATCH, count - done);
    const inputs = Array.from({ length: size }, (_, index) => inputAt(events, first + RUN_IN + done + index));
    const batch = await decideAll(inputs);
    if (done < 0) continue;
    wall.push(...batch.wall);
    cpu += batch.cpu;
  }
  return { wall, cpu: cpu / count };
}

async function decideAll(inputs: readonly unknown[]): Promise<{ wall: readonly number[]; cpu: number }> {
  const contexts = inputs.map(() => lambdaContext());
  const wall: number[] = [];
  const before = process.cpuUsage();
  for (const [index, input] of inputs.entries()) {
    const startedAt = performance.now();
    await decide(input, contexts[index] as Context);
    wall.push((performance.now() - startedAt) * 1000);
  }
  const { user, system } = process.cpuUsage(before);
  return { wall, cpu: user + system };
}

function inputAt(events: Run['events'], index: number): unknown {
  const text = texts[events === 'each' ? index % texts.length : 0] as string;
  const event = JSON.parse(text) as Event;
  return contender.prepare === undefined ? event : contender.prepare(event);
}
