import assert from 'node:assert/strict';
import path from 'node:path';
import type { Context } from '../context.ts';
import { run } from '../run.ts';
import { checkBuild, checkBundles } from './common.ts';
import { assertTestsNotice, checkTemplate } from './sam.ts';

/** An endpoint of DynamoDB at which nothing listens. */
const NO_TABLE = {
  AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:9',
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'none',
  AWS_SECRET_ACCESS_KEY: 'none',
};

export async function checkRevocation(context: Context): Promise<void> {
  const { project, check } = context;
  const { folder } = project;
  await checkBuild(context, 'is built', 'build');
  await checkTemplate(context);
  await checkBundles(context, 'rest-request', 'rest');
  await check('the bundled feed ignores an event that is not of Auth0', async () => {
    const code = `
      const { handler } = await import(${JSON.stringify(path.join(folder, 'build/feed.mjs'))});
      console.log(JSON.stringify(await handler({ source: 'aws.events', detail: {} })));
    `;
    const output = await run(folder, process.execPath, ['--input-type=module', '--eval', code]);
    assert.match(output, /^\[\{"kind":"ignored","type":null,"id":null\}\]$/m);
  });
  await check('the command line loads the store, and asks the table', async () => {
    const args = ['middy-auth0-authorizer', 'revocations', 'list', '--store', 'store.ts'];
    const failure = await run(folder, 'npx', args, NO_TABLE).then(() => '', String);
    assert.match(failure, /^the store failed: .*ECONNREFUSED/m);
  });
  await check('its tests notice identity sources that do not fit the options', () =>
    assertTestsNotice(context),
  );
}
