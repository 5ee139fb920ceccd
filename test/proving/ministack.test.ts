import path from 'node:path';
import { expect } from 'chai';
import esbuild from 'esbuild';
import { localApi } from '../../lib/cli/dev/local-api.ts';
import { proofSettings } from '../../lib/cli/prove/settings.ts';
import type { GatewayKind } from '../../lib/gateways/gateway.ts';
import type { AuthorizerOptions } from '../../lib/index.ts';
import type { Caller } from '../../lib/proving/probe.ts';
import { type Proof, prove } from '../../lib/proving/prove.ts';
import { senderTo } from '../../lib/proving/send.ts';
import { createTestIssuer } from '../../lib/testing.ts';
import { zipOf } from '../../scripts/layer/zip.ts';

/** `http://127.0.0.1:4566` of a ministack with `LAMBDA_EXECUTOR=local`. Without it these tests are skipped. */
const { MINISTACK_URL } = process.env;
const ROOT = path.join(import.meta.dirname, '../..');

const issuer = createTestIssuer();
const { domain, audience, jwks } = issuer.options;
const OPTIONS: AuthorizerOptions = {
  domain,
  audience,
  routes: { 'GET /orders': { permissions: ['read:orders'] }, 'GET /me': {} },
};

async function call(method: string, target: string, body?: object): Promise<Record<string, string>> {
  const service = target.startsWith('/2015') ? 'lambda' : 'apigateway';
  const credential = `AWS4-HMAC-SHA256 Credential=test/20261129/us-east-1/${service}/aws4_request`;
  const response = await fetch(`${MINISTACK_URL}${target}`, {
    method,
    headers: {
      authorization: `${credential}, SignedHeaders=host, Signature=0`,
      'content-type': 'application/json',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${target}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Record<string, string>;
}

/** Creates a function of this code, and returns its ARN. */
async function functionOf(name: string, code: string): Promise<string> {
  const zip = zipOf(new Map([['index.mjs', Buffer.from(code)]])).toString('base64');
  const FunctionName = `prove-${name}-${Date.now()}`;
  const settings = {
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Role: 'arn:aws:iam::000000000000:role/r',
    Timeout: 10,
  };
  const made = await call('POST', '/2015-03-31/functions', {
    FunctionName,
    ...settings,
    Code: { ZipFile: zip },
  });
  return String(made['FunctionArn']);
}

async function authorizerCode(): Promise<string> {
  const options = JSON.stringify({ ...OPTIONS, jwks, logger: false });
  const contents = `import middy from '@middy/core';
import { auth0Authorizer } from './lib/index.ts';
export const handler = middy().use(auth0Authorizer(${options}));`;
  const { outputFiles } = await esbuild.build({
    stdin: { contents, resolveDir: ROOT, loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    write: false,
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
  return outputFiles[0]?.text ?? '';
}

const BACKEND = "export const handler = async () => ({ statusCode: 200, body: '{}' });";

/** An HTTP API with payload format 2.0 whose answers are not cached. Returns the address of its stage. */
async function httpApi(authorizer: string, backend: string): Promise<string> {
  const { apiId } = await call('POST', '/v2/apis', { name: 'prove', protocolType: 'HTTP' });
  const { authorizerId } = await call('POST', `/v2/apis/${apiId}/authorizers`, {
    name: 'auth0',
    authorizerType: 'REQUEST',
    authorizerUri: uriOf(authorizer),
    authorizerPayloadFormatVersion: '2.0',
    identitySource: ['$request.header.Authorization'],
    authorizerResultTtlInSeconds: 300,
  });
  const { integrationId } = await call('POST', `/v2/apis/${apiId}/integrations`, {
    integrationType: 'AWS_PROXY',
    integrationUri: backend,
    payloadFormatVersion: '2.0',
  });
  for (const routeKey of Object.keys(OPTIONS.routes ?? {})) {
    const target = `integrations/${integrationId}`;
    await call('POST', `/v2/apis/${apiId}/routes`, {
      routeKey,
      target,
      authorizationType: 'CUSTOM',
      authorizerId,
    });
  }
  await call('POST', `/v2/apis/${apiId}/stages`, { stageName: '$default', autoDeploy: true });
  return `${MINISTACK_URL}/_aws/execute-api/${apiId}/$default`;
}

/** A REST API with a REQUEST authorizer whose answers are cached. Returns the address of its stage. */
async function restApi(authorizer: string, backend: string): Promise<string> {
  const { id } = await call('POST', '/restapis', { name: 'prove' });
  const resources = (await call('GET', `/restapis/${id}/resources`)) as unknown as { item: { id: string }[] };
  const made = await call('POST', `/restapis/${id}/authorizers`, {
    name: 'auth0',
    type: 'REQUEST',
    authorizerUri: uriOf(authorizer),
    identitySource: 'method.request.header.Authorization',
    authorizerResultTtlInSeconds: 300,
  });
  for (const key of Object.keys(OPTIONS.routes ?? {})) {
    const [httpMethod = '', template = ''] = key.split(' ');
    const pathPart = template.slice(1);
    const resource = await call('POST', `/restapis/${id}/resources/${resources.item[0]?.id}`, { pathPart });
    const method = `/restapis/${id}/resources/${resource['id']}/methods/${httpMethod}`;
    await call('PUT', method, { authorizationType: 'CUSTOM', authorizerId: made['id'] });
    await call('PUT', `${method}/integration`, {
      type: 'AWS_PROXY',
      httpMethod: 'POST',
      uri: uriOf(backend),
    });
  }
  await call('POST', `/restapis/${id}/deployments`, { stageName: 'prod' });
  return `${MINISTACK_URL}/restapis/${id}/prod/_user_request_`;
}

function uriOf(arn: string): string {
  return `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${arn}/invocations`;
}

describe('prove against ministack', function () {
  this.timeout(60_000);
  let backend: string;
  let authorizer: string;

  before(async function () {
    if (MINISTACK_URL === undefined) {
      console.log('    skipped: set MINISTACK_URL to the address of a ministack');
      return this.skip();
    }
    backend = await functionOf('backend', BACKEND);
    authorizer = await functionOf('authorizer', await authorizerCode());
  });

  async function proofOf(kind: GatewayKind, address: string): Promise<Proof> {
    const now = Math.floor(Date.now() / 1000);
    const tokens = new Map<Caller, string>([
      ['good', issuer.token({ permissions: ['read:orders'] })],
      ['thin', issuer.token({ sub: 'auth0|thin' })],
      ['expired', issuer.token({ iat: now - 7200, exp: now - 3600 })],
    ]);
    const { ttl, identitySources } = localApi(OPTIONS, kind, true).caching;
    const given = {
      gateway: kind,
      parameters: {},
      methods: [],
      maxRequests: 500,
      rate: 100,
      ttl,
      identitySources,
    };
    const stage = new URL(address);
    const sender = senderTo(stage, 20_000);
    const settings = await proofSettings(given, OPTIONS, stage, tokens);
    const proof = await prove(settings, sender, { now: Date.now, sleep: async () => {} });
    sender.close();
    return proof;
  }

  /** Paths of which the answer is another one than expected. */
  function differing({ differences }: Proof): readonly string[] {
    return [...new Set(differences.map(({ row }) => row.probe.path))];
  }

  function answers({ rows }: Proof): readonly string[] {
    const own = rows.filter(({ probe }) => probe.purpose === 'route' && probe.path === '/orders');
    return own.map(({ probe, observed }) => `${probe.caller}: ${observed.outcome}`);
  }

  it('finds no difference on an HTTP API', async () => {
    const proof = await proofOf('http-api-2.0', await httpApi(authorizer, backend));
    expect(differing(proof)).to.deep.equal([]);
    expect(answers(proof)).to.deep.equal([
      'good: allowed',
      'thin: denied 403',
      'expired: denied 403',
      'none: denied 401',
    ]);
  });

  it('finds on a REST API that it normalises paths, and nothing else', async () => {
    const proof = await proofOf('rest-request', await restApi(authorizer, backend));
    expect(differing(proof).filter((found) => !/\/\/|%2F/.test(found))).to.deep.equal([]);
    expect(answers(proof)).to.deep.equal([
      'good: allowed',
      'thin: denied 403',
      'expired: denied 401',
      'none: denied 401',
    ]);
  });
});
