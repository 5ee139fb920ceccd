import http, { type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type LocalGatewayOptions, startLocalGateway } from '../../lib/local-gateway/local-gateway.ts';

/** What is wrong in front of a gateway: requests and answers that it changes. */
export interface Fault {
  /** The target that the gateway gets. */
  readonly target?: (request: IncomingMessage) => string;
  /** The method that the gateway gets. */
  readonly method?: (request: IncomingMessage) => string;
  /** An answer that does not come from the gateway; `null`: it does. */
  readonly instead?: (request: IncomingMessage) => FaultyAnswer | null;
  readonly answer?: (answer: FaultyAnswer) => FaultyAnswer;
}

export interface FaultyAnswer {
  readonly status: number;
  readonly headers?: http.OutgoingHttpHeaders;
  readonly body?: string;
}

export interface FaultyGateway {
  readonly url: string;
  /** Every request that arrived: method, target and headers. */
  readonly requests: readonly Pick<IncomingMessage, 'method' | 'url' | 'rawHeaders'>[];
  close(): Promise<void>;
}

/** A local gateway behind a server that can have a fault. Its stage is `/prod`, as that of an API Gateway address. */
export async function startFaultyGateway(
  options: LocalGatewayOptions,
  fault: Fault = {},
): Promise<FaultyGateway> {
  const gateway = await startLocalGateway(options);
  const requests: Pick<IncomingMessage, 'method' | 'url' | 'rawHeaders'>[] = [];
  const server = http.createServer(async (request, response) => {
    const { method = '', url = '', rawHeaders } = request;
    requests.push({ method, url, rawHeaders });
    request.url = url.replace(/^\/prod(?=\/)/, '');
    const instead = fault.instead?.(request) ?? null;
    const own = instead ?? (await passOn(gateway.url, request, fault));
    const { status, headers, body } = fault.answer?.(own) ?? own;
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/prod`,
    requests,
    async close() {
      server.closeAllConnections();
      await Promise.all([new Promise((resolve) => server.close(resolve)), gateway.close()]);
    },
  };
}

function passOn(base: string, request: IncomingMessage, fault: Fault): Promise<FaultyAnswer> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    http
      .request({
        hostname,
        port,
        method: fault.method?.(request) ?? request.method,
        path: fault.target?.(request) ?? request.url,
        headers: request.rawHeaders,
      })
      .on('error', reject)
      .on('response', async (response) => {
        const body = (await buffer(response)).toString();
        const { 'x-amzn-errortype': type, 'content-type': contentType } = response.headers;
        const headers = {
          'content-type': contentType,
          ...(type === undefined ? {} : { 'x-amzn-ErrorType': type }),
        };
        resolve({ status: Number(response.statusCode), headers, body });
      })
      .end();
  });
}
