import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { createTestIssuer, restTokenEvent } from '../../lib/testing.ts';
import { installedPackage, run, temporaryFolder } from './packed.ts';
import { type RuntimeApi, startRuntimeApi } from './runtime-api.ts';
import { runtimeClient } from './runtime-client.ts';
import { unzip } from './unzip.ts';

const TRACE = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1';

const ES_MODULE = `
  import middy from '@middy/core';
  import { auth0Authorizer } from 'middy-auth0-authorizer';
  export const handler = middy().use(auth0Authorizer(JSON.parse(process.env.AUTHORIZER_OPTIONS)));
`;

describe('the layer', function () {
  this.timeout(240_000);
  let folder: string;
  let zip: string;
  let client: readonly string[];
  const issuer = createTestIssuer();

  before(async () => {
    const { copy } = await installedPackage();
    folder = temporaryFolder();
    zip = path.join(folder, 'layer.zip');
    await run(process.execPath, ['--no-warnings', 'scripts/layer.ts', zip], { cwd: copy });
    unzip(fs.readFileSync(zip), path.join(folder, 'opt'));
    const clientFolder = path.join(folder, 'client');
    fs.mkdirSync(clientFolder);
    client = await runtimeClient(clientFolder);
  });
  after(() => fs.rmSync(folder, { recursive: true, force: true }));

  const packages = () => path.join(folder, 'opt/nodejs/node_modules');
  const files = () =>
    fs
      .readdirSync(path.join(folder, 'opt'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(path.join(folder, 'opt'), path.join(entry.parentPath, entry.name)));

  it('has the size that docs/05 names', () => {
    const text = fs.readFileSync('docs/05-deploy.md', 'utf8');
    const kilobytes = Number(/`layer\.zip`, about (\d+) KB/.exec(text)?.[1]);
    expect(fs.statSync(zip).size).to.be.within(kilobytes * 850, kilobytes * 1150);
  });

  it('contains code and licences in nodejs/node_modules, and nothing else', () => {
    expect(
      files().filter(
        (file) => !/^nodejs\/node_modules\/(?:@middy\/core|middy-auth0-authorizer)\//.test(file),
      ),
    ).to.be.empty;
    expect(files().filter((file) => !/(?:\.js|\/package\.json|\/LICENSE|licenses\.txt)$/.test(file))).to.be
      .empty;
  });

  it('contains all that its packages export', async () => {
    for (const name of ['@middy/core', 'middy-auth0-authorizer']) {
      const { exports } = JSON.parse(fs.readFileSync(path.join(packages(), name, 'package.json'), 'utf8'));
      const targets = JSON.stringify(exports).match(/(?<=")\.\/[^"]+\.js(?=")/g) ?? [];
      expect(targets).not.to.be.empty;
      for (const target of targets)
        expect(fs.existsSync(path.join(packages(), name, target)), target).to.equal(true);
    }
  });

  it('does not load node:http, which Middy imports for a function that is not used here', () => {
    const middy = files().filter((file) => file.includes('/@middy/') && file.endsWith('.js'));
    const loads = middy.filter((file) =>
      /node:http\b/.test(fs.readFileSync(path.join(folder, 'opt', file), 'utf8')),
    );
    expect(loads).to.deep.equal([]);
  });

  interface Running {
    readonly api: RuntimeApi;
    readonly ended: Promise<void>;
    /** Ends the runtime, and resolves with what it wrote to its standard output. */
    readonly stop: () => Promise<string>;
  }

  /**
   * A function under the runtime interface client, with one event to answer.
   *
   * @param link - a link in the function's folder leads to the packages of the layer
   */
  async function start({ link }: { readonly link: boolean }): Promise<Running> {
    const task = path.join(folder, 'task');
    fs.rmSync(task, { recursive: true, force: true });
    fs.mkdirSync(task);
    fs.writeFileSync(path.join(task, 'index.mjs'), ES_MODULE);
    if (link) fs.symlinkSync(packages(), path.join(task, 'node_modules'));
    const api = await startRuntimeApi([restTokenEvent({ token: issuer.token() })], TRACE);
    const child = spawn(process.execPath, client, {
      cwd: task,
      env: {
        AWS_LAMBDA_RUNTIME_API: api.host,
        LAMBDA_TASK_ROOT: task,
        _HANDLER: 'index.handler',
        AWS_LAMBDA_FUNCTION_NAME: 'authorizer',
        AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
        AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/authorizer',
        AWS_LAMBDA_LOG_STREAM_NAME: 'stream',
        AUTHORIZER_OPTIONS: JSON.stringify(issuer.options),
        NODE_PATH: packages(),
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
    const stop = async () => {
      child.kill();
      await ended;
      api.close();
      return output;
    };
    return { api, ended, stop };
  }

  /** What the runtime reports, and what it writes. */
  async function outcomeOf(running: Running) {
    const early = running.ended.then(() => ({ kind: 'ended without a report', body: null }));
    const report = await Promise.race([running.api.report(), early]);
    return { ...report, output: await running.stop() };
  }

  it('is found by an ES module through a link named node_modules, and its log line stays as it is', async () => {
    const { kind, body, output } = await outcomeOf(await start({ link: true }));
    expect(kind, JSON.stringify(body)).to.equal('response');
    expect(body).to.include({ principalId: 'auth0|test' });
    const line = JSON.parse(output);
    expect(line).to.include({ level: 'INFO', decision: 'allow', coldStart: true });
    expect(line).to.include({ xray_trace_id: '1-5759e988-bd862e3fe1be46a994272793' });
  });

  it('is not found by an ES module through only NODE_PATH: just the managed runtimes look there', async () => {
    const { kind, body } = await outcomeOf(await start({ link: false }));
    expect(kind).to.equal('init error');
    expect(JSON.stringify(body)).to.include("Cannot find package '@middy/core'");
  });
});
