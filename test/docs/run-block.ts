// Runs one code block in its own process: `node run-block.ts FILE`. The package's name resolves to lib/, Middy's to the
// version under test, other names to the repository's packages. Only loopback is reachable.
import '../support/setup.ts';
import { registerHooks } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { MIDDY_PACKAGE } from '../support/middy.ts';
import { entryPoints, STAND_INS } from './entry-points.ts';

const [file = ''] = process.argv.slice(2);
const root = path.resolve(import.meta.dirname, '../..');
const repository = pathToFileURL(path.join(root, 'package.json')).href;
const sources = new Map([...entryPoints(), ...STAND_INS]);

registerHooks({
  resolve(specifier, context, next) {
    const own = sources.get(specifier);
    if (own !== undefined) return { url: pathToFileURL(own).href, shortCircuit: true };
    if (context.parentURL !== pathToFileURL(file).href) return next(specifier, context);
    return next(specifier === '@middy/core' ? MIDDY_PACKAGE : specifier, {
      ...context,
      parentURL: repository,
    });
  },
});

/** The event of a REST API's REQUEST authorizer for a request without a credential. */
const anonymous = {
  type: 'REQUEST',
  methodArn: 'arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/prod/GET/not-a-declared-path',
  resource: '/not-a-declared-path',
  path: '/not-a-declared-path',
  httpMethod: 'GET',
  headers: {},
  multiValueHeaders: {},
  queryStringParameters: {},
  multiValueQueryStringParameters: {},
  pathParameters: {},
  stageVariables: {},
  requestContext: {
    accountId: '123456789012',
    apiId: 'abcdef1234',
    httpMethod: 'GET',
    identity: { sourceIp: '192.0.2.1' },
    path: '/prod/not-a-declared-path',
    protocol: 'HTTP/1.1',
    requestId: '6b9a3f3e-0000-4000-8000-000000000000',
    resourcePath: '/not-a-declared-path',
    stage: 'prod',
  },
};

const exports = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
if (typeof exports['handler'] === 'function') {
  const context = { getRemainingTimeInMillis: () => 3000, awsRequestId: 'a', functionName: 'f' };
  const answer = await Promise.resolve(exports['handler'](anonymous, context)).catch(String);
  const text = JSON.stringify(answer) ?? '';
  if (/"Effect":"Allow"|"isAuthorized":true/.test(text))
    throw new Error('it allows a caller without a token');
}
process.exit(0);
