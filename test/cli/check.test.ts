import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { printReport } from '../../lib/cli/check/print.ts';
import { main } from '../../lib/cli/main.ts';
import { outputTo } from '../../lib/cli/output.ts';
import { NEVER_EXACT } from '../support/never-exact.ts';

const EXAMPLES = path.resolve(import.meta.dirname, '../../examples');
const OPTIONS = path.join(EXAMPLES, 'sam/options.ts');
const TEMPLATE = path.join(EXAMPLES, 'sam/template.yaml');

describe('the command check', function () {
  this.timeout(60_000);
  let folder: string;
  let out: string;
  let err: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'check-command-'));
    out = '';
    err = '';
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  const run = (...args: string[]) =>
    main(
      ['check', ...args],
      { write: (text: string) => (out += text) },
      { write: (text: string) => (err += text) },
    );
  const write = (name: string, text: string) => {
    fs.writeFileSync(path.join(folder, name), text);
    return path.join(folder, name);
  };
  const module = (options: unknown) =>
    write('options.mjs', `export const options = ${JSON.stringify(options)};`);

  it('says how each gateway may cache, and that nothing is wrong', async () => {
    expect(await run(OPTIONS, '--template', TEMPLATE)).to.equal(0);
    expect(err).to.equal('');
    expect(out)
      .to.include('Options: 3 routes. Every caller has an exact policy, unless it is too large.\n')
      .and.match(/rest-request +cached by method\.request\.header\.Authorization\n/)
      .and.match(/websocket +TTL 0\. API Gateway does not cache/)
      .and.match(/appsync-graphql +cached by the token\n/)
      .and.include(`Api (rest, 3 routes) in ${TEMPLATE}\n`)
      .and.match(/\n0 errors, 0 warnings\n$/);
  });

  it('names file, line and place of a finding, and what to change', async () => {
    const text = fs.readFileSync(TEMPLATE, 'utf8');
    const file = write('template.yaml', text.replace('ReauthorizeEvery: 300', 'ReauthorizeEvery: 7200'));
    const line = text.split('\n').findIndex((one) => one.includes('ReauthorizeEvery')) + 1;
    expect(await run(OPTIONS, '--template', file)).to.equal(1);
    expect(out).to.include(
      `\nerror ttl  ${file}:${line}  Resources.Api.Properties.Auth.Authorizers.Auth0.Identity.ReauthorizeEvery\n` +
        '  `ReauthorizeEvery` is 7200, and API Gateway takes at most 3600.\n' +
        '  Set `ReauthorizeEvery` to 3600 at most.\n\n1 error, 0 warnings\n',
    );
  });

  it('exits with 1 for warnings if it is strict', async () => {
    const text = fs.readFileSync(TEMPLATE, 'utf8');
    const file = write('template.yaml', text.replace('ReauthorizeEvery: 300', 'ReauthorizeEvery: !Ref Ttl'));
    expect(await run(OPTIONS, '--template', file)).to.equal(0);
    expect(out).to.match(/1 warning\n$/);
    expect(await run(OPTIONS, '--template', file, '--strict')).to.equal(1);
    expect(await run(OPTIONS, '--template', file, '--strict', '--parameter', 'Ttl=300')).to.equal(0);
  });

  it('prints JSON with the same', async () => {
    const file = module({ routes: { 'GET orders': {} } });
    expect(await run(file, '--json')).to.equal(1);
    const report = JSON.parse(out);
    expect(report).to.deep.equal({
      errors: 1,
      warnings: 0,
      findings: [
        {
          code: 'invalid_options',
          severity: 'error',
          problem:
            "The authorizer would not start: `routes['GET orders']` must have one space and a path with a leading '/' after the method.",
          change: "Correct `routes['GET orders']`.",
          file,
          path: "routes['GET orders']",
          line: null,
        },
      ],
      options: [],
      checked: [],
    });
  });

  it('prints invalid options, which have no line', async () => {
    const file = module({ routes: { 'GET orders': {} } });
    expect(await run(file)).to.equal(1);
    expect(out).to.match(/^\nerror invalid_options {2}.*options\.mjs {2}routes\['GET orders'\]\n/);
  });

  it('analyses the options of each API', async () => {
    const routes = {
      'GET /users/{id}': { scopes: ['read:users'] },
      'GET /users/{id}/orders': { scopes: ['read:lists'] },
      'GET /users/{id}/orders/{order}': { scopes: ['read:orders'] },
      'GET /users/{id}/{proxy+}': { scopes: ['read:all'] },
      'ANY /a/{x}/{y+}': { scopes: ['a'] },
      'GET /a/{z+}': { scopes: ['b'] },
    };
    const file = module({
      apis: {
        first: { routes },
        second: { rules: { authentication: { maxAge: 60 } } },
        third: { routes: { 'GET /a': {} } },
        fourth: { routes: NEVER_EXACT },
      },
    });
    expect(await run(file)).to.equal(0);
    expect(out)
      .to.include('Options for first: 6 routes. Some callers have no exact policy.\n  No IAM policy is exact')
      .and.include('Under the token alone, a cached answer denies some callers')
      .and.include('Values of parameters that some callers are refused (reserved_value): ')
      .and.include("'ANY /a/{x}/{y+}' and 'GET /a/{z+}' match the same requests")
      .and.include(
        '; behind a catch-all by $request.header.Authorization, $context.path, $context.httpMethod\n',
      )
      .and.include('Options for second: 0 routes. One policy is right for all of them')
      .and.include('cached for 60 seconds at most by $request.header.Authorization\n')
      .and.include('Options for third: 1 route. ');
    out = '';
    expect(await run(file, '--json')).to.equal(0);
    const { options } = JSON.parse(out);
    expect(options.map(({ api, exact }: { api: string; exact: boolean }) => [api, exact])).to.deep.equal([
      ['first', false],
      ['second', null],
      ['third', true],
      ['fourth', false],
    ]);
    expect(options[0].gateways['rest-token'].cache).to.equal(false);
  });

  it('prints 100 findings, and the number of the others', async () => {
    const routes = Object.fromEntries(Array.from({ length: 120 }, (_, index) => [`GET /r${index}`, {}]));
    const file = write('openapi.json', '{ "openapi": "3.1.0", "info": { "title": "orders" }, "paths": {} }');
    expect(await run(module({ routes }), '--openapi', file)).to.equal(1);
    expect(out).to.match(/\n20 further findings: --json lists them all\.\n\n120 errors, 0 warnings\n$/);
  });

  it('names routes whose values are reserved for the size of a policy', async () => {
    const options = {
      api: null,
      routes: 1,
      exact: false,
      warning: null,
      partial: null,
      overlaps: [],
      gateways: {} as never,
    };
    const reserved = [{ route: 'GET /{id}', values: [] }];
    const report = { errors: 0, warnings: 0, findings: [], checked: [], options: [{ ...options, reserved }] };
    printReport(report, outputTo({ write: (text: string) => (out += text) }, {}));
    expect(out).to.include('(reserved_value): GET /{id} (any literal of the routes)\n');
  });

  it('names an API without routes', async () => {
    const Properties = { AuthenticationType: 'AWS_LAMBDA' };
    const file = write(
      'api.json',
      JSON.stringify({ Resources: { Orders: { Type: 'AWS::AppSync::GraphQLApi', Properties } } }),
    );
    expect(await run(path.join(EXAMPLES, 'appsync/options.ts'), '--template', file)).to.equal(0);
    expect(out).to.include(`Orders (appsync-graphql) in ${file}\n`);
  });

  it('leaves out what a document has no path for', async () => {
    const file = write('template.json', '{ "Resources": {} }');
    expect(await run(OPTIONS, '--template', file)).to.equal(1);
    expect(out).to.include(`\nerror no_api  ${file}\n`);
  });

  it('exits with 2 for a parameter without a value, and for a document that it cannot read', async () => {
    expect(await run(OPTIONS, '--parameter', 'Ttl')).to.equal(2);
    expect(err).to.equal('--parameter: must be a name and a value: --parameter Ttl=300\n');
    err = '';
    expect(await run(OPTIONS, '--terraform-plan', TEMPLATE)).to.equal(2);
    expect(err).to.include('template.yaml is a CloudFormation template: name it with --template');
    err = '';
    const missing = path.join(folder, 'none.yaml');
    expect(await run(OPTIONS, '--template', missing)).to.equal(2);
    expect(err).to.equal(`${missing} cannot be read (ENOENT)\n`);
    expect(await run(OPTIONS, '--openapi', write('broken.json', '{'))).to.equal(2);
    expect(await run()).to.equal(2);
    expect(err).to.include('<module> is missing');
  });

  it('runs as a process, without the package yaml where it needs none', () => {
    const file = write('template.json', '{ "Resources": {} }');
    const cli = path.resolve(import.meta.dirname, '../../lib/cli/main.ts');
    const args = [
      'check',
      OPTIONS,
      '--template',
      file,
      '--open',
      'GET /health',
      '--authorizer',
      'Auth0',
      '--resource',
      'Api',
    ];
    const { status, stderr } = spawnSync(process.execPath, [cli, ...args], { encoding: 'utf8' });
    expect(stderr).to.equal("--resource: the document has no API 'Api'; it has none\n");
    expect(status).to.equal(2);
  });
});
