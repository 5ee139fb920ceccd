import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import module from 'node:module';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { type DevSession, type DevSettings, startDev } from '../../lib/cli/dev/session.ts';
import { main } from '../../lib/cli/main.ts';

const MAIN = path.join(import.meta.dirname, '../../lib/cli/main.ts');

/** Text that a command has written, and waiting for more. */
class Written {
  text = '';
  #waiting: { readonly wanted: RegExp; readonly found: () => void }[] = [];

  write = (text: string) => {
    this.text += text;
    for (const { wanted, found } of this.#waiting) if (wanted.test(this.text)) found();
  };

  async until(wanted: RegExp): Promise<void> {
    if (wanted.test(this.text)) return;
    await new Promise<void>((resolve, reject) => {
      const timer = globalThis.setTimeout(
        () => reject(new Error(`${wanted} is not in: ${this.text}`)),
        10_000,
      );
      const found = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#waiting.push({ wanted, found });
    });
  }
}

describe('npx middy-auth0-authorizer dev', function () {
  this.timeout(30_000);
  let folder: string;
  let out: Written;
  let err: Written;
  let session: DevSession | undefined;

  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dev-'));
    out = new Written();
    err = new Written();
    write('options.mjs', "export { options } from './rules.mjs';\n");
    fs.mkdirSync(path.join(folder, 'node_modules/once'), { recursive: true });
    write('node_modules/once/index.mjs', 'export const loads = [];\n');
    write('rules.mjs', rulesWith("'GET /orders': { scopes: ['read:orders'] }"));
  });
  afterEach(async () => {
    await session?.close();
    session = undefined;
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const write = (name: string, text: string) => fs.writeFileSync(path.join(folder, name), text);
  const rulesWith = (routes: string, more = '') =>
    `export const options = { routes: { ${routes} }, ${more} };\n`;

  async function start(settings: Partial<DevSettings> = {}): Promise<string> {
    const file = path.join(folder, 'options.mjs');
    session = await startDev({ file, gateway: 'rest-request', port: 0, cache: true, ...settings }, out, err);
    return session.url;
  }

  const tokenOf = (name: string) =>
    new RegExp(`^${name}='(?<token>[^']+)'$`, 'm').exec(out.text)?.groups?.['token'] ?? '';

  async function statusOf(route: string, name: string, headers = {}): Promise<number> {
    const authorization = `Bearer ${tokenOf(name)}`;
    return (await fetch(`${session?.url}${route}`, { headers: { authorization, ...headers } })).status;
  }

  it('serves the declared routes with the rules of the module, and prints tokens, requests and decisions', async () => {
    const url = await start();
    expect(out.text).to.include(
      `${url}  rest-request, cached for 300 s under method.request.header.Authorization\n`,
    );
    expect(out.text).to.include(`curl -i -H "Authorization: Bearer $EVERYTHING" "${url}/orders"\n`);
    expect(await statusOf('/orders?token=secret', 'EVERYTHING')).to.equal(200);
    expect(await statusOf('/orders', 'EVERYTHING')).to.equal(200);
    expect(await statusOf('/orders', 'NOTHING')).to.equal(403);
    expect(await statusOf('/orders', 'EXPIRED')).to.equal(401);
    expect(await statusOf('/users', 'EVERYTHING')).to.equal(403);
    expect((await fetch(`${url}/orders`)).status).to.equal(401);
    expect(out.text).to.include('  allow  GET /orders, auth0|everything\nGET /orders 200\n');
    expect(out.text).to.include('GET /orders 200  from the cache\n');
    expect(out.text).to.match(
      / {2}deny {3}insufficient_scope, GET \/orders, scopes, missing read:orders \(scope is absent\)\n {9}The token lacks/,
    );
    expect(out.text).to.include('  deny   token_expired, no declared route');
    expect(out.text).to.include('GET /users 403  no such route\n');
    expect(out.text).to.include('GET /orders 401  not authorized: an identity source is missing\n');
    expect(out.text).not.to.include('secret');
  });

  it('starts again at the same address when a file that the module imports changes, and the tokens stay valid', async () => {
    const url = await start();
    const before = tokenOf('EVERYTHING');
    write('rules.mjs', rulesWith("'GET /orders': { scopes: ['read:orders'] }, 'GET /users': {}"));
    await out.until(/changed[\s\S]*GET_USERS=[\s\S]*curl .*\/users"\n/);
    expect(session?.url).to.equal(url);
    expect(tokenOf('EVERYTHING')).to.equal(before);
    expect(await statusOf('/users', 'NOTHING')).to.equal(200);
    write('rules.mjs', rulesWith("'GET /prices': {}"));
    await out.until(/curl .*\/prices"\n/);
  });

  it('loads packages and built-in modules once', async () => {
    const text = (route: string) => `
      import 'node:fs';
      import { loads } from './node_modules/once/index.mjs';
      loads.push('GET ${route}');
      export const options = { routes: Object.fromEntries(loads.map((key) => [key, {}])) };`;
    write('rules.mjs', text('/first'));
    await start();
    write('rules.mjs', text('/second'));
    await out.until(/curl .*\/first"\n.*\/second"\n/);
  });

  it('stays as it was while the module cannot be used', async () => {
    await start();
    write('rules.mjs', rulesWith("'GET /orders': { scopes: [] }"));
    await err.until(/stays as it was/);
    expect(err.text).to.match(/^routes\['GET \/orders'\]\.scopes: must be/);
    expect(await statusOf('/orders', 'EVERYTHING')).to.equal(200);
    write('rules.mjs', 'export const options = {');
    await err.until(/module: cannot be loaded: [\s\S]*stays as it was/);
    write('unrelated.txt', 'not of the module');
    write('rules.mjs', rulesWith("'GET /users': {}"));
    await out.until(/curl .*\/users"\n/);
  });

  it('stays as it was while the claims of a caller make no token', async () => {
    await start();
    write(
      'options.mjs',
      "export const options = { routes: { 'GET /users': {} } };\nexport const personas = { big: { size: 1n } };\n",
    );
    await err.until(/BigInt\n.*stays as it was/);
    expect(await statusOf('/orders', 'EVERYTHING')).to.equal(200);
  });

  it('does not listen again when it is closed during a start', async () => {
    const url = await start();
    write('rules.mjs', rulesWith("'GET /users': {}"));
    await out.until(/changed/);
    await session?.close();
    expect(await fetch(url).then(String, () => 'refused')).to.equal('refused');
    await setTimeout(300);
    expect(await fetch(url).then(String, () => 'refused')).to.equal('refused');
  });

  it('gives each caller a variable of its own, which a shell accepts and which replaces none', async () => {
    write('rules.mjs', rulesWith("'GET /a/{b}': { scopes: ['x'] }, 'GET /a/b': { scopes: ['y'] }"));
    write(
      'options.mjs',
      "export { options } from './rules.mjs';\nexport const personas = { '1st': {}, 'ночь': {}, path: {}, nothing: {} };\n",
    );
    await start();
    const variables = [...out.text.matchAll(/^(?<name>[^='\n]*)='/gm)].map(({ groups }) => groups?.['name']);
    expect(variables).to.deep.equal([
      ...['EVERYTHING', 'NOTHING', 'EXPIRED', 'GET_A_B', 'GET_A_B_2'],
      ...['CALLER_1ST', 'CALLER_', 'CALLER_PATH', 'NOTHING_2'],
    ]);
  });

  it('says what is wrong with a module that cannot be used at first', async () => {
    const failure = (file: string) =>
      start({ file: path.join(folder, file) }).then(String, ({ message }) => message);
    expect(await failure('missing.mjs')).to.match(/^module: cannot be loaded: .*missing\.mjs/);
    write('empty.mjs', 'export const handler = () => {};\n');
    expect(await failure('empty.mjs')).to.match(/^module: exports no `options`/);
  });

  it('says that Node.js is too old where modules cannot be loaded anew', async () => {
    const { registerHooks } = module;
    Object.assign(module, { registerHooks: undefined });
    const failure = await start().then(String, ({ message }) => message);
    Object.assign(module, { registerHooks });
    expect(failure).to.match(/^Node\.js: .* is too old/);
  });

  it('runs one of several APIs, with tokens for its audience', async () => {
    write(
      'rules.mjs',
      `export const options = {
        domain: [{ domain: 'b.auth0.com', audience: ['b', 'y'] }, 'tenant.eu.auth0.com'],
        apis: {
          one: { audience: ['x', 'y'], routes: { 'GET /orders': { audience: ['y'] }, 'GET /all': {} } },
          two: { audience: 'b' },
        },
      };`,
    );
    await start({ api: 'one' });
    expect(await statusOf('/orders', 'EVERYTHING')).to.equal(200);
    expect(await statusOf('/orders', 'NOTHING')).to.equal(403);
    expect(await statusOf('/all', 'NOTHING')).to.equal(200);
    const failure = await start({ api: 'three' }).then(String, ({ message }) => message);
    expect(failure).to.equal("api: must be a key of `apis`: 'one', 'two'");
  });

  it('makes tokens for an audience that is bound to an issuer', async () => {
    write(
      'rules.mjs',
      "export const options = { issuer: [{ issuer: 'https://id.example.com/', audience: 'x' }], rules: { audience: ['x'] }, routes: { 'GET /orders': {} } };",
    );
    await start();
    expect(await statusOf('/orders', 'NOTHING')).to.equal(200);
  });

  it('takes its tokens without encryption where the options require it', async () => {
    const decryption = "decryption: { open: () => ({ code: 'unencrypted_token' }) }";
    write('rules.mjs', rulesWith("'GET /orders': {}", decryption));
    await start();
    expect(await statusOf('/orders', 'NOTHING')).to.equal(200);
  });

  for (const option of ['dpop', 'mtls']) {
    it(`takes its tokens without a binding where ${option} requires one`, async () => {
      const entry = new URL('../../lib/binding.ts', import.meta.url);
      const rules = rulesWith("'GET /orders': {}", `${option}: ${option}('required')`);
      write('rules.mjs', `import { ${option} } from '${entry}';\n${rules}`);
      await start();
      expect(await statusOf('/orders', 'NOTHING')).to.equal(200);
    });
  }

  it('takes the default export, and callers of your own', async () => {
    write(
      'options.mjs',
      "export { options as default } from './rules.mjs';\nexport const personas = { 'night shift': { scope: 'read:orders' }, odd: 1 };\n",
    );
    await start();
    expect(await statusOf('/orders', 'NIGHT_SHIFT')).to.equal(200);
    expect(await statusOf('/orders', 'ODD')).to.equal(403);
  });

  it('issues tokens for the domain, audience and algorithm of the options, with what the rules require', async () => {
    const routes = `
      'GET /a': { permissions: { all: ['a'], any: ['b', 'c'] } },
      'POST /a/{id}': { claims: { 'https://example.com/plan': ['gold', 'silver'], tier: 1, iat: () => true } },
      'ANY /open/{proxy+}': { token: 'optional', scopes: false },`;
    const more =
      "domain: ['a.example.com', 'b.example.com'], audience: 'urn:a', algorithms: ['ES256'], rules: { scopes: ['all'] }";
    write('rules.mjs', rulesWith(routes, more));
    const url = await start();
    const claimsOf = (name: string) =>
      JSON.parse(Buffer.from(tokenOf(name).split('.')[1] ?? '', 'base64url').toString());
    const header = JSON.parse(Buffer.from(tokenOf('NOTHING').split('.')[0] ?? '', 'base64url').toString());
    expect(header).to.include({ alg: 'ES256' });
    expect(claimsOf('NOTHING')).to.include({
      iss: 'https://a.example.com/',
      aud: 'urn:a',
      sub: 'auth0|nothing',
    });
    expect(claimsOf('GET_A')).to.deep.include({ scope: 'all', permissions: ['a', 'b', 'c'] });
    expect(claimsOf('POST_A_ID')).to.include({ 'https://example.com/plan': 'gold', tier: 1, scope: 'all' });
    expect(claimsOf('ANY_OPEN_PROXY')).not.to.have.property('scope');
    expect(out.text).to.include(`curl -i -X POST -H "Authorization: Bearer $EVERYTHING" "${url}/a/1"\n`);
    expect(out.text).to.include(`"${url}/open/1"\n`);
  });

  it('issues new tokens when the options expect other ones', async () => {
    await start();
    const before = tokenOf('EVERYTHING');
    out.text = '';
    write('rules.mjs', rulesWith("'GET /orders': { scopes: ['read:orders'] }", "audience: 'urn:new'"));
    await out.until(/curl /);
    expect(tokenOf('EVERYTHING')).not.to.equal(before);
    expect(await statusOf('/orders', 'EVERYTHING')).to.equal(200);
  });

  it('sends the token where the options look for it', async () => {
    const place = async (source: string) => {
      write('rules.mjs', rulesWith("'GET /orders': {}", `tokenSource: ${source}`));
      out.text = '';
      const url = await start({ cache: false });
      await session?.close();
      return /curl -i (?<line>.*)\n/.exec(out.text)?.groups?.['line']?.replace(url, '');
    };
    expect(await place("{ header: 'X-Token' }")).to.equal('-H "X-Token: Bearer $EVERYTHING" "/orders"');
    expect(await place("{ query: 'token' }")).to.equal('"/orders?token=$EVERYTHING"');
    expect(await place("{ cookie: 'session' }")).to.equal('-b "session=$EVERYTHING" "/orders"');
    expect(await place("{ query: 'token', cookie: 'session' }")).to.equal('"/orders?token=$EVERYTHING"');
    expect(await place("{ query: 'token', cookie: 'session', prefer: ['cookie', 'query'] }")).to.equal(
      '-b "session=$EVERYTHING" "/orders"',
    );
    expect(await place("{ scheme: 'optional' }")).to.equal(
      '-H "Authorization: Bearer $EVERYTHING" "/orders"',
    );
    expect(await place("{ subprotocol: 'v1' }")).to.equal(
      '-H "Sec-WebSocket-Protocol: v1, $EVERYTHING" "/orders"',
    );
  });

  it('runs each kind of gateway, with a cache or without', async () => {
    const rules = "rules: { scopes: ['read:orders'] }, httpApiResponse: 'simple'";
    write('rules.mjs', `export const options = { ${rules} };\n`);
    for (const gateway of ['rest-token', 'http-api-1.0', 'http-api-2.0'] as const) {
      for (const cache of [true, false]) {
        out.text = '';
        await start({ gateway, cache });
        expect(out.text).to.include(`${gateway}, ${cache ? 'cached for 300 s' : 'not cached'}`);
        expect(await statusOf('/', 'EVERYTHING'), gateway).to.equal(200);
        expect(await statusOf('/', 'NOTHING'), gateway).to.equal(403);
        await session?.close();
      }
    }
  });

  it('makes callers who meet rules over the login, its details, and claims that are absent or present', async () => {
    const rules = `'GET /orders': { claims: { suspended: { absent: true }, org_id: { present: true } },
        authorizationDetails: { types: ['payment'] }, authentication: { maxAge: 300, acr: ['gold'], amr: ['mfa'] } },
      'GET /users': { claims: { org_id: ['org_1'] }, authorizationDetails: { types: ['account'] },
        authentication: { maxAge: 60, amr: ['pwd'], claims: { authTime: 'urn:time' } } },
      'GET /own': { authentication: { acr: ['x'], amr: ['y'], claims: { acr: 'urn:acr', amr: 'urn:amr' } } }`;
    write('rules.mjs', rulesWith(rules));
    await start();
    for (const path of ['/orders', '/users', '/own']) {
      expect(await statusOf(path, 'EVERYTHING'), path).to.equal(200);
      expect(await statusOf(path, 'NOTHING'), path).to.be.oneOf([401, 403]);
      expect(await statusOf(path, `GET_${path.slice(1).toUpperCase()}`), path).to.equal(200);
    }
  });

  it('is cached no longer than a rule permits logins to be old', async () => {
    write('rules.mjs', 'export const options = { rules: { authentication: { maxAge: 45 } } };\n');
    await start({ gateway: 'http-api-2.0' });
    expect(out.text).to.include('http-api-2.0, cached for 45 s under');
  });

  it('prints requests to a WebSocket API and to AppSync that a shell can run', async () => {
    const rules = "rules: { scopes: ['read:orders'] }, tokenSource: { query: 'token' }";
    const answerOf = async (gateway: DevSettings['gateway'], more = '') => {
      write('rules.mjs', `export const options = { ${rules}, ${more} };\n`);
      out.text = '';
      await start({ gateway });
      const script = out.text.split('\n').filter((line) => /^[A-Z]+='|^curl/.test(line));
      const { stdout } = await promisify(execFile)('sh', [
        '-c',
        script.join('\n').replace('curl', 'curl -s'),
      ]);
      await session?.close();
      return stdout.split('\r\n')[0];
    };
    expect(await answerOf('websocket')).to.equal('HTTP/1.1 101 Switching Protocols');
    expect(out.text).to.include('websocket, not cached\n');
    const subprotocol = "tokenSource: { subprotocol: 'v1' }";
    expect(await answerOf('websocket', subprotocol)).to.equal('HTTP/1.1 101 Switching Protocols');
    expect(out.text).to.include('"Sec-WebSocket-Protocol: v1, $EVERYTHING"');
    expect(await answerOf('appsync-graphql')).to.equal('HTTP/1.1 200 OK');
    expect(out.text).to.include('appsync-graphql, not cached\n');
    expect(await answerOf('appsync-events', 'ttlOverride: 60')).to.equal('HTTP/1.1 200 OK');
    expect(out.text).to.include('appsync-events, cached for 60 s under the token\n');
  });

  it('prints requests with any method and path that a shell can run', async () => {
    write('rules.mjs', rulesWith("'HEAD /orders': {}, 'GET /$metadata': {}"));
    const url = await start();
    expect(out.text).to.include(`curl -I -H "Authorization: Bearer $EVERYTHING" "${url}/orders"\n`);
    expect(out.text).to.include(`"${url}/\\$metadata"\n`);
  });

  it('takes the address of the client from a header, and prints the notices and faults of the authorizer', async () => {
    const calls = "onDecision: () => { throw new Error('in the hook'); }";
    write(
      'rules.mjs',
      rulesWith(
        "'GET /orders': { ip: { allow: ['198.51.100.0/24'] } }, 'GET /fail': { custom: { broken: () => { throw new Error('in a rule'); } } }",
        calls,
      ),
    );
    await start();
    expect(await statusOf('/orders', 'NOTHING')).to.equal(403);
    expect(await statusOf('/orders', 'EVERYTHING', { 'x-dev-from': '198.51.100.7' })).to.equal(200);
    expect(await statusOf('/fail', 'EVERYTHING')).to.equal(500);
    expect(out.text).to.include('in the hook');
    expect(out.text).to.match(/ {2}fault {2}rule_error: .*\n[\s\S]*Error: in a rule\n/);
    expect(out.text).to.match(/GET \/fail 500 {2}rule_error/);
  });

  it('prints the reason of a promise that the hook of the module rejects', async () => {
    const hook = "onDecision: async () => { throw new Error('in an async hook'); }";
    write('rules.mjs', rulesWith("'GET /orders': {}", hook));
    await start();
    expect(await statusOf('/orders', 'EVERYTHING')).to.equal(200);
    await out.until(/authorizer onDecision failed: .*in an async hook/);
  });

  describe('as a command', () => {
    const run = (...args: string[]) => main(['dev', ...args], out, err);
    const file = () => path.join(folder, 'options.mjs');

    it('serves until it gets a signal to end', async () => {
      const child = spawn(process.execPath, [
        '--no-warnings',
        MAIN,
        'dev',
        file(),
        '--port',
        '0',
        '--gateway',
        'http-api-2.0',
      ]);
      child.stdout.setEncoding('utf8').on('data', out.write);
      child.stderr.setEncoding('utf8').on('data', err.write);
      await out.until(/curl .*\n/);
      const [url = ''] = /http:\/\/\S+/.exec(out.text) ?? [];
      const headers = { authorization: `Bearer ${tokenOf('EVERYTHING')}` };
      expect((await fetch(`${url}/orders`, { headers })).status).to.equal(200);
      child.kill('SIGTERM');
      expect(await once(child, 'exit')).to.deep.equal([0, null]);
      expect(err.text).to.equal('');
    });

    it('prints its usage for arguments that make no sense', async () => {
      for (const args of [[], [file(), 'another'], [file(), '--verbose'], [file(), '--json']]) {
        err.text = '';
        expect(await run(...args)).to.equal(2);
        expect(err.text).to.match(/^.+\n\nUsage: middy-auth0-authorizer dev <module>/);
      }
      err.text = '';
      expect(await run(file(), '--gateway', 'alb')).to.equal(2);
      expect(err.text).to.match(/^--gateway: must be 'rest-token' or /);
      err.text = '';
      expect(await run(file(), '--port', 'http')).to.equal(2);
      expect(err.text).to.match(/^--port: must be a whole number/);
      expect(await run('--help')).to.equal(0);
      expect(out.text).to.include('--no-cache');
    });

    it('says which port is in use, and passes on what the module does wrong', async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as { port: number };
      expect(await run(file(), '--port', String(port))).to.equal(2);
      expect(err.text).to.equal(`--port: ${port} is in use: choose another\n`);
      server.close();
      err.text = '';
      expect(await run(path.join(folder, 'missing.mjs'))).to.equal(2);
      expect(err.text).to.match(/^module: cannot be loaded/);
    });
  });
});
