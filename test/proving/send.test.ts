import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { type Received, senderTo } from '../../lib/proving/send.ts';
import { selfSignedCertificate } from '../support/certificate.ts';

describe('sending to a stage', () => {
  const send = async (server: http.Server, scheme: string, target = '/a//b%2Fc/*?q'): Promise<Received> => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const sender = senderTo(
      new URL(`${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}/prod/`),
      300,
    );
    try {
      return await sender.send({ method: 'GET', target, headers: ['X-Name', 'value'] });
    } finally {
      sender.close();
      server.closeAllConnections();
      server.close();
    }
  };

  it('sends path and names of headers as they are, and follows no redirect', async () => {
    const seen: (string | undefined)[] = [];
    const server = http.createServer(({ url, rawHeaders }, response) => {
      seen.push(url, ...rawHeaders);
      response.writeHead(302, { location: 'http://example.invalid/' }).end('x'.repeat(200_000));
    });
    const received = await send(server, 'http');
    expect(received).to.include({ kind: 'response', status: 302, errorType: null });
    expect(received.kind === 'response' && received.body).to.have.length(4096);
    expect(seen).to.include('/prod/a//b%2Fc/*?q').and.include('X-Name').and.include('Host');
  });

  it('does not trust a certificate that nobody signed', async () => {
    const received = await send(https.createServer(selfSignedCertificate()), 'https');
    expect(received).to.deep.equal({ kind: 'failure', code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  });

  it('waits no longer than it may, before the answer and within it', async () => {
    const silent = await send(http.createServer(), 'http');
    expect(silent).to.deep.equal({ kind: 'failure', code: 'timeout' });
    const half = http.createServer((_, response) => response.writeHead(200).write('{'));
    expect(await send(half, 'http')).to.deep.equal({ kind: 'failure', code: 'timeout' });
  });
});
