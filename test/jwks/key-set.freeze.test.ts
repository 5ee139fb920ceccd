import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { execPath } from 'node:process';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { testKey } from '../support/issuer.ts';
import { good, type JwksServer, startJwksServer } from '../support/jwks-server.ts';
import { IS_FULL } from '../support/property-runs.ts';

const SCRIPT = fileURLToPath(new URL('../support/frozen-environment.ts', import.meta.url));
const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** What becomes of the request for the keys while the environment is frozen. */
type Fate = 'answered' | 'connection lost' | 'no answer';

interface Outcome {
  readonly state: string;
  readonly afterMs: number;
  readonly requests: number;
}

interface Environment {
  readonly fate: Fate;
  readonly seconds: number;
  readonly server: JwksServer;
  readonly process: ChildProcessByStdio<Writable, Readable, null>;
}

/** Starts an environment and freezes it during its first request for keys. */
async function startFrozen(fate: Fate, seconds: number): Promise<Environment> {
  const server = await startJwksServer([{ ...(await testKey()).jwk, kid: 'a' }]);
  const asked = once(answeredBy(server, fate), 'asked');
  const process = spawn(execPath, [SCRIPT, server.uri], { stdio: ['pipe', 'pipe', 'inherit'] });
  await asked;
  process.kill('SIGSTOP');
  return { fate, seconds, server, process };
}

/** Thaws the environment when its time has come, and sends it a token. */
async function thawAndFind({ fate, seconds, server, process }: Environment): Promise<Outcome> {
  try {
    await sleep(seconds * 1000);
    if (fate === 'connection lost') server.dropConnections();
    server.behaviour = good;
    const answered = once(process.stdout, 'data') as Promise<[Buffer]>;
    const thawedAt = performance.now();
    process.kill('SIGCONT');
    process.stdin.write('a\n');
    const state = (await answered)[0].toString().trim();
    return { state, afterMs: performance.now() - thawedAt, requests: server.requests };
  } finally {
    process.kill('SIGKILL');
    await server.close();
  }
}

/** Lets the first request of the server meet its fate, and emits `asked` when it arrives. */
function answeredBy(server: JwksServer, fate: Fate): EventTarget {
  const target = new EventTarget();
  server.behaviour = (request, response, jwks) => {
    target.dispatchEvent(new Event('asked'));
    if (fate === 'answered') setTimeout(() => good(request, response, jwks), 120);
  };
  return target;
}

/** What happens to the request, the possible states of the key, and the requests in all. */
const FATES: readonly [Fate, readonly string[], number][] = [
  ['answered', ['fetched', 'fresh'], 1],
  ['connection lost', ['fetched'], 2],
  ['no answer', ['fetched'], 2],
];

/** Seconds. Longest first, because the environments start one after the other and are frozen side by side. */
const FREEZES = [...(IS_FULL ? [40, 30, 15] : []), 8, 5, 1.5, 0.5];

const CASES = FREEZES.flatMap((seconds) =>
  FATES.map(([fate, states, requests]) => ({ seconds, fate, states, requests })),
)
  // A lost answer looks like a slow one until a freeze is longer than the pauses of a slow computer.
  .filter(({ fate, seconds }) => fate !== 'no answer' || seconds > 1);

describe('KeySet in a process that is stopped and continued, as Lambda freezes and thaws', () => {
  const outcomes = new Map<unknown, Promise<Outcome>>();

  before(async function () {
    this.timeout(60_000);
    for (const one of CASES) outcomes.set(one, thawAndFind(await startFrozen(one.fate, one.seconds)));
  });

  for (const one of CASES.toReversed()) {
    it(`allows the first request within a second after ${one.seconds} s: ${one.fate}`, async function () {
      this.timeout(60_000);
      const outcome = await (outcomes.get(one) as Promise<Outcome>);
      expect(outcome.state).to.be.oneOf(one.states);
      expect(outcome.afterMs).to.be.at.most(1000);
      expect(outcome.requests).to.equal(one.requests);
    });
  }
});
