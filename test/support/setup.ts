import dns from 'node:dns';
import net from 'node:net';
import fc from 'fast-check';
import { countDrawn } from './drawn-cases.ts';
import { checkedEmf } from './emf.ts';

/**
 * Property tests draw the same cases each time, so that a failure comes from the change at hand and is reproducible.
 * `PROPERTY_SEED` sets another seed; `PROPERTY_SEED=random` draws new cases each time.
 */
const seed = process.env['PROPERTY_SEED'] ?? '20261122';
fc.configureGlobal({ reporter: countDrawn, ...(seed === 'random' ? {} : { seed: Number(seed) }) });

/** Only loopback is reachable in tests: a connection to any other host fails at once. */
const LOOPBACK = /^(127(\.\d{1,3}){3}|::1|localhost|\[::1\])$/;

function refuse(host: string): never {
  throw new Error(`the network is off in tests: ${host}`);
}

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (this: net.Socket, ...args: unknown[]) {
  const [first] = Array.isArray(args[0]) ? (args[0] as unknown[]) : args;
  const options = (typeof first === 'object' && first !== null ? first : { port: first, host: args[1] }) as {
    host?: unknown;
    path?: unknown;
  };
  if (typeof options.path !== 'string') {
    const host = typeof options.host === 'string' ? options.host : 'localhost';
    // `.invalid` names (RFC 2606) go on to the lookup below, which answers ENOTFOUND.
    if (!LOOPBACK.test(host) && !host.endsWith('.invalid')) refuse(host);
  }
  return Reflect.apply(connect, this, args) as net.Socket;
} as typeof connect;

type LookupCallback = (error: NodeJS.ErrnoException) => void;
const lookup = dns.lookup;
dns.lookup = ((hostname: string, ...rest: unknown[]) => {
  if (LOOPBACK.test(hostname)) return Reflect.apply(lookup, dns, [hostname, ...rest]);
  const error = Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), {
    code: 'ENOTFOUND',
    errno: -3008,
    syscall: 'getaddrinfo',
    hostname,
  });
  const callback = rest.at(-1) as LookupCallback;
  process.nextTick(() => callback(error));
}) as typeof lookup;

/** No test writes a line with metrics that CloudWatch does not accept. */
const write = process.stdout.write;
process.stdout.write = ((chunk: string | Uint8Array, ...rest: unknown[]) => {
  checkedEmf(String(chunk));
  return Reflect.apply(write, process.stdout, [chunk, ...rest]);
}) as typeof write;
