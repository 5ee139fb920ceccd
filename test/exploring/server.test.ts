import http from 'node:http';
import { expect } from 'chai';
import { type PageServer, servePage } from '../../lib/exploring/server.ts';
import { OptionError } from '../../lib/index.ts';

describe('the server of the page', () => {
  let server: PageServer;
  const page = { html: '<!doctype html>', policy: "default-src 'none'" };
  const trace = async ({ path }: { readonly path: string }) => {
    if (path === '/wrong') throw new OptionError('path', 'is wrong');
    if (path === '/broken') throw new Error('broken');
    return { path };
  };

  beforeEach(async () => {
    server = await servePage({ page, advice: async () => ['advice'], trace }, 0);
  });
  afterEach(() => server.close());

  /** Sends a request with exactly these headers: `fetch` does not let a caller choose `Host`. */
  function send(method: string, path: string, headers: Record<string, string> = {}, body = '') {
    return new Promise<{ status: number | undefined; headers: http.IncomingHttpHeaders; body: string }>(
      (resolve, reject) => {
        const request = http.request(new URL(path, server.url), { method, headers }, async (response) => {
          let text = '';
          for await (const chunk of response) text += chunk;
          resolve({ status: response.statusCode, headers: response.headers, body: text });
        });
        request.on('error', reject).end(body);
      },
    );
  }

  const json = { 'content-type': 'application/json' };
  const bodyOf = (path: string) =>
    JSON.stringify({ claims: null, method: 'GET', path, headers: {}, sourceIp: null });

  it('listens on loopback, and sends the page with its policy', async () => {
    expect(server.url).to.match(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    const { status, headers, body } = await send('GET', '/');
    expect([status, body]).to.deep.equal([200, page.html]);
    expect(headers).to.include({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
    });
  });

  it('answers the advice and traces', async () => {
    expect((await send('GET', '/advice')).body).to.equal('["advice"]');
    expect(await send('POST', '/trace', json, bodyOf('/a'))).to.include({
      status: 200,
      body: '{"path":"/a"}',
    });
    const port = new URL(server.url).port;
    const origin = { ...json, host: `localhost:${port}`, origin: `http://localhost:${port}` };
    expect(
      (await send('POST', '/trace', { ...origin, 'sec-fetch-site': 'same-origin' }, bodyOf('/a'))).status,
    ).to.equal(200);
    expect((await send('GET', '/', { 'sec-fetch-site': 'none' })).status).to.equal(200);
  });

  it('says what is wrong with a request', async () => {
    expect(await send('POST', '/trace', json, bodyOf('/wrong'))).to.include({
      status: 400,
      body: '{"error":"path: is wrong"}',
    });
    expect(await send('POST', '/trace', json, bodyOf('/broken'))).to.include({ status: 500 });
    expect(await send('POST', '/trace', json, '{')).to.include({
      status: 400,
      body: '{"error":"request: is not JSON"}',
    });
    expect(await send('POST', '/trace', json, ' '.repeat(65_537))).to.include({ status: 400 });
    expect((await send('GET', '/other')).status).to.equal(404);
    expect((await send('POST', '/')).status).to.equal(403);
  });

  const strange: readonly (readonly [name: string, headers: Record<string, string>])[] = [
    ['another host', { host: 'evil.example' }],
    ['another host with its port', { host: 'evil.example:80' }],
    ['another origin', { ...json, origin: 'https://evil.example' }],
    ['the origin null', { ...json, origin: 'null' }],
    ['another site, by the browser', { ...json, 'sec-fetch-site': 'cross-site' }],
    ['another type', { 'content-type': 'text/plain' }],
    ['no type', {}],
  ];
  for (const [name, headers] of strange) {
    it(`refuses a trace with ${name}`, async () => {
      const { status, body } = await send('POST', '/trace', headers, bodyOf('/a'));
      expect([status, Object.keys(JSON.parse(body))]).to.deep.equal([403, ['error']]);
    });
  }

  it('refuses the page to a name of another site that resolves to loopback', async () => {
    expect((await send('GET', '/', { host: 'rebound.evil.example' })).status).to.equal(403);
  });
});
