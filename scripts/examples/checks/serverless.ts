import assert from 'node:assert/strict';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { parse } from 'yaml';
import type { Context } from '../context.ts';
import { optionsOf, withAddressRule } from '../options.ts';
import { AUTH0, run, start } from '../run.ts';
import { assertValid } from '../schema.ts';
import { Template } from '../template.ts';
import { checkBuild, checkBundles, checkFindings } from './common.ts';
import { assertHttpApi } from './http-api.ts';

const ISSUER = 'http://127.0.0.1:4000';
const API = 'http://localhost:3000';

/** The ports of local-issuer.ts and of serverless-offline. */
const PORTS = [4000, 3000, 3002];

/** Requests as the README of the example sends them. `scope`: `null` for no token. */
const REQUESTS = [
  { method: 'GET', path: '/orders', scope: 'read:orders', status: 200 },
  { method: 'GET', path: '/orders/7', scope: 'read:orders', status: 200 },
  { method: 'POST', path: '/orders', scope: 'read:orders', status: 403 },
  { method: 'POST', path: '/orders', scope: 'write:orders', status: 200 },
  { method: 'GET', path: '/orders', scope: 'write:orders', status: 403 },
  { method: 'GET', path: '/orders', scope: null, status: 401 },
] as const;

export async function checkServerless(context: Context): Promise<void> {
  const { project, tools, check } = context;
  const { folder } = project;
  const template = path.join(folder, '.serverless/cloudformation-template-update-stack.json');
  await checkBuild(context, 'is packaged by osls', 'package');
  await check('fits the resource schemas', () => assertValid(tools, template));
  await checkFindings(context, 'serverless.yml');
  await check('guards every route, caches under the right key, may be invoked', async () =>
    assertHttpApi(new Template(template), await optionsOf(project), '2.0'),
  );
  await check('packages the two functions, and nothing that is for local runs', () => {
    const zip = fs.readFileSync(path.join(folder, '.serverless/orders-serverless.zip'), 'latin1');
    const names = new Set([...zip.matchAll(/build\/[\w-]+\.mjs/g)].map(([name]) => name));
    assert.deepEqual([...names].toSorted(), ['build/authorizer.mjs', 'build/orders.mjs']);
  });
  await checkBundles(context, 'http-api-2.0', 'http');
  await check('the identity sources follow the options', () =>
    withAddressRule(project, async () => {
      await run(folder, 'npm', ['run', 'package']);
      assertHttpApi(new Template(template), await optionsOf(project), '2.0');
    }),
  );
  await check('is the same for version 4, which bundles by itself', () => {
    const [own, four] = ['serverless.yml', 'serverless.v4.yml'].map((name) =>
      shared(path.join(folder, name)),
    );
    assert.deepEqual(four, own);
  });
  await checkOffline(context);
}

/** What a serverless.yml deploys, without how it is built and run locally. */
function shared(file: string): object {
  const { service, provider, functions } = parse(fs.readFileSync(file, 'utf8'));
  const lambdas = Object.entries<any>(functions).map(([name, { environment, events }]) => ({
    name,
    environment,
    events,
  }));
  return { service, provider, lambdas };
}

/** Real requests to serverless-offline, with tokens of the issuer of the example. */
async function checkOffline({ project: { folder }, check }: Context): Promise<void> {
  if (!(await check('finds its ports free', () => Promise.all(PORTS.map(assertFree))))) return;
  const issuer = start(folder, 'npm', ['run', 'issuer']);
  const offline = start(folder, 'npm', ['start']);
  try {
    await check('starts under serverless-offline', async () => {
      await issuer.shows('Tokens: POST');
      await offline.shows('Server ready');
    });
    for (const { method, path: at, scope, status } of REQUESTS) {
      await check(`${method} ${at} with ${scope ?? 'no token'} is answered ${status}`, async () => {
        const authorization = scope === null ? {} : { Authorization: `Bearer ${await tokenFor(scope)}` };
        const response = await fetch(`${API}${at}`, { method, headers: authorization });
        const body = await response.text();
        assert.equal(response.status, status, body);
        // serverless-offline refuses lists in the context; the backend gets one nevertheless.
        if (status === 200) assert.match(body, /"sub":"me@clients".*"permissions":\[/);
      });
    }
    await check('logs why it refused', () => offline.shows('"refusal":"insufficient_scope"'));
  } finally {
    await Promise.all([issuer.stop(), offline.stop()]);
  }
}

async function tokenFor(scope: string): Promise<string> {
  const response = await fetch(`${ISSUER}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({ client_id: 'me', audience: AUTH0.AUTH0_AUDIENCE, scope }),
  });
  const { access_token } = (await response.json()) as { access_token: string };
  return access_token;
}

/** @throws {Error} if another program listens on a port that the example uses */
async function assertFree(port: number): Promise<void> {
  const server = net.createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  await new Promise((resolve) => server.close(resolve));
}
