import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { build } from 'esbuild';
import { createTestIssuer, dpopKey, dpopProof, httpApi2Event } from '../../lib/testing.ts';
import { startDynamoDb } from '../support/dynamodb.ts';
import { hasRedis, startRedis } from '../support/redis.ts';
import type { Start } from './replay-environment.ts';

const ENVIRONMENTS = 8;
const USES = 25;

describe('200 uses of one DPoP proof through 8 processes', function () {
  this.timeout(60_000);
  const expected = { allow: 1, dpop_proof_replayed: ENVIRONMENTS * USES - 1 };
  let folder: string;
  let module: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fleet-'));
    module = join(folder, 'environment.mjs');
    // Eight processes load one file much faster than they load the sources.
    await build({
      entryPoints: [new URL('replay-environment.ts', import.meta.url).pathname],
      outfile: module,
      bundle: true,
      format: 'esm',
      platform: 'node',
      banner: {
        js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
      },
      logLevel: 'error',
    });
  });
  after(() => rm(folder, { recursive: true }));

  (hasRedis() ? it : it.skip)('lead to one allow with a store on Redis', async () => {
    const redis = await startRedis();
    try {
      expect(await outcomesOf(module, { kind: 'redis', socket: redis.socket })).to.deep.equal(expected);
    } finally {
      await redis.close();
    }
  });

  it('lead to one allow with a store on DynamoDB', async () => {
    const dynamoDb = await startDynamoDb();
    try {
      const { table, endpoint } = dynamoDb;
      expect(await outcomesOf(module, { kind: 'dynamodb', table, endpoint })).to.deep.equal(expected);
    } finally {
      await dynamoDb.close();
    }
  });
});

/** Lets all processes use one proof at the same time. Returns how often each outcome came. */
async function outcomesOf(module: string, store: Start['store']): Promise<Record<string, number>> {
  const { NODE_V8_COVERAGE: _, ...env } = process.env;
  const START = JSON.stringify({ ...requestWithProof(), uses: USES, store } satisfies Start);
  const children = Array.from({ length: ENVIRONMENTS }, () => fork(module, { env: { ...env, START } }));
  try {
    await Promise.all(children.map(messageOf));
    const outcomes = children.map(messageOf);
    for (const child of children) child.send('go');
    const counts: Record<string, number> = {};
    for (const outcome of (await Promise.all(outcomes)).flat()) counts[outcome] = (counts[outcome] ?? 0) + 1;
    return counts;
  } finally {
    for (const child of children) child.kill();
  }
}

/** An event with a bound token and its proof, and the options that trust the token's issuer. */
function requestWithProof(): Pick<Start, 'options' | 'event'> {
  const issuer = createTestIssuer({ algorithm: 'ES256' });
  const key = dpopKey();
  const token = issuer.token.user({}, { boundTo: key });
  const domainName = 'api.example.com';
  const proof = dpopProof({ key, token, url: `https://${domainName}/orders/7` });
  const event = httpApi2Event({
    authorization: `DPoP ${token}`,
    headers: { DPoP: proof },
    path: '/orders/7',
    stage: '$default',
    domainName,
  });
  return { options: issuer.options, event };
}

/** The next message of a process. Rejects if the process ends before. */
async function messageOf(child: ChildProcess): Promise<string[]> {
  const received = new AbortController();
  const { signal } = received;
  const ended = once(child, 'exit', { signal }).then(() => {
    throw new Error('an environment ended without a message');
  });
  const [message] = await Promise.race([once(child, 'message', { signal }), ended]);
  ended.catch(() => undefined);
  received.abort();
  return message;
}
