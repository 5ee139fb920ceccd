/**
 * A process of its own for one contender, so that no other shapes what the engine makes of its code. Invocations
 * follow one another as in Lambda; events come from their JSON text, off the clock, a few at a time: Lambda's runtime parses
 * each just before it calls the handler, so that it is in the processor's caches.
 */
import type { Context } from 'aws-lambda';
import { lambdaContext } from '../lib/testing.ts';
import type { ContenderModule, Event } from './contenders/contender.ts';

export interface Opening {
  /** URL of the contender's module. */
  readonly module: string;
  readonly settings: unknown;
  /** Of the events; those of a run follow one another from `first` on, round and round. */
  readonly texts: readonly string[];
}

export interface Run {
  /** `texts` one after the other, or the first of them each time. */
  readonly events: 'each' | 'first';
  readonly first: number;
  readonly count: number;
}

export interface Sample {
  /** Wall time of each invocation, microseconds. */
  readonly wall: readonly number[];
  /** CPU time of an invocation on the average, all threads, microseconds. */
  readonly cpu: number;
}

export interface Opened {
  /** How long the contender's `create` took, milliseconds. */
  readonly startUpMs: number;
}

/** Invocations before each run that are not counted: they find the processor's caches cold. */
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
  decide = contender.create(settings as never) as typeof decide;
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
