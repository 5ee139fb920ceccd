import { spawn } from 'node:child_process';
import dns from 'node:dns';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { expect } from 'chai';
import sinon from 'sinon';
import { fetchJwks } from '../../lib/jwks/fetch-jwks.ts';
import { importKeys } from '../../lib/jwks/import-keys.ts';
import { readJwks } from '../../lib/jwks/jwks-document.ts';
import { JwksError } from '../../lib/jwks/jwks-error.ts';
import { selfSignedCertificate } from '../support/certificate.ts';
import { goodWith, type JwksServer, MISBEHAVIOURS, startJwksServer, status } from '../support/jwks-server.ts';

const LIMITS = { timeoutMs: 2000, maxBytes: 65_536 };

/** How many timers a fetch leaves behind. Node's own timers do not count. */
async function timersAfter(fetched: () => Promise<unknown>): Promise<number> {
  const clock = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    await fetched();
    return clock.countTimers();
  } finally {
    clock.restore();
  }
}

async function failureOf(promise: Promise<unknown>): Promise<JwksError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof JwksError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

describe('fetchJwks', () => {
  let server: JwksServer;

  beforeEach(async () => {
    server = await startJwksServer([{ kid: 'a' }]);
  });
  afterEach(() => server.close());

  it('returns the text and how long it is current', async () => {
    server.behaviour = goodWith({ 'cache-control': 'public, max-age=900' });
    expect(await fetchJwks(server.uri, LIMITS)).to.deep.equal({
      body: '{"keys":[{"kid":"a"}]}',
      maxAge: 900,
    });
  });

  it('requests unencoded JSON over a new connection, under the name of the package', async () => {
    const seen: unknown[] = [];
    server.behaviour = ({ method, headers: { host: _, ...headers } }, response) => {
      seen.push(method, headers);
      response.end('{}');
    };
    await fetchJwks(server.uri, LIMITS);
    const headers = {
      accept: 'application/json',
      'accept-encoding': 'identity',
      connection: 'close',
      'user-agent': 'middy-auth0-authorizer',
    };
    expect(seen).to.deep.equal(['GET', headers]);
  });

  it('accepts a response with the content encoding identity', async () => {
    server.behaviour = goodWith({ 'content-encoding': 'identity' });
    expect((await fetchJwks(server.uri, LIMITS)).body).to.equal('{"keys":[{"kid":"a"}]}');
  });

  const compressed: readonly [string, (text: string) => Buffer][] = [
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['GZIP', gzipSync],
    ['br', brotliCompressSync],
    ['deflate', deflateSync],
  ];
  for (const [encoding, compress] of compressed) {
    it(`decodes a compressed response without a request for it: ${encoding}`, async () => {
      server.behaviour = (_request, response, jwks) => {
        response.writeHead(200, { 'content-encoding': encoding }).end(compress(jwks));
      };
      expect((await fetchJwks(server.uri, LIMITS)).body).to.equal('{"keys":[{"kid":"a"}]}');
    });
  }

  it('accepts a body of exactly the longest length', async () => {
    const { length } = '{"keys":[{"kid":"a"}]}';
    expect((await fetchJwks(server.uri, { ...LIMITS, maxBytes: length })).maxAge).to.equal(null);
    const error = await failureOf(fetchJwks(server.uri, { ...LIMITS, maxBytes: length - 1 }));
    expect(error.code).to.equal('jwks_too_large');
  });

  it('decodes no response under the name of another encoding', async () => {
    server.behaviour = (_request, response, jwks) => {
      response.writeHead(200, { 'content-encoding': 'zstd' }).end(gzipSync(jwks));
    };
    expect((await failureOf(fetchJwks(server.uri, LIMITS))).code).to.equal('jwks_encoded');
  });

  it('has the reason of Node as the cause of a broken response', async () => {
    for (const [title, code] of [
      ['says that plain text is compressed', 'Z_DATA_ERROR'],
      ['breaks off in the middle', 'ECONNRESET'],
    ] as const) {
      server.behaviour = (MISBEHAVIOURS[title] as (typeof MISBEHAVIOURS)[string]).behaviour;
      const { cause } = await failureOf(fetchJwks(server.uri, LIMITS));
      expect(cause).to.have.property('code', code);
    }
  });

  it('uses no connection of others that is kept alive', async () => {
    const sockets = new Set<unknown>();
    server.behaviour = (request, response) => {
      sockets.add(request.socket);
      response.end('{"keys":[]}');
    };
    const agent = new http.Agent({ keepAlive: true });
    const { globalAgent } = http;
    http.globalAgent = agent;
    try {
      await new Promise<void>((resolve) => {
        http.get(server.uri, (response) => response.resume().on('close', resolve));
      });
      await fetchJwks(server.uri, LIMITS);
    } finally {
      http.globalAgent = globalAgent;
      agent.destroy();
    }
    expect(sockets.size).to.equal(2);
  });

  it('fetches through the proxy that the global agent of Node has', async () => {
    const urls: unknown[] = [];
    server.behaviour = (request, response) => {
      urls.push(request.url);
      response.end('{"keys":[]}');
    };
    const { options } = http.globalAgent as unknown as { options: { proxyEnv?: object } };
    options.proxyEnv = { HTTP_PROXY: new URL(server.uri).origin };
    try {
      await fetchJwks('http://jwks.example/keys', LIMITS);
    } finally {
      delete options.proxyEnv;
    }
    expect(urls).to.deep.equal(['http://jwks.example/keys']);
  });

  it('fetches through the proxy that the environment of Node sets', async () => {
    const proxied: (string | undefined)[] = [];
    const proxy = http.createServer((request, response) => {
      proxied.push(request.url);
      response.end('{"keys":[]}');
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const { port } = proxy.address() as AddressInfo;
    const script = `import { fetchJwks } from ${JSON.stringify(new URL('../../lib/jwks/fetch-jwks.ts', import.meta.url).href)};
      console.log((await fetchJwks('http://jwks.example/keys', ${JSON.stringify(LIMITS)})).body);`;
    const environment = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
      env: { ...process.env, NODE_USE_ENV_PROXY: '1', HTTP_PROXY: `http://127.0.0.1:${port}` },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [output] = (await once(environment.stdout, 'data')) as [Buffer];
    proxy.close();
    expect(output.toString()).to.equal('{"keys":[]}\n');
    expect(proxied).to.deep.equal(['http://jwks.example/keys']);
  });

  it('says why each address of a host cannot be reached', async () => {
    const { port } = new URL(server.uri);
    await server.close();
    const addresses = ['127.0.0.1', '127.0.0.2'].map((address) => ({ address, family: 4 }));
    const answer = (_name: string, _options: object, found: (error: null, all: object) => void) =>
      found(null, addresses);
    const lookup = sinon.stub(dns, 'lookup').callsFake(answer as unknown as typeof dns.lookup);
    const error = await failureOf(fetchJwks(`http://localhost:${port}/`, LIMITS));
    lookup.restore();
    expect(error.code).to.equal('jwks_unreachable');
    expect((error.cause as Error).message).to.match(/127\.0\.0\.1:\d+; .*127\.0\.0\.2:/);
  });

  it('leaves the query of the address out of its errors', async () => {
    for (const { behaviour } of Object.values(MISBEHAVIOURS)) {
      server.behaviour = behaviour;
      const fetched = fetchJwks(`${server.uri}?key=secret`, { ...LIMITS, timeoutMs: 200 });
      const error = await failureOf(fetched.then(({ body }) => readJwks(body, 'x', importKeys)));
      expect(inspect(error)).to.not.include('secret');
    }
  });

  it('joins characters that are split between chunks', async () => {
    const bytes = Buffer.from('{"kid":"ключ"}');
    server.behaviour = (_request, response) => {
      response.writeHead(200);
      response.write(bytes.subarray(0, 9), () => response.end(bytes.subarray(9)));
    };
    expect((await fetchJwks(server.uri, LIMITS)).body).to.equal('{"kid":"ключ"}');
  });

  /** Blocks the process, so that timers are late: as after a thaw. */
  function block(milliseconds: number): void {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
  }

  it('reads a response that arrived although its timer is late, as after a freeze', async () => {
    const fetched = fetchJwks(server.uri, { ...LIMITS, timeoutMs: 50 });
    block(400);
    expect((await fetched).body).to.equal('{"keys":[{"kid":"a"}]}');
  });

  it('fails with jwks_timeout half a second after a late timer', async () => {
    server.behaviour = () => undefined;
    const failure = failureOf(fetchJwks(server.uri, { ...LIMITS, timeoutMs: 50 }));
    block(400);
    expect((await failure).code).to.equal('jwks_timeout');
  });

  it('reports the wait that the endpoint requests', async () => {
    server.behaviour = status(429, { 'retry-after': '7' });
    const error = await failureOf(fetchJwks(server.uri, LIMITS));
    expect(error).to.include({ code: 'jwks_status', status: 429, retryAfterMs: 7000 });
  });

  for (const [title, { code, behaviour }] of Object.entries(MISBEHAVIOURS)) {
    // These faults show when the text is parsed.
    if (code === 'jwks_invalid' || code === 'jwks_no_usable_key') continue;
    it(`fails with ${code} when the endpoint ${title}`, async () => {
      server.behaviour = behaviour;
      const error = await failureOf(
        fetchJwks(server.uri, { ...LIMITS, timeoutMs: code === 'jwks_timeout' ? 80 : 5000 }),
      );
      expect(error.code).to.equal(code);
      expect(error.message).to.include(server.uri).and.not.include('no keys for you');
      expect(server.requests).to.equal(1);
    });
  }

  it('fails with jwks_unreachable when no server listens, and when the name does not resolve', async () => {
    await server.close();
    const refused = await failureOf(fetchJwks(server.uri, LIMITS));
    expect(refused.code).to.equal('jwks_unreachable');
    const unknown = await failureOf(fetchJwks('https://tenant.invalid/jwks.json', LIMITS));
    expect(unknown.code).to.equal('jwks_unreachable');
    expect(unknown.cause).to.have.property('code', 'ENOTFOUND');
  });

  it('closes its timer and its connection when it fails', async () => {
    server.behaviour = status(500);
    const closed = new Promise<void>((resolve) => {
      server.behaviour = (request, response) => {
        request.socket.on('close', () => resolve());
        response.writeHead(500);
        response.write('and on');
      };
    });
    expect(await timersAfter(() => failureOf(fetchJwks(server.uri, LIMITS)))).to.equal(0);
    await closed;
  });

  it('closes its timer when it succeeds', async () => {
    expect(await timersAfter(() => fetchJwks(server.uri, LIMITS))).to.equal(0);
  });
});

describe('fetchJwks over TLS', () => {
  const certificate = selfSignedCertificate();
  let server: JwksServer;

  before(async () => {
    server = await startJwksServer([], certificate);
  });
  after(() => server.close());

  it('fetches from a host whose certificate is trusted', async () => {
    const { body } = await fetchJwks(server.uri, { ...LIMITS, ca: certificate.cert });
    expect(body).to.equal('{"keys":[]}');
  });

  it('fails with jwks_unreachable when the certificate is not trusted', async () => {
    const error = await failureOf(fetchJwks(server.uri, LIMITS));
    expect(error.code).to.equal('jwks_unreachable');
    expect(error.cause).to.have.property('code', 'DEPTH_ZERO_SELF_SIGNED_CERT');
  });

  it('fails with jwks_unreachable when the certificate is for another name', async () => {
    const error = await failureOf(
      fetchJwks(server.uri.replace('localhost', '127.0.0.2'), { ...LIMITS, ca: certificate.cert }),
    );
    expect(error.code).to.equal('jwks_unreachable');
  });

  it('fails with jwks_unreachable when the host does not speak TLS', async () => {
    const plain = await startJwksServer([]);
    const error = await failureOf(fetchJwks(plain.uri.replace('http:', 'https:'), LIMITS));
    await plain.close();
    expect(error.code).to.equal('jwks_unreachable');
  });
});
