/**
 * Returns the module of a process that loads a contender, creates it and answers one event, as a Lambda environment
 * does: first the init phase, then an invocation when an event comes.
 *
 * - Descriptor 3 gets a line after the init phase and a line after the invocation, with the time of each step.
 * - Descriptor 4 gives the event. The event loop runs while it waits, so that a request for keys goes on.
 *
 * Times are those of `process.hrtime`: all processes share its clock, and the first use of `performance` would load
 * modules that a contender may do without.
 *
 * @param create - a statement that declares `create`
 */
export function harnessOf(create: string): string {
  return `
  ${create}
  const imported = process.hrtime();
  const handler = await create(JSON.parse(process.env.BENCH_SETTINGS));
  const ready = process.hrtime();
  const fs = process.getBuiltinModule('node:fs');
  const tell = (figures) => fs.writeSync(3, JSON.stringify(figures) + '\\n');
  const buffer = Buffer.alloc(65536);
  tell({ imported, ready });
  fs.read(4, buffer, 0, buffer.length, null, async (error, length) => {
    const received = process.hrtime();
    const event = JSON.parse(buffer.toString('utf8', 0, length));
    const answer = await handler(event, { awsRequestId: '1', getRemainingTimeInMillis: () => 10000 });
    const text = JSON.stringify(answer);
    const answered = process.hrtime();
    const { user, system } = process.cpuUsage();
    const rss = process.memoryUsage.rss();
    tell({ received, answered, effect: JSON.parse(text).policyDocument.Statement[0].Effect, cpu: user + system, rss });
    process.exit(0);
  });
`;
}

/** A contender that does nothing: the time of the harness and of Node.js. */
export const BARE_CREATE =
  "const create = () => () => ({ policyDocument: { Statement: [{ Effect: 'Allow' }] } });";

/** Of `process.hrtime`: seconds and nanoseconds. */
export type Instant = readonly [seconds: number, nanoseconds: number];

/** The first line of the process. */
export interface InitLine {
  readonly imported: Instant;
  readonly ready: Instant;
}

/** The second line of the process. */
export interface InvocationLine {
  readonly received: Instant;
  readonly answered: Instant;
  readonly effect: string;
  /** CPU time of all threads since the start, microseconds. */
  readonly cpu: number;
  /** Bytes. */
  readonly rss: number;
}
