import http from 'node:http';

/** A request of a client. */
export interface ClientRequest {
  readonly method: string;
  /** Path and query, sent as they are: dots and percent signs are not normalised. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The headers of a WebSocket handshake (RFC 6455, section 4.1, with the key of its example). */
export const HANDSHAKE: Readonly<Record<string, string>> = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

/**
 * Sends one request and returns the status; 101 if a WebSocket opened.
 *
 * @param agent - keeps connections; without it each request opens its own
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
