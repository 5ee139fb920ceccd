import { startJwksServer } from '../../test/support/jwks-server.ts';
import { moduleOf } from '../contenders/index.ts';
import { median, shuffled } from '../statistics.ts';
import { startWorker, type Worker } from '../worker.ts';
import { AUDIENCE, type Binding, ISSUER, issuer, requestTexts, type Tokens } from './requests.ts';

/** One authorizer with one kind of request. */
export interface BoundRow {
  readonly who: 'this package' | 'express-oauth2-jwt-bearer';
  readonly binding: Binding;
  readonly tokens: Tokens;
}

/** What each round took, microseconds. */
export interface BoundFigures {
  /** Median of the round. */
  readonly wall: readonly number[];
  /** Mean CPU time of an invocation. */
  readonly cpu: readonly number[];
}

const COUNT = 100;
/** Invocations of each process before the first round, so that the engine has compiled its code. */
const RUN_IN = 4000;
/** Invocations of each run that do not count: see `warm-worker.ts`. */
const UNCOUNTED = 40;

interface Running {
  readonly worker: Worker;
  readonly wall: number[];
  readonly cpu: number[];
  first: number;
}

/** Runs each row once in each round, in random order, in a process of its own. */
export async function measureBound(
  rows: readonly BoundRow[],
  rounds: number,
): Promise<readonly BoundFigures[]> {
  // A proof is good once, so a process gets as many requests as it decides about.
  const requests = UNCOUNTED + RUN_IN + rounds * (UNCOUNTED + COUNT);
  const server = await startJwksServer(issuer.jwks.keys);
  const running: Running[] = [];
  try {
    for (const row of rows) {
      const worker = await start(row, server.uri, requests);
      running.push({ worker, wall: [], cpu: [], first: 0 });
    }
    for (const row of running) await run(row, RUN_IN);
    for (let round = 0; round < rounds; round += 1) {
      for (const row of shuffled(running)) {
        const { wall, cpu } = await run(row, COUNT);
        row.wall.push(median(wall));
        row.cpu.push(cpu);
      }
    }
    return running;
  } finally {
    for (const { worker } of running) worker.close();
    await server.close();
  }
}

async function run(row: Running, count: number) {
  const sample = await row.worker.run({ events: 'each', first: row.first, count });
  row.first += UNCOUNTED + count;
  return sample;
}

function start({ who, binding, tokens }: BoundRow, jwksUri: string, requests: number): Promise<Worker> {
  const texts = requestTexts(binding, tokens, requests);
  if (who === 'express-oauth2-jwt-bearer') {
    const settings = { issuer: ISSUER, jwksUri, audience: AUDIENCE };
    return startWorker({ module: moduleOf('express-oauth2-bound').href, settings, texts });
  }
  const settings = {
    options: issuer.options,
    ...(binding === 'key' && { dpop: { mode: 'required', maxAge: 3600 } }),
    ...(binding === 'certificate' && { mtls: { mode: 'required' } }),
  };
  return startWorker({ module: moduleOf('ours-bound').href, settings, texts });
}
