import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The servers of the tools listen on this address only. */
export const LOOPBACK = '127.0.0.1';

/** @param port - 0 = a free one */
export function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, LOOPBACK, () => resolve());
  });
}

/** The port of a server that listens. */
export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** Ends the connections and stops listening. */
export function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
