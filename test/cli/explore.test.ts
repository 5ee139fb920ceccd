import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { main } from '../../lib/cli/main.ts';

const MAIN = path.join(import.meta.dirname, '../../lib/cli/main.ts');

describe('npx middy-auth0-authorizer explore', function () {
  this.timeout(30_000);
  let folder: string;
  let module: string;

  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'explore-'));
    module = path.join(folder, 'options.mjs');
    fs.writeFileSync(
      module,
      `export const options = { routes: { 'GET /orders': { scopes: ['read:orders'] } } };
       export const broken = { routes: { 'GET orders': {} } };
       export const personas = { mine: { scope: 'read:orders' } };`,
    );
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  async function run(...args: string[]) {
    let out = '';
    let err = '';
    const write = (into: (text: string) => void) => ({ write: (text: string) => into(text) });
    const code = await main(
      ['explore', ...args],
      write((text) => {
        out += text;
      }),
      write((text) => {
        err += text;
      }),
    );
    return { code, out, err };
  }

  it('prints what the page shows as JSON', async () => {
    const { code, out } = await run(module, '--json', '--header', 'x-a: b', '--ip', '203.0.113.1');
    expect(code).to.equal(0);
    const { source, gateway, routes, callers } = JSON.parse(out);
    expect([source, gateway, routes[0].key]).to.deep.equal([module, 'rest-request', 'GET /orders']);
    expect(callers.map(({ name }: { name: string }) => name)).to.include.members(['nothing', 'mine']);
  });

  it('writes a static file that needs no other', async () => {
    const file = path.join(folder, 'page.html');
    const { code, out } = await run(module, '--out', file);
    expect([code, out.startsWith(`${file}  `)]).to.deep.equal([0, true]);
    const html = fs.readFileSync(file, 'utf8');
    expect(html).to.match(/^<!doctype html>/);
    expect(html).to.include("connect-src 'none'").and.include('"kind":"static"');
    expect(html).not.to.match(
      /https?:\/\/(?!tenant|test\.auth0|www\.w3\.org|api\.example)[^"'\s]*\.(?:js|css|woff2?)/,
    );
    expect(html).not.to.match(/eyJ[\w-]+\.[\w-]+/);
  });

  it('serves the page until it is ended', async () => {
    const child = spawn(process.execPath, [MAIN, 'explore', module, '--gateway', 'http-api-2.0'], {
      stdio: 'pipe',
    });
    try {
      const [text] = (await once(child.stdout, 'data')) as [Buffer];
      const [url = ''] = /http:\/\/127\.0\.0\.1:\d+\//.exec(String(text)) ?? [];
      const html = await (await fetch(url)).text();
      expect(html).to.include("connect-src 'self'").and.include('"gateway":"http-api-2.0"');
      expect(await (await fetch(`${url}advice`)).json()).to.have.length(7);
      expect(await (await fetch(`${url}advice`)).json()).to.have.length(7);
      const body = JSON.stringify({ claims: null, method: 'GET', path: '/', headers: {}, sourceIp: null });
      const headers = { 'content-type': 'application/json' };
      for (const _ of ['first', 'second']) {
        const response = await fetch(`${url}trace`, { method: 'POST', headers, body });
        expect(await response.json()).to.have.nested.property('log.refusal', 'missing_token');
      }
      child.kill('SIGTERM');
      expect(await once(child, 'exit')).to.deep.equal([0, null]);
    } finally {
      child.kill('SIGKILL');
    }
  });

  it('says what is wrong with its arguments and with the options', async () => {
    const wrong: readonly (readonly [args: string[], err: RegExp])[] = [
      [[], /^<module> is missing/],
      [[path.join(folder, 'none.mjs')], /^module: cannot be loaded/],
      [[module, '--export', 'broken'], /^routes\['GET orders'\]: /],
      [[module, '--gateway', 'soap'], /^--gateway: /],
      [[module, '--port', 'x'], /^--port: /],
      [[module, '--header', 'x'], /^--header: The header line "x" has no colon/],
      [[module, '--out', path.join(folder, 'none/page.html')], /^--out: cannot be written: ENOENT/],
      [[module, '--api', 'a'], /^api: /],
    ];
    for (const [args, err] of wrong) {
      const result = await run(...args);
      expect(result.code, args.join(' ')).to.equal(2);
      expect(result.err, args.join(' ')).to.match(err);
    }
  });

  it('says that a port is in use', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const { code, err } = await run(module, '--port', String(port));
    server.close();
    expect([code, err]).to.deep.equal([2, `--port: ${port} is in use: choose another\n`]);
  });
});
