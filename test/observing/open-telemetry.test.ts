import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { json } from 'node:stream/consumers';
import { expect } from 'chai';
import { runBlock } from '../docs/check-block.ts';
import { type CodeBlock, codeBlocks } from '../docs/markdown.ts';

/** The part of OTLP in JSON that is read. */
interface Exported {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly { readonly spans: readonly Span[] }[];
  }[];
}

interface Span {
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue?: string } }[];
}

describe('the example for OpenTelemetry', function () {
  this.timeout(60_000);

  it('exports a span of each decision to the collector, before the invocation ends', async () => {
    const spans: Span[] = [];
    const collector = http.createServer(async (request, response) => {
      const { resourceSpans } = (await json(request)) as Exported;
      expect(request.url).to.equal('/v1/traces');
      spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)));
      response.setHeader('content-type', 'application/json').end('{}');
    });
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'otel-'));
    try {
      const { port } = collector.address() as AddressInfo;
      const env = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` };
      await runBlock(example(), folder, env);
    } finally {
      collector.close();
      fs.rmSync(folder, { recursive: true });
    }
    const decisions = spans.filter(({ name }) => name === 'authorize');
    expect(decisions).to.have.length(1);
    const [{ attributes, startTimeUnixNano, endTimeUnixNano }] = decisions as [Span];
    expect(Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue]))).to.deep.equal({
      'auth0.outcome': 'deny',
      'auth0.refusal': 'missing_token',
      'auth0.gateway': 'rest-request',
    });
    expect(BigInt(endTimeUnixNano) - BigInt(startTimeUnixNano) > 0n).to.equal(true);
  });
});

function example(): CodeBlock {
  const blocks = codeBlocks(fs.readFileSync('docs/21-metrics-and-traces.md', 'utf8'));
  return blocks.find(({ code }) => code.includes('OTLPTraceExporter')) as CodeBlock;
}
