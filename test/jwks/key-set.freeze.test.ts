import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { testKey } from '../support/issuer.ts';
import { good, type JwksServer, startJwksServer } from '../support/jwks-server.ts';

const SCRIPT = fileURLToPath(new URL('../support/frozen-environment.ts', import.meta.url));
const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe('KeySet in a process that is stopped and continued, as Lambda freezes and thaws', () => {
  let server: JwksServer;
  let environment: ChildProcess;

  beforeEach(async () => {
    server = await startJwksServer([{ ...(await testKey()).jwk, kid: 'a' }]);
  });
  afterEach(async () => {
    environment.kill('SIGKILL');
    await server.close();
  });

  /** Starts the environment and stops it during its first request. */
  async function freezeInRequest(): Promise<void> {
    const asked = new Promise<void>((resolve) => {
      server.behaviour = () => resolve();
    });
    environment = spawn(process.execPath, [SCRIPT, server.uri], { stdio: ['pipe', 'pipe', 'inherit'] });
    await asked;
    environment.kill('SIGSTOP');
  }

  async function thawAndFind(kid: string): Promise<string> {
    environment.kill('SIGCONT');
    const answered = once(environment.stdout as NodeJS.ReadableStream, 'data') as Promise<[Buffer]>;
    environment.stdin?.write(`${kid}\n`);
    return (await answered)[0].toString().trim();
  }

  it('finds the key after a thaw although its connection is dead', async () => {
    await freezeInRequest();
    server.dropConnections();
    server.behaviour = good;
    await sleep(700);
    expect(await thawAndFind('a')).to.equal('fetched');
    expect(server.requests).to.equal(2);
    expect(await thawAndFind('a')).to.equal('fresh');
  });
});
