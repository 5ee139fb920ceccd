import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiGatewayManagementApi } from '@aws-sdk/client-apigatewaymanagementapi';
import type { ManagementApi } from '../../lib/connections.ts';

/** How API Gateway answers to a request: the status, and the type of the error. */
export const MANAGEMENT_ERRORS = {
  gone: [410, 'GoneException'],
  throttled: [429, 'LimitExceededException'],
  forbidden: [403, 'ForbiddenException'],
  broken: [500, 'InternalFailure'],
} as const;

export type ManagementError = keyof typeof MANAGEMENT_ERRORS;

/** The management API of a WebSocket API with the stage `prod`, on loopback, with a client of the SDK for it. */
export interface TestManagementApi {
  readonly client: ManagementApi;
  /** Ids of the connections that clients asked to close, in this order. */
  readonly asked: string[];
  /** Errors by connection id; any other connection is closed. */
  readonly errors: Map<string, ManagementError>;
  /** Requests after so many are throttled. */
  quota: number;
  close(): Promise<void>;
}

export async function startManagementApi(): Promise<TestManagementApi> {
  const server = createServer(({ method, url = '' }, response) => {
    const [, id = ''] = /^\/prod\/@connections\/(.+)$/.exec(decodeURIComponent(url)) ?? [];
    self.asked.push(id);
    const isClosing = method === 'DELETE' && id !== '';
    const error = self.asked.length > self.quota ? 'throttled' : self.errors.get(id);
    if (isClosing && error === undefined) return void response.writeHead(204).end();
    const [status, type] = MANAGEMENT_ERRORS[error ?? 'broken'];
    response.writeHead(status, { 'x-amzn-errortype': type, 'content-type': 'application/json' });
    response.end(JSON.stringify({ message: type }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const client = new ApiGatewayManagementApi({
    endpoint: `http://127.0.0.1:${port}/prod`,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  const self: TestManagementApi = {
    client,
    asked: [],
    errors: new Map(),
    quota: Number.POSITIVE_INFINITY,
    async close() {
      client.destroy();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
  return self;
}
