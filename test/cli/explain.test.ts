import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { main } from '../../lib/cli/main.ts';
import type { Explanation } from '../../lib/explaining/explanation.ts';
import { gatewayKinds } from '../../lib/gateways/index.ts';
import { eventFor } from '../../lib/testing.ts';
import { type Issuer, startIssuer, testKey } from '../support/issuer.ts';

const MAIN = path.join(import.meta.dirname, '../../lib/cli/main.ts');

/** Claims with values that no output may contain unless they are asked for. */
const CLAIMS = {
  sub: 'auth0|secret-subject',
  azp: 'secret-client',
  org_id: 'org_secret',
  scope: 'read:orders secret-scope',
  'https://example.com/plan': 'secret-plan',
};

describe('npx middy-auth0-authorizer explain', function () {
  this.timeout(30_000);
  let folder: string;
  let issuer: Issuer;
  let out: string;
  let err: string;

  before(async () => {
    issuer = await startIssuer();
  });
  after(() => issuer.close());
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'explain-'));
    out = '';
    err = '';
    module(`routes: ${ROUTES}, undeclared: 'absent'`);
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  const ROUTES = `{
    'GET /orders': { scopes: ['read:orders'] },
    'POST /orders': { scopes: ['write:orders'] },
    'GET /orders/{id}': { scopes: ['read:orders'] },
  }`;

  /** Options that add no rule. */
  const ANY_GOOD_TOKEN = 'handlerDecides: false';

  function write(name: string, content: unknown): string {
    const file = path.join(folder, name);
    fs.writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  }
  /** Node.js keeps a module by its name. */
  let current = '';
  let modules = 0;
  function module(options: string): void {
    modules += 1;
    const trust = `issuer: '${issuer.url}', audience: 'https://api.example.com/'`;
    current = write(`options-${modules}.mjs`, `export const options = { ${trust}, ${options} };`);
  }
  const options = () => current;

  async function run(args: readonly string[], input = ''): Promise<number> {
    out = '';
    err = '';
    async function* stdin() {
      yield input;
    }
    const streams = [
      { write: (text: string) => (out += text) },
      { write: (text: string) => (err += text) },
    ] as const;
    return main(['explain', ...args], ...streams, stdin());
  }
  async function explained(args: readonly string[], input = ''): Promise<Explanation> {
    await run([options(), ...args, '--json'], input);
    expect(err).to.equal('');
    return JSON.parse(out) as Explanation;
  }
  const claimsFile = (claims: object = CLAIMS) => write('claims.json', { iss: issuer.url, ...claims });

  describe('a token', () => {
    it('is verified with the key of its issuer, from a file or standard input', async () => {
      const token = await issuer.token();
      const file = write('token.txt', `Bearer ${token}\n`);
      for (const [source, input] of [
        [file, ''],
        ['-', token],
      ] as const) {
        expect(await run([options(), '--path', '/orders', '--token', source], input)).to.equal(0);
        expect(out)
          .to.match(/^allow\n/)
          .and.match(
            /^Token {5}verified, issuer http:\/\/127\.0\.0\.1:\d+\/, key rs256-key-0 \((?:fetched|fresh)\)$/m,
          );
        expect(out + err).to.not.include('eyJ');
      }
    });

    it('is marked as not verified when its key cannot be fetched, or with --offline', async () => {
      const token = await issuer.token({ scope: 'write:orders' });
      const before = issuer.requests;
      expect(await run([options(), '--path', '/orders', '--token', '-', '--offline'], token)).to.equal(1);
      expect(out).to.include('NOT VERIFIED: the signature was not checked').and.include('insufficient_scope');
      expect(issuer.requests).to.equal(before);
      issuer.respondWith((_, response) => response.writeHead(500).end());
      const explanation = await explained(['--path', '/orders', '--token', '-'], token);
      issuer.respondWith(null);
      expect(explanation.decision).to.include({ outcome: 'fault', code: 'keys_unavailable' });
      expect(explanation.token).to.include({ verified: 'refused' });
    });

    it('is judged offline by all but its signature', async () => {
      const codeOf = async (token: string) => {
        const explanation = await explained(['--path', '/orders', '--token', '-', '--offline'], token);
        return explanation.decision.outcome === 'deny'
          ? explanation.decision.code
          : explanation.decision.outcome;
      };
      expect(await codeOf(await issuer.token())).to.equal('allow');
      expect(await codeOf(await issuer.token({ exp: 1000 }))).to.equal('token_expired');
      expect(await codeOf(await issuer.token({ iss: 'https://other.example/' }))).to.equal('unknown_issuer');
      expect(await codeOf(await issuer.token({ aud: 'https://other.example/' }))).to.equal('wrong_audience');
      expect(await codeOf(await issuer.token({}, { header: { kid: undefined } }))).to.equal('missing_kid');
      expect(await codeOf(await issuer.token({}, { header: { alg: 'HS256' } }))).to.equal(
        'algorithm_not_allowed',
      );
      expect(await codeOf('nonsense')).to.equal('opaque_token');
      expect(await codeOf('bm8.bm8.bm8')).to.equal('malformed_token');
    });

    it('that is encrypted is refused with --offline', async () => {
      const header = Buffer.from('{"alg":"RSA-OAEP-256","enc":"A256GCM","kid":"k"}').toString('base64url');
      const args = [options(), '--path', '/orders', '--token', '-', '--offline'];
      expect(await run(args, `${header}.a.b.c.d`)).to.equal(2);
      expect(err).to.match(/^--token: is encrypted/);
    });

    it('that is empty is refused', async () => {
      expect(await run([options(), '--path', '/orders', '--token', '-'], ' \n')).to.equal(2);
      expect(err).to.equal('--token: is empty\n');
    });

    it('is absent without --token', async () => {
      const explanation = await explained(['--path', '/orders']);
      expect(explanation.decision).to.include({ code: 'missing_token', status: 401 });
      expect(explanation.token).to.equal(null);
      await run([options(), '--path', '/orders']);
      expect(out).to.include('no token').and.include('the authorizer is not invoked');
    });
  });

  describe('claims', () => {
    it('take the place of a token, with the values that every token has filled in', async () => {
      const explanation = await explained(['--path', '/orders', '--claims', '-'], '{"scope":"read:orders"}');
      expect(explanation.decision.outcome).to.equal('allow');
      expect(explanation.token?.verified).to.equal('resigned');
      expect(explanation.token?.claims).to.have.members(['iss', 'aud', 'sub', 'azp', 'iat', 'exp', 'scope']);
    });

    it('must be a JSON object', async () => {
      for (const text of ['[]', '"a"', 'null']) {
        expect(await run([options(), '--path', '/orders', '--claims', '-'], text)).to.equal(2);
        expect(err).to.equal('--claims: is not a JSON object\n');
      }
      expect(await run([options(), '--path', '/orders', '--claims', '-'], '{')).to.equal(2);
      expect(err).to.equal('--claims: standard input is not JSON\n');
    });

    it('are printed only with `--show`', async () => {
      const args = ['--path', '/orders', '--claims', claimsFile()];
      for (const form of [[], ['--json'], ['--policy']]) {
        await run([options(), ...args, ...form]);
        expect(out).to.not.include('secret');
      }
      await run([options(), ...args, '--show', 'sub,org_id', '--show', 'absent']);
      expect(out)
        .to.match(/^ +sub: "auth0\|secret-subject"$/m)
        .and.match(/^ +org_id: "org_secret"$/m);
      expect(out).to.not.include('secret-client').and.not.include('secret-plan');
      const all = await explained([...args, '--show', 'all']);
      expect(all.token?.shown).to.include(CLAIMS);
      expect(all.log).to.include({ principalId: CLAIMS.sub, organization: 'org_secret' });
    });
  });

  describe('a request', () => {
    const run403 = async (args: readonly string[], options = '') => {
      if (options !== '') module(options);
      return explained([...args, '--claims', claimsFile()]);
    };

    it('is one of every gateway', async () => {
      for (const gateway of gatewayKinds()) {
        const { request, decision, client, token } = await run403(
          ['--path', '/orders', '--gateway', gateway],
          ANY_GOOD_TOKEN,
        );
        expect(request?.gateway).to.equal(gateway);
        expect(decision.outcome, gateway).to.equal('allow');
        expect(client).to.include({ from: 'backend', status: null });
        expect(token?.claims).to.include('scope');
      }
      const denied = async (gateway: string) => {
        const { client } = await run403(
          ['--path', '/orders', '--gateway', gateway],
          "rules: { scopes: ['none'] }",
        );
        return [client.status, client.body];
      };
      expect(await denied('rest-request')).to.deep.equal([
        403,
        '{"Message":"User is not authorized to access this resource with an explicit deny"}',
      ]);
      expect(await denied('http-api-2.0')).to.deep.equal([403, '{"message":"Forbidden"}']);
      expect((await denied('appsync-graphql'))[0]).to.equal(401);
    });

    it('needs a path on gateways that have paths', async () => {
      expect(await run([options()])).to.equal(2);
      expect(err).to.match(/^which request\? --path is missing/);
      module(ANY_GOOD_TOKEN);
      expect(await run([options(), '--gateway', 'websocket', '--claims', claimsFile()])).to.equal(0);
      expect(await run([options(), '--path', '/', '--gateway', 'alb'])).to.equal(2);
      expect(err).to.match(/^--gateway: must be /);
    });

    it('has a method, headers, a query, and a stage', async () => {
      const { request } = await run403([
        ...['--method', 'post', '--path', '/orders?a=1&a=2', '--stage', 'test', '--api', 'a1'],
        ...['--header', 'X-One: 1', '--header', 'X-One: 2', '--header', 'x-two:3'],
      ]);
      expect(request).to.include({ method: 'POST', path: '/orders', api: 'a1/test' });
      expect(request?.headers).to.include.members(['x-one', 'x-two']);
      for (const [flag, value, advice] of [
        ['--path', 'orders', 'must be a path'],
        ['--method', 'G T', 'must be an HTTP method'],
        ['--ip', '1.2.3', 'must be an IP address'],
        ['--stage', 'a b', 'must be the name of a stage'],
      ] as const) {
        expect(await run([options(), '--path', '/', flag, value])).to.equal(2);
        expect(err).to.match(new RegExp(`^${flag}: ${advice}`));
      }
      expect(await run([options(), '--path', '/', '--header', 'nonsense'])).to.equal(2);
      expect(err).to.match(/^--header must be `Name: value`/);
    });

    it('comes from an address and a country, as the rules of the options read them', async () => {
      const secret = 'a-secret-of-sixteen';
      const sources = [
        "ip: { allow: ['203.0.113.9'] }, country: { allow: ['DE'], source: 'cloudfront' }",
        `ip: { allow: ['203.0.113.9'], source: 'cloudfront-viewer-address' },
         country: { allow: ['DE'], source: { header: 'x-country', proof: { header: 'x-proof', secret: '${secret}' } } }`,
        `ip: { allow: ['203.0.113.9'], source: { header: 'x-forwarded-for', trustedHops: 3 } }`,
        `ip: { allow: ['203.0.113.9'], source: { header: 'cloudfront-viewer-address',
          proof: { header: 'x-proof', secret: ['${secret}', 'another-secret-16'] } } }`,
      ];
      for (const rules of sources) {
        const at = (ip: string) =>
          run403(['--path', '/', '--ip', ip, '--country', 'DE'], `rules: { ${rules} }`);
        expect((await at('203.0.113.9')).decision.outcome, rules).to.equal('allow');
        expect(out).to.not.include(secret);
        expect((await at('203.0.113.8')).decision, rules).to.include({ code: 'ip_not_allowed' });
      }
      const lookup = "rules: { country: { allow: ['DE'], source: () => 'DE' } }";
      module(lookup);
      expect(await run([options(), '--path', '/', '--country', 'DE'])).to.equal(2);
      expect(err).to.match(/^--country: has no effect: a function of the options/);
    });

    it('has no address and no country where the gateway sends none', async () => {
      for (const option of [
        ['--ip', '203.0.113.9'],
        ['--country', 'DE'],
      ]) {
        expect(await run([options(), '--path', '/', '--gateway', 'rest-token', ...option])).to.equal(2);
        expect(err).to.match(new RegExp(`^${option[0]}: has no effect: events of rest-token`));
      }
    });

    it('carries its token where the options look for it', async () => {
      const sources = [
        "{ query: 'token' }",
        "{ cookie: 'session' }",
        "{ header: 'X-Token' }",
        "{ header: 'X-Token', scheme: 'required' }",
        "{ header: 'Authorization' }",
      ];
      for (const source of sources) {
        const { decision } = await run403(['--path', '/orders?x=1'], `tokenSource: ${source}`);
        expect(decision.outcome, source).to.equal('allow');
      }
      const subprotocol = await run403(['--gateway', 'websocket'], "tokenSource: { subprotocol: 'jwt' }");
      expect(subprotocol.decision.outcome).to.equal('allow');
    });

    it('is one of one of several APIs', async () => {
      const apis =
        "apis: { a1: { routes: { 'GET /a': { scopes: ['none'] } }, rules: { custom: { no: () => false } } } }, rules: { clients: ['secret-client'] }";
      const { rules, decision } = await run403(['--path', '/a', '--api', 'a1'], apis);
      expect(decision).to.include({ code: 'insufficient_scope' });
      expect(rules.map(({ option }) => option)).to.deep.equal([
        null,
        'rules.clients',
        "apis['a1'].routes['GET /a'].scopes",
        "apis['a1'].rules.custom['no']",
      ]);
      const unknown = await run403(['--path', '/a', '--api', 'a2'], apis);
      expect(unknown).to.deep.include({ route: null, cache: null, policy: null });
      expect(unknown.decision).to.include({ code: 'unknown_api', detail: 'a2/prod' });
      await run([options(), '--path', '/a', '--api', 'a2', '--claims', claimsFile()]);
      expect(out).to.include('unknown_api');
    });
  });

  describe('an event', () => {
    const event = (kind: (typeof GATEWAYS)[number], token?: string) =>
      write('event.json', eventFor(kind, { path: '/orders', token }));
    const GATEWAYS = ['rest-token', 'rest-request', 'http-api-1.0', 'http-api-2.0'] as const;

    it('is explained with the token in it, or with another', async () => {
      for (const gateway of GATEWAYS) {
        const own = event(gateway, await issuer.token());
        expect((await explained(['--event', own])).decision.outcome, gateway).to.equal('allow');
        expect(out).to.not.include('eyJ');
        const offline = await explained(['--event', own, '--offline']);
        expect([offline.decision.outcome, offline.token?.verified]).to.deep.equal(['allow', 'resigned']);
        const other = await explained(
          ['--event', own, '--token', '-'],
          await issuer.token({ scope: 'none' }),
        );
        expect(other.decision).to.include({ code: 'insufficient_scope' });
        const added = await explained(['--event', event(gateway), '--claims', claimsFile()]);
        expect(added.decision.outcome, gateway).to.equal('allow');
        const none = await explained(['--event', event(gateway), '--offline']);
        expect(none.decision).to.include({ code: 'missing_token' });
      }
    });

    it('names the route of the gateway', async () => {
      const file = write(
        'event.json',
        eventFor('rest-request', { path: '/base/orders', resource: '/orders', token: await issuer.token() }),
      );
      const { route } = await explained(['--event', file]);
      expect(route).to.deep.include({ found: 'routes', keys: ['GET /orders'] });
      expect(route?.why).to.match(/base path mapping/);
    });

    it('that is none of an authorizer is a fault', async () => {
      expect(await run([options(), '--event', '-'], '{"Records":[]}')).to.equal(1);
      expect(out)
        .to.match(/^fault unknown_event: /)
        .and.include('cannot be read')
        .and.include('500');
      expect(await run([options(), '--event', '-', '--claims', claimsFile()], '{"Records":[]}')).to.equal(1);
      expect(await run([options(), '--event', '-'], 'text')).to.equal(2);
      expect(err).to.equal('--event: standard input is not JSON\n');
    });
  });

  it('explains faults of rules, rules that only report, and rules that were not reached', async () => {
    module(`rules: { custom: {
      first: { check: () => false, reportOnly: true },
      second: () => { throw new Error('down'); },
      third: () => true,
    } }`);
    expect(await run([options(), '--path', '/', '--claims', claimsFile()])).to.equal(1);
    expect(out)
      .to.match(/^fault rule_error: the function of rule custom\.second threw: down, rule custom\.second\n/)
      .and.match(
        /refused +custom\.first +rules\.custom\['first'\] {2}\(custom_rule: returned false; reports only\)/,
      )
      .and.match(/fault +custom\.second/)
      .and.match(/not reached custom\.third/);
  });

  it('prints what a cached answer does, differences first', async () => {
    const routes = Array.from({ length: 30 }, (_, index) => `'GET /r${index}': { scopes: ['read:orders'] }`);
    module(`routes: { ${routes.join()}, 'GET /x': { custom: { hours: () => true } } }`);
    expect(await run([options(), '--path', '/x', '--claims', claimsFile()])).to.equal(0);
    expect(out)
      .to.include('must not be cached: A custom rule')
      .and.match(/deny {2}GET \/r0 {2}\(a fresh decision is allow\)/)
      .and.include('and 11 more (--json has all)');
  });

  it('prints the policy document only with --policy', async () => {
    const args = [options(), '--path', '/orders', '--claims', claimsFile()];
    await run(args);
    expect(out).to.not.include('arn:aws');
    await run([...args, '--policy']);
    expect(out).to.include('"Statement"').and.include('arn:aws:execute-api');
  });

  it('prints no character of a path or a header that a terminal obeys', async () => {
    await run([options(), '--path', '/a\u001b[31m\u202e', '--header', 'x: \u009b', '--claims', claimsFile()]);
    expect(out)
      .to.include('/a\\u001b[31m\\u202e')
      .and.not.match(/(?!\n)\p{C}/u);
  });

  it('prints what is unusual about a request', async () => {
    const run403 = (...args: string[]) => run([options(), '--path', '/a%20b', ...args]);
    await run403('--header', 'Authorization: Basic YTpi');
    expect(out).to.include('no usable token: unsupported_scheme');
    await run403('--gateway', 'http-api-2.0', '--claims', claimsFile());
    expect(out).to.include('the event writes the path as /a b too');
    await run403('--gateway', 'rest-token', '--claims', claimsFile({ exp: 1000 }));
    expect(out)
      .to.include('(rest-token, a1b2c3d4e5/prod)')
      .and.match(/; expired \d+ s ago/);
    const token = await issuer.token({}, { header: { kid: 'another' } });
    await run([options(), '--path', '/orders', '--token', '-'], token);
    expect(out)
      .to.match(/NOT VERIFIED: refused before it was proven, issuer http\S+\n/)
      .and.include('unknown_key');
    module('rules: { authentication: { maxAge: 60 } }');
    await run([
      options(),
      '--path',
      '/',
      '--claims',
      claimsFile({ auth_time: Math.floor(Date.now() / 1000) }),
    ]);
    expect(out).to.match(/may be cached under .*, for at most 60 s/);
    await run([
      options(),
      '--gateway',
      'appsync-graphql',
      '--claims',
      claimsFile({ auth_time: Math.floor(Date.now() / 1000) }),
    ]);
    expect(out)
      .to.match(/may be cached under the token|must not be cached/)
      .and.include('no method and path');
    const event = eventFor('appsync-graphql', { token: await issuer.token() }) as { requestContext: object };
    const nameless = { ...event, requestContext: { ...event.requestContext, apiId: '' } };
    await run([options(), '--event', '-'], JSON.stringify(nameless));
    expect(out).to.include('no method and path  (appsync-graphql)');
    module(`routes: ${ROUTES}`);
    await run([options(), '--gateway', 'websocket', '--claims', claimsFile()]);
    expect(out).to.match(/^Policy +this gateway has none of the declared routes; \d+ bytes$/m);
    await run(['--log', '-'], '{"decision":"deny","refusal":"new_code"}');
    expect(out).to.include('1 x deny  new_code\n');
  });

  it('prints the key of a forged token, and rules that were not reached', async () => {
    const key = await testKey(1, 'RS256', issuer.key.kid);
    const forged = await issuer.token({}, { key });
    await run([options(), '--path', '/orders', '--token', '-'], forged);
    expect(out).to.match(/NOT VERIFIED: refused before it was proven, issuer http\S+, key rs256-key-0\n/);
    module("rules: { clients: ['other'], scopes: ['other'] }");
    await run([options(), '--path', '/orders', '--claims', claimsFile()]);
    expect(out).to.match(/refused +scopes .*; not reached; it would say this\)/);
  });

  it('prints what a policy leaves out', async () => {
    const long = 'x'.repeat(60);
    const routes = Array.from(
      { length: 120 },
      (_, index) =>
        `'GET /${long}${index * 7919}/{id}/y': { scopes: ['${index % 2 ? 'read:orders' : 'none'}'] }`,
    );
    module(`routes: { ${routes} }`);
    await run([options(), '--path', `/${long}7919/1/y`, '--claims', claimsFile()]);
    expect(out).to.match(/bytes; partial, \d+ routes of the caller are left out\n/);
    module(
      "routes: { 'ANY /users/me': {}, 'GET /users/{id}': { clients: ['secret-client'] } }, handlerDecides: true",
    );
    await run([options(), '--path', '/users/me', '--claims', claimsFile()]);
    expect(out).to.include('; for this request alone\n');
  });

  it('prints the warnings of a set-up notice', async () => {
    module("routes: { 'ANY /users/me': {}, 'GET /users/{id}': { scopes: ['a'] } }");
    await run([options(), '--path', '/a/b', '--claims', claimsFile()]);
    expect(out).to.match(/^Notices {3}authorizer set-up: /m);
    module("audience: ['https://api.example.com/', 'https://two.example.com/']");
    await run([options(), '--path', '/a/b', '--claims', claimsFile()]);
    expect(out).to.match(/^Notices {3}authorizer audiences: /m);
  });

  it('takes an export by name', async () => {
    const several = write('several.mjs', "export const production = { domain: 'a.example', audience: 'a' };");
    const args = [several, '--export', 'production', '--path', '/', '--claims', '-'];
    expect(await run(args, '{}')).to.equal(0);
  });

  it('says what is wrong with the options', async () => {
    module("routes: { 'GET orders': {} }");
    expect(await run([options(), '--path', '/'])).to.equal(2);
    expect(err).to.match(/^routes\['GET orders'\]: /);
  });

  it('refuses arguments that do not go together', async () => {
    const file = options();
    for (const [args, reason] of [
      [[], '<module> is missing'],
      [[file, 'other', '--path', '/'], 'too many arguments'],
      [[file, '--event', 'e.json', '--path', '/'], '--event and --path do not go together'],
      [[file, '--path', '/', '--token', 't', '--claims', 'c'], '--token and --claims do not go together'],
      [[file, '--event', '-', '--token', '-'], 'only one option can read standard input by `-`'],
      [['--log', 'l', '--policy'], '--log and --policy do not go together'],
      [[file, '--log', 'l'], '--log takes no module: a log line says what was decided'],
    ] as const) {
      expect(await run(args)).to.equal(2);
      expect(err)
        .to.match(/\n\nUsage: middy-auth0-authorizer explain /)
        .and.match(new RegExp(`^${reason}\n`.replaceAll(/[()?]/g, '\\$&')));
    }
  });

  it('explains a log from standard input, and exits with 0 if nothing was refused', async () => {
    const line = (fields: object) => JSON.stringify({ message: 'authorizer decision', ...fields });
    expect(await run(['--log', '-'], line({ decision: 'allow' }))).to.equal(0);
    expect(out).to.equal('1 decisions: 1 allowed, 0 not\n');
    const denied = line({ decision: 'deny', refusal: 'token_expired', principalId: 'secret' });
    expect(await run(['--log', '-', '--json'], denied)).to.equal(1);
    expect(JSON.parse(out).problems[0]).to.include({ code: 'token_expired', status: 401, count: 1 });
    expect(out).to.not.include('secret');
    const file = write(
      'log.txt',
      [
        denied,
        line({
          decision: 'fault',
          fault: 'rule_error',
          rule: 'custom.a',
          error: { message: 'down' },
          route: 'GET /a',
          gateway: 'rest-request',
          timestamp: 't',
          requestId: 'r',
          policy: 'partial',
        }),
        '{"message":"authorizer audiences","advice":"List them."}',
        '{"message":"authorizer idle event"}',
        'Task timed out after 3.00 seconds',
      ].join('\n'),
    );
    expect(await run(['--log', file])).to.equal(1);
    expect(out)
      .to.include('1 x deny 401 token_expired\n')
      .and.include('1 x fault 500 rule_error: rule custom.a, down\n')
      .and.include('  routes    GET /a\n')
      .and.include('  when      t to t\n')
      .and.include('  request   r\n')
      .and.include('the function ran out of time (before a decision)')
      .and.include('1 x policies that leave out routes')
      .and.include('1 x authorizer audiences\n  List them.\n')
      .and.include('1 x authorizer idle event\n');
  });

  it('runs as a process, with a module in TypeScript', async () => {
    const file = write(
      'options.ts',
      `import type { X } from './none.ts';\nexport const options: object = { domain: 'a.example', audience: 'a' };`,
    );
    write('package.json', '{"type":"module"}');
    const child = promisify(execFile)(process.execPath, [
      '--no-warnings',
      MAIN,
      'explain',
      file,
      '--path',
      '/a',
      '--claims',
      '-',
    ]);
    child.child.stdin?.end('{}');
    const { stdout } = await child;
    expect(stdout).to.match(/^allow\n\nRequest {3}GET \/a/);
  });
});
