import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { identitySources } from '../../../lib/index.ts';
import { httpApi2Event } from '../../../lib/testing.ts';
import { startRuntimeApi } from '../../../test/package/runtime-api.ts';
import { runtimeClient } from '../../../test/package/runtime-client.ts';
import { unzip } from '../../../test/package/unzip.ts';
import type { Context } from '../context.ts';
import { optionsOf } from '../options.ts';
import { AUTH0, run, start } from '../run.ts';
import { assertReadsCaller } from './common.ts';
import { assertTestsNotice, checkTemplate, samResources } from './sam.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');

export async function checkLayer(context: Context): Promise<void> {
  const { project, check } = context;
  const { folder } = project;
  await check('passes its own tests', () => run(folder, 'npm', ['test']));
  await check('the layer is written', async () => {
    await run(ROOT, process.execPath, ['scripts/layer.ts', path.join(folder, 'layer.zip')]);
  });
  await checkTemplate(context);
  await check('caches under the right key, and the authorizer may be invoked', async () => {
    const advice = identitySources(await optionsOf(project, 'src/options.mjs'), 'http-api-2.0');
    assert.deepEqual(advice, { cache: true, identitySources: ['$request.header.Authorization'] });
    const { Api } = samResources(folder);
    const { FunctionArn: _, ...settings } = Api.Properties.Auth.Authorizers.Auth0;
    assert.deepEqual(settings, {
      AuthorizerPayloadFormatVersion: '2.0',
      EnableSimpleResponses: false,
      EnableFunctionDefaultPermissions: true,
      Identity: { Headers: ['Authorization'], ReauthorizeEvery: 300 },
    });
  });
  await check('the authorizer on the layer answers under the runtime interface client', () =>
    assertAnswers(folder),
  );
  await check('the backend reads the caller', () =>
    assertReadsCaller(project, path.join(folder, 'src/orders.mjs'), 'http'),
  );
  await check('its tests notice identity sources that do not fit the options', () =>
    assertTestsNotice(context, 'src/options.mjs'),
  );
}

/** Runs the function as Lambda does, with the layer unpacked: nothing but the layer has the packages. */
async function assertAnswers(folder: string): Promise<void> {
  const root = fs.mkdtempSync(path.join(path.dirname(path.dirname(folder)), 'lambda-'));
  unzip(fs.readFileSync(path.join(folder, 'layer.zip')), path.join(root, 'opt'));
  const task = path.join(root, 'task');
  fs.cpSync(path.join(folder, 'src'), task, { recursive: true });
  // The managed runtimes find the layer without it; a plain Node.js needs the link.
  fs.symlinkSync(path.join(root, 'opt/nodejs/node_modules'), path.join(task, 'node_modules'));
  const client = await runtimeClient(root);
  const api = await startRuntimeApi(
    [httpApi2Event({ path: '/orders' })],
    'Root=1-5759e988-bd862e3fe1be46a994272793',
  );
  const variables = {
    ...AUTH0,
    AWS_LAMBDA_RUNTIME_API: api.host,
    LAMBDA_TASK_ROOT: task,
    _HANDLER: 'authorizer.handler',
    AWS_LAMBDA_FUNCTION_NAME: 'authorizer',
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
    AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/authorizer',
    AWS_LAMBDA_LOG_STREAM_NAME: 'stream',
  };
  const lambda = start(task, process.execPath, client, variables);
  try {
    const { kind, body } = await api.report();
    assert.equal(kind, 'response', JSON.stringify(body));
    assert.match(JSON.stringify(body), /"Effect":"Deny".*"refusal":"missing_token"/);
  } finally {
    await lambda.stop();
    api.close();
  }
}
