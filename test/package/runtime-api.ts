import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a runtime reported about one invocation, or about its init. */
export interface Report {
  readonly kind: 'response' | 'error' | 'init error';
  readonly body: unknown;
}

export interface RuntimeApi {
  /** For `AWS_LAMBDA_RUNTIME_API`. */
  readonly host: string;
  /** Resolves with what the runtime reports next. */
  report(): Promise<Report>;
  close(): void;
}

/**
 * The Runtime API of Lambda, as far as a runtime needs it to answer events: `next`, `response`, `error` and
 * `init/error`. Hands out the events in order; after the last one `next` stays open, as in an idle environment.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export async function startRuntimeApi(events: readonly unknown[], traceId: string): Promise<RuntimeApi> {
  const left = [...events];
  const reports: Report[] = [];
  const waiting: ((report: Report) => void)[] = [];

  const server = http.createServer(async (request, response) => {
    const call =
      /^\/2018-06-01\/runtime\/(?:invocation\/(?:[^/]+\/)?)?(?<name>next|response|error|init\/error)$/.exec(
        request.url ?? '',
      )?.groups?.['name'];
    if (call === 'next') {
      if (left.length === 0) return;
      const headers = {
        'Content-Type': 'application/json',
        'Lambda-Runtime-Aws-Request-Id': `request-${left.length}`,
        'Lambda-Runtime-Deadline-Ms': String(Date.now() + 3000),
        'Lambda-Runtime-Invoked-Function-Arn': 'arn:aws:lambda:eu-central-1:123456789012:function:authorizer',
        'Lambda-Runtime-Trace-Id': traceId,
      };
      response.writeHead(200, headers).end(JSON.stringify(left.shift()));
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    response.writeHead(202, { 'Content-Type': 'application/json' }).end('{"status":"OK"}');
    const body = JSON.parse(Buffer.concat(chunks).toString()) as unknown;
    const report: Report = { kind: KINDS[call ?? ''] ?? 'error', body };
    const next = waiting.shift();
    if (next === undefined) reports.push(report);
    else next(report);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    report: () =>
      new Promise((resolve) => {
        const report = reports.shift();
        if (report === undefined) waiting.push(resolve);
        else resolve(report);
      }),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

const KINDS: Readonly<Record<string, Report['kind']>> = {
  response: 'response',
  error: 'error',
  'init/error': 'init error',
};
