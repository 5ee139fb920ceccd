import http from 'node:http';

/** What a client sends. */
export interface ClientRequest {
  readonly method: string;
  /** Path and query; sent as it is, so that no dot or percent sign of it is touched. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The headers that ask for a WebSocket (RFC 6455, section 4.1, with the key of its example). */
export const HANDSHAKE: Readonly<Record<string, string>> = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

/**
 * Sends one request and returns the status; 101 when a WebSocket opened.
 *
 * @param agent - keeps connections; without one, each request has its own
 */
export function send(
  url: string,
  { method, target, headers, body }: ClientRequest,
  agent: http.Agent | false = false,
): Promise<number> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const options = { hostname, port, method, path: target, headers, agent };
    const request = http.request(options, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    });
    request.on('upgrade', (response, socket) => {
      socket.destroy();
      resolve(response.statusCode ?? 0);
    });
    request.on('error', reject);
    request.end(body);
  });
}
