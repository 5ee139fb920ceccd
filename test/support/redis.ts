import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@redis/client';

export interface TestRedis {
  readonly client: ReturnType<typeof connectedClient>;
  readonly socket: string;
  close(): Promise<void>;
}

/**
 * Whether `redis-server` is installed. Without it the tests that need it are skipped with a warning, except in CI, where
 * it is required.
 */
export function hasRedis(): boolean {
  const isThere = spawnSync('redis-server', ['--version']).status === 0;
  if (!isThere && process.env.CI) throw new Error('CI needs redis-server: apt-get install redis-server');
  if (!isThere) console.warn('tests that need redis-server are skipped: apt-get install redis-server');
  return isThere;
}

/** A Redis server on a socket in a new folder, without a port and without persistence. */
export async function startRedis(): Promise<TestRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'redis-'));
  const socket = join(folder, 'redis.sock');
  const server = spawn(
    'redis-server',
    ['--port', '0', '--unixsocket', socket, '--save', '', '--appendonly', 'no', '--dir', folder],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  await readiness(server);
  const client = connectedClient(socket);
  await client.connect();
  return {
    client,
    socket,
    async close() {
      client.destroy();
      const exited = new Promise<void>((resolve) => server.once('exit', () => resolve()));
      server.kill();
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export function connectedClient(path: string) {
  const client = createClient({
    socket: { path, tls: false, reconnectStrategy: false },
    disableOfflineQueue: true,
  });
  client.on('error', () => undefined);
  return client;
}

function readiness(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let log = '';
    server.stdout?.on('data', (chunk: Buffer) => {
      log += chunk.toString();
      if (log.includes('eady to accept connections')) resolve();
    });
    server.once('error', reject);
    server.once('exit', () => reject(new Error(`redis-server ended: ${log}`)));
  });
}
