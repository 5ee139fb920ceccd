import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { main } from '../../lib/cli/main.ts';
import { optionsModule } from '../../lib/openapi/options-module.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

const DOCUMENT = `# The orders
openapi: 3.0.3
info: { title: "Orders */ \\u202e", version: 1.2.0 }
components:
  securitySchemes:
    login: { type: oauth2, flows: {} }
security: [{ login: [] }]
paths:
  /orders:
    get: { security: [{ login: [read:orders] }, { login: [admin] }] }
    post: { x-auth0-permissions: [write:orders] }
  /health:
    get: { security: [] }
`;

describe('routes and openapi, the commands', function () {
  this.timeout(60_000);
  let folder: string;
  let out: string;
  let err: string;

  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'openapi-'));
    out = '';
    err = '';
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  const fileOf = (name: string, text: string): string => {
    const file = path.join(folder, name);
    fs.writeFileSync(file, text);
    return file;
  };
  const run = async (...args: string[]) => {
    out = '';
    err = '';
    const input = (async function* () {
      yield DOCUMENT;
    })();
    return main(
      args,
      { write: (text: string) => (out += text) },
      { write: (text: string) => (err += text) },
      input,
    );
  };
  const optionsFile = (options: object) =>
    fileOf('options.mjs', `export const options = ${JSON.stringify(options)};`);

  describe('routes', () => {
    it('prints a module of options', async () => {
      expect(await run('routes', fileOf('openapi.yaml', DOCUMENT))).to.equal(0);
      expect(out).to.equal(`// Who may do what, from openapi.yaml ("Orders */  " 1.2.0).
// Do not edit: change the document, and write this module again.
//
// Everybody may call these routes, without the authorizer:
//   GET /health

import type { AuthorizerOptions } from 'middy-auth0-authorizer';

export const options = {
  routes: {
    'GET /orders': { scopes: { any: ['read:orders', 'admin'] } },
    'POST /orders': { permissions: ['write:orders'] },
  },
  // The API serves nothing else. If something behind it does, write 'deny': see docs/02-rules-and-routes.md.
  undeclared: 'absent',
} satisfies AuthorizerOptions;
`);
      expect(err).to.equal('');
    });

    it('formats modules as Biome does', () => {
      const names = Array.from({ length: 12 }, (_, at) => `scope-number:${at}`);
      const routes = {
        "GET /it's/{id}": { scopes: { all: names.slice(0, 2), any: names.slice(2) }, permissions: names },
        $default: { scopes: ["it's"], permissions: { any: ['a', 'b'], reportOnly: true } },
        'GET /none': {},
      };
      const code = optionsModule({ source: 'x', routes, open: [] });
      const biome = path.join(ROOT, 'node_modules/.bin/biome');
      const formatted = execFileSync(biome, ['format', '--stdin-file-path=options.ts'], {
        input: code,
        cwd: ROOT,
      });
      expect(code).to.equal(formatted.toString());
    });

    it('prints what it found as JSON, with the problems', async () => {
      expect(await run('routes', '-', '--json')).to.equal(0);
      expect(JSON.parse(out)).to.deep.include({ open: ['GET /health'], problems: [] });
      const file = fileOf('openapi.yaml', DOCUMENT.replace('{ login: [] }', '{ key: [] }'));
      expect(await run('routes', file, '--json')).to.equal(1);
      expect(JSON.parse(out).routes).to.have.all.keys('GET /orders');
      expect(JSON.parse(out).problems).to.deep.equal([
        {
          code: 'scheme',
          pointer: '/security/0/key',
          message: 'is not declared in `components.securitySchemes`',
        },
      ]);
    });

    it('prints no module if something cannot be expressed, and 20 problems of each kind', async () => {
      const paths = Object.fromEntries(
        Array.from({ length: 25 }, (_, at) => [`/p${at}`, { get: {}, trace: {} }]),
      );
      const file = fileOf('openapi.json', JSON.stringify({ openapi: '3.1.0', paths }));
      expect(await run('routes', file)).to.equal(1);
      expect(out).to.equal('');
      expect(err).to.include('no_security /paths/~1p0/get: has no `security`');
      expect(err.match(/^method /gm)).to.have.lengthOf(21);
      expect(err)
        .to.match(/method and 5 more: --json lists all\n/)
        .and.match(/50 problems: nothing is written\n$/);
    });

    it('prints each problem in one line, whatever the document contains', async () => {
      const paths = { '/a\nscheme /b: forged': { get: { security: [] } } };
      const file = fileOf('openapi.json', JSON.stringify({ openapi: '3.1.0', paths }));
      expect(await run('routes', file)).to.equal(1);
      const lines = err.split('\n').map((line) => line.split(' ')[0]);
      expect(lines).to.deep.equal(['path', '1', '']);
      err = '';
      expect(await run('routes', fileOf('openapi.json', '{ "openapi": "3.1.0", "paths": {} }'))).to.equal(1);
      expect(err).to.match(/^1 problem: nothing is written$/m);
    });

    it('names a document without a title by its file alone', async () => {
      const document = {
        openapi: '3.1.0',
        components: { securitySchemes: { login: { type: 'oauth2', flows: {} } } },
        security: [{ login: [] }],
        paths: { '/a': { get: {} } },
      };
      expect(await run('routes', fileOf('openapi.json', JSON.stringify(document)))).to.equal(0);
      expect(out).to.match(/^\/\/ Who may do what, from openapi\.json\.\n/);
    });

    it('reads a document from standard input', async () => {
      expect(await run('routes', '-')).to.equal(0);
      expect(out).to.match(/^\/\/ Who may do what, from an OpenAPI document \(/);
    });

    it('takes a base path and schemes', async () => {
      expect(await run('routes', '-', '--base-path', '/v1', '--scheme', 'login', '--json')).to.equal(0);
      expect(JSON.parse(out).routes).to.have.all.keys('GET /v1/orders', 'POST /v1/orders');
      expect(await run('routes', '-', '--scheme', 'other')).to.equal(1);
      expect(await run('routes', '-', '--base-path', 'v1')).to.equal(2);
      expect(await run('routes')).to.equal(2);
    });

    it('says what is wrong with a document that is none', async () => {
      expect(await run('routes', fileOf('openapi.json', '{'))).to.equal(2);
      expect(err).to.include('the document: is no JSON');
    });

    it('runs as a process', () => {
      const args = ['lib/cli/main.ts', 'routes', fileOf('openapi.yaml', DOCUMENT)];
      const { status, stdout } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
      expect({ status, lines: stdout.split('\n').length }).to.deep.equal({ status: 0, lines: 17 });
    });
  });

  describe('openapi', () => {
    const OPTIONS = { domain: 'tenant.eu.auth0.com', routes: { 'GET /orders': { scopes: ['read:orders'] } } };

    it('prints a new document', async () => {
      expect(await run('openapi', optionsFile(OPTIONS))).to.equal(0);
      const { paths, components } = JSON.parse(out);
      expect(paths['/orders'].get.security).to.deep.equal([
        { 'auth0-authorizer': [], auth0: ['read:orders'] },
      ]);
      expect(components.securitySchemes.auth0.openIdConnectUrl).to.include(
        'https://tenant.eu.auth0.com/.well-known/',
      );
      expect(err).to.equal('');
    });

    it('writes into a document, in YAML or as JSON, and in its place', async () => {
      const options = { ...OPTIONS, routes: { 'GET /orders': {}, 'POST /orders': { clients: ['x'] } } };
      const module = optionsFile(options);
      const file = fileOf('openapi.yaml', DOCUMENT.replace(' \\u202e', ''));
      expect(
        await run('openapi', module, '--into', file, '--gateway', 'http-api-2.0', '--function', 'Auth'),
      ).to.equal(0);
      expect(err).to.equal('the document does not state the rules clients: the authorizer judges them\n');
      expect(out).to.match(/^# The orders\n/);
      const scheme =
        parse(out).components.securitySchemes['auth0-authorizer']['x-amazon-apigateway-authorizer'];
      expect(scheme).to.include({ authorizerPayloadFormatVersion: '2.0' });
      expect(scheme.authorizerUri['Fn::Sub']).to.include('${Auth.Arn}');
      const printed = out;
      expect(await run('openapi', module, '--into', '-', '--json')).to.equal(0);
      expect(JSON.parse(out).paths['/orders'].get.security).to.deep.equal([
        { 'auth0-authorizer': [], login: [] },
      ]);
      expect(
        await run(
          'openapi',
          module,
          '--into',
          file,
          '--write',
          '--gateway',
          'http-api-2.0',
          '--function',
          'Auth',
        ),
      ).to.equal(0);
      expect(out).to.equal('');
      expect(fs.readFileSync(file, 'utf8')).to.equal(printed);
    });

    it('prints JSON in place of YAML with characters that a terminal obeys', async () => {
      const module = optionsFile({ ...OPTIONS, routes: { 'GET /orders': {}, 'POST /orders': {} } });
      const file = fileOf('openapi.yaml', DOCUMENT.replace('"Orders */ \\u202e"', 'Orders \u202e'));
      expect(await run('openapi', module, '--into', file)).to.equal(0);
      expect(JSON.parse(out).info.title).to.equal('Orders \u202e');
    });

    it('writes nothing if routes and operations differ', async () => {
      const module = optionsFile({ ...OPTIONS, routes: { 'GET /other': {} } });
      expect(await run('openapi', module, '--into', '-')).to.equal(1);
      expect(out).to.equal('');
      expect(err)
        .to.match(/no_security \/paths\/~1orders\/get: is no route/)
        .and.include("no operation for 'GET /other'");
    });

    it('knows the issuer by an option, the environment or --domain', async () => {
      const { domain: _, ...open } = OPTIONS;
      const issuerWith = async (options: object, ...args: string[]) => {
        expect(await run('openapi', optionsFile({ ...options }), ...args), err).to.equal(0);
        return JSON.parse(out).components.securitySchemes.auth0.openIdConnectUrl.replace(
          '/.well-known/openid-configuration',
          '',
        );
      };
      const wrapped = (options: object) =>
        fileOf(`m${Math.random()}.mjs`, `export const options = ${JSON.stringify(options)};`);
      expect(await run('openapi', wrapped(open))).to.equal(2);
      expect(err).to.match(/^--domain: is missing/);
      const { AUTH0_DOMAIN } = process.env;
      process.env['AUTH0_DOMAIN'] = 'env.eu.auth0.com,other.eu.auth0.com';
      try {
        expect(await run('openapi', wrapped(open))).to.equal(0);
        expect(out).to.include('https://env.eu.auth0.com/.well-known');
      } finally {
        if (AUTH0_DOMAIN === undefined) delete process.env['AUTH0_DOMAIN'];
        else process.env['AUTH0_DOMAIN'] = AUTH0_DOMAIN;
      }
      expect(await issuerWith(open, '--domain', 'flag.eu.auth0.com')).to.equal('https://flag.eu.auth0.com');
      for (const [options, issuer] of [
        [{ ...open, domain: ['a.eu.auth0.com', 'b.eu.auth0.com'] }, 'https://a.eu.auth0.com'],
        [{ ...open, domain: [{ domain: 'c.eu.auth0.com', audience: 'x' }] }, 'https://c.eu.auth0.com'],
        [{ ...open, issuer: 'https://login.example.com' }, 'https://login.example.com'],
        [
          { ...open, issuer: [{ issuer: 'https://login.example.com/', audience: 'x' }] },
          'https://login.example.com',
        ],
      ] as const) {
        expect(await run('openapi', wrapped(options)), err).to.equal(0);
        expect(out).to.include(`${issuer}/.well-known/openid-configuration`);
      }
    });

    it('takes one of several APIs', async () => {
      const apis = { a1b2: { audience: 'x', routes: { 'GET /a': {} } } };
      expect(
        await run(
          'openapi',
          optionsFile({ domain: 'a.eu.auth0.com', apis }),
          '--api',
          'a1b2',
          '--base-path',
          '',
        ),
      ).to.equal(0);
      expect(JSON.parse(out).paths).to.have.all.keys('/a');
    });

    it('refuses arguments that make no sense', async () => {
      const module = optionsFile(OPTIONS);
      expect(await run('openapi', module, '--write')).to.equal(2);
      expect(await run('openapi', module, '--write', '--into', '-')).to.equal(2);
      expect(await run('openapi', module, '--gateway', 'rest-token')).to.equal(2);
      expect(await run('openapi', module, '--base-path', 'v1')).to.equal(2);
      expect(await run('openapi')).to.equal(2);
    });
  });
});
