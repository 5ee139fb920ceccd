import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import middy from '@middy/core';
import { expect } from 'chai';
import { localApi } from '../../lib/cli/dev/local-api.ts';
import { main } from '../../lib/cli/main.ts';
import { type AuthorizerOptions, auth0Authorizer } from '../../lib/index.ts';
import type { LambdaFunction } from '../../lib/local-gateway/local-gateway.ts';
import { createTestIssuer } from '../../lib/testing.ts';
import { type FaultyGateway, startFaultyGateway } from '../support/faulty-gateway.ts';

const MAIN = path.join(import.meta.dirname, '../../lib/cli/main.ts');

const issuer = createTestIssuer({ algorithm: 'ES256' });
const { domain, audience, algorithms } = issuer.options;
const OPTIONS: AuthorizerOptions = {
  domain,
  audience,
  algorithms,
  routes: { 'GET /me/{id}': {}, 'GET /admin/{proxy+}': { permissions: ['admin'] } },
};
const GOOD = issuer.token({ permissions: ['admin'] });
const THIN = issuer.token({ sub: 'auth0|thin' });

describe('the command prove', () => {
  let folder: string;
  let stage: FaultyGateway;
  let out: string;
  let err: string;

  before(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'prove-'));
    const authorizer = middy().use(auth0Authorizer({ ...OPTIONS, ...issuer.options, logger: false }));
    const { viewer: _, ...api } = localApi(OPTIONS, 'rest-request', true);
    stage = await startFaultyGateway({ ...api, authorizer: authorizer as LambdaFunction });
    writeModule('options.mjs', OPTIONS);
    writeModule('none.mjs', { domain, audience, algorithms });
    writeModule('other.mjs', {
      ...OPTIONS,
      routes: { 'GET /me/{id}': { scopes: ['x'] }, 'GET /gone': {} },
    });
  });
  beforeEach(() => {
    out = '';
    err = '';
    process.env['MIDDY_AUTH0_TOKEN_GOOD'] = ` ${GOOD}\n`;
  });
  afterEach(() => {
    delete process.env['MIDDY_AUTH0_TOKEN_GOOD'];
  });
  after(async () => {
    await stage.close();
    fs.rmSync(folder, { recursive: true });
  });

  const writeModule = (name: string, options: AuthorizerOptions) =>
    fs.writeFileSync(path.join(folder, name), `export const options = ${JSON.stringify(options)};`);
  const module = (name: string) => path.join(folder, name);
  const run = (...args: string[]) =>
    main(['prove', ...args], { write: (text) => (out += text) }, { write: (text) => (err += text) });
  const prove = (...args: string[]) =>
    run(stage.url, module('options.mjs'), '--gateway', 'rest-request', '--rate', '100', ...args);

  it('prints the plan and sends nothing', async () => {
    const sent = stage.requests.length;
    expect(await prove('--plan', '--param', 'id=7', '--param', 'proxy=a/b')).to.equal(0);
    expect(out)
      .to.include('GET /me/7  (good, route)\n')
      .and.include('GET /admin/a/b  (none, route again)\n')
      .and.match(/\n\d+ requests, 1 s at least\. None was sent\.\n$/);
    out = '';
    expect(await prove('--plan', '--max-requests', '3')).to.equal(0);
    expect(out).to.match(/\n3 requests, \d+ left out by --max-requests, 1 s at least/);
    out = '';
    expect(await prove('--plan', '--json', '--max-requests', '1')).to.equal(0);
    expect(JSON.parse(out).requests).to.deep.equal([
      { purpose: 'route', caller: 'good', method: 'GET', path: '/me/prove', route: 'GET /me/{id}' },
    ]);
    expect(stage.requests).to.have.length(sent);
  });

  it('prints no difference for the stage of these options, and writes the report', async () => {
    const reports = path.join(folder, 'reports');
    expect(await prove('--max-requests', '12', '--out', reports)).to.equal(0);
    expect(out)
      .to.match(/Is routing case-sensitive\?\n {2}\S/)
      .and.include('12 requests sent, ');
    const [json = '', markdown = ''] = fs.readdirSync(reports).sort();
    expect(json).to.match(/^proof-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ\.json$/);
    const report = JSON.parse(fs.readFileSync(path.join(reports, json), 'utf8'));
    expect(report).to.include({ stage: stage.url, gateway: 'rest-request' });
    expect(report.answers[0]).to.include({
      request: 'GET /me/prove',
      answered: 'allowed',
      certainty: 'sure',
    });
    const page = fs.readFileSync(path.join(reports, markdown), 'utf8');
    expect(page).to.include('left out by the limit');
    expect(`${page}${JSON.stringify(report)}${out}`).not.to.match(/eyJ/);
  });

  it('prints differences and exits with 1; --json prints the report', async () => {
    const args = ['--gateway', 'rest-request', '--rate', '100', '--max-requests', '2'];
    expect(await run(stage.url, module('other.mjs'), ...args)).to.equal(1);
    expect(out).to.include(
      'opens  GET /me/prove (good)\n  answered allowed, expected denied 403 (insufficient_scope), cached\n',
    );
    out = '';
    expect(await run(stage.url, module('other.mjs'), ...args, '--json')).to.equal(1);
    expect(JSON.parse(out).differences[0]).to.include({
      kind: 'opens',
      request: 'GET /me/prove',
      caller: 'good',
    });
  });

  it('sends the whole plan if the limit allows it', async () => {
    expect(await run(stage.url, module('other.mjs'), '--gateway', 'rest-request', '--rate', '100')).to.equal(
      1,
    );
    expect(out)
      .to.include('missing  GET /gone (good)\n')
      .and.match(/\n\d+ requests sent\n/);
    out = '';
    expect(await run(stage.url, module('none.mjs'), '--gateway', 'rest-request', '--plan')).to.equal(0);
    expect(out).to.include('GET /  (good, route)\n');
  });

  it('exits with 1 if no answer is clear', async () => {
    const args = ['--gateway', 'rest-request', '--rate', '100', '--max-requests', '2'];
    expect(await run('http://127.0.0.1:1', module('options.mjs'), ...args)).to.equal(1);
    expect(out).to.include('2 unclear: no answer (ECONNREFUSED)').and.include('0 differences');
  });

  it('takes tokens from a command', async () => {
    delete process.env['MIDDY_AUTH0_TOKEN_GOOD'];
    const script = path.join(folder, 'token.mjs');
    fs.writeFileSync(
      script,
      `import fs from 'node:fs';
if (process.argv[2] === 'thin') console.log(fs.readFileSync(${JSON.stringify(path.join(folder, 'thin.txt'))}, 'utf8'));`,
    );
    fs.writeFileSync(path.join(folder, 'thin.txt'), THIN);
    const command = `${JSON.stringify(process.execPath)} ${JSON.stringify(script)}`;
    expect(await prove('--plan', '--token-command', command)).to.equal(0);
    expect(out).to.include('(thin, route)').and.not.include('(good, route)');
    const failing = `${JSON.stringify(process.execPath)} -e "console.error(1);process.exit(1)"`;
    expect(await prove('--plan', '--token-command', failing)).to.equal(1);
    expect(err).to.equal('--token-command failed for the caller good: run it by hand to see why\n');
  });

  it('refuses arguments that make no sense, and says why', async () => {
    const errorOf = async (...args: string[]) => {
      err = '';
      expect(await run(...args)).to.equal(2);
      return err.split('\n')[0];
    };
    const file = module('options.mjs');
    expect(await errorOf('https://example.com')).to.equal('<module> is missing');
    expect(await errorOf('https://example.com', file)).to.equal('--gateway <kind> is missing');
    const more = async (...args: string[]) => errorOf(stage.url, file, '--gateway', 'rest-request', ...args);
    expect(await errorOf(stage.url, file, '--gateway', 'websocket')).to.match(/^--gateway: /);
    expect(await more('--rate', 'fast')).to.match(/^--rate: /);
    expect(await more('--ttl', '3601')).to.match(/^--ttl: /);
    expect(await more('--methods', 'GETT')).to.match(/^--methods: /);
    expect(await more('--ip', '1.2.3')).to.equal('--ip: is not an IP address');
    expect(await more('--identity-source', 'Authorization')).to.equal(
      "--identity-source: 'Authorization' is not an identity source of a rest-request authorizer",
    );
    expect(await more('--param', 'id')).to.equal("--param: 'id' is not name=value");
    expect(await more('--param', 'id=a b')).to.match(/^--param: the value of id must be/);
    expect(await more('--param', 'id=7', '--param', 'ID=7')).to.equal(
      "--param: 'ID' is no path parameter of the declared routes: they have id, proxy",
    );
    expect(
      await errorOf(stage.url, module('none.mjs'), '--gateway', 'rest-request', '--param', 'id=7'),
    ).to.match(/: they have none$/);
    expect(await errorOf('example.com', file, '--gateway', 'rest-request')).to.match(
      /^url: is not an address/,
    );
    expect(await errorOf('http://example.com', file, '--gateway', 'rest-request')).to.match(
      /^url: must begin/,
    );
    expect(await errorOf('https://example.com/?a', file, '--gateway', 'rest-request')).to.match(
      /^url: must have no/,
    );
    expect(await errorOf('https://example.com', THIN, '--gateway', 'rest-request')).to.match(
      /contains a token/,
    );
  });

  it('runs as a process', async () => {
    const args = [
      'prove',
      stage.url,
      module('options.mjs'),
      '--gateway',
      'rest-request',
      '--max-requests',
      '1',
    ];
    const { stdout } = await promisify(execFile)(process.execPath, [MAIN, ...args]);
    expect(stdout)
      .to.include('1 requests sent')
      .and.match(/0 differences\n$/);
  });
});
