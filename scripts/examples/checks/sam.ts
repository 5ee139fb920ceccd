import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { parse, type TagId } from 'yaml';
import { identitySources } from '../../../lib/index.ts';
import type { Context } from '../context.ts';
import { optionsOf, routesOf, withAddressRule } from '../options.ts';
import { run } from '../run.ts';
import { assertSamProperties, assertValid } from '../schema.ts';
import { checkBuild, checkBundles, checkFindings } from './common.ts';

/** The short forms of CloudFormation's functions, as far as the templates use them. */
const TAGS = ['Ref', 'GetAtt', 'Sub'].map((name) => ({
  tag: `!${name}`,
  resolve: (value: string) => (name === 'Ref' ? { Ref: value } : { [`Fn::${name}`]: value }),
}));

/** Reads template.yaml with the `Globals` copied into each function, as SAM does it. */
export function samResources(folder: string): Record<string, any> {
  const text = fs.readFileSync(path.join(folder, 'template.yaml'), 'utf8');
  const { Globals, Resources } = parse(text, { customTags: TAGS as unknown as TagId[] });
  for (const resource of Object.values<any>(Resources)) {
    if (resource.Type !== 'AWS::Serverless::Function') continue;
    resource.Properties = { ...Globals.Function, ...resource.Properties };
  }
  return Resources;
}

/** What both SAM templates are checked for. */
export async function checkTemplate({ project: { folder }, tools, check }: Context): Promise<void> {
  await check('fits the schemas of CloudFormation and SAM', () => {
    assertValid(tools, path.join(folder, 'template.yaml'));
    for (const [id, { Type, Properties }] of Object.entries(samResources(folder))) {
      assertSamProperties(tools, Type, Properties, id);
    }
  });
  await check('guards every route', () => {
    const { Api, Orders } = samResources(folder);
    const { DefaultAuthorizer, Authorizers } = Api.Properties.Auth;
    assert.deepEqual(Object.keys(Authorizers), [DefaultAuthorizer]);
    assert.deepEqual(Authorizers[DefaultAuthorizer].FunctionArn, { 'Fn::GetAtt': 'Authorizer.Arn' });
    for (const { Properties } of Object.values<any>(Orders.Properties.Events)) {
      assert.equal(Properties.Auth, undefined);
      assert.deepEqual(Properties.RestApiId ?? Properties.ApiId, { Ref: 'Api' });
    }
  });
}

/** Asserts that the tests of an example notice a template whose cache key does not fit the options. */
export async function assertTestsNotice({ project }: Context, options?: string): Promise<void> {
  await withAddressRule(
    project,
    async () => {
      const failure = await run(project.folder, 'npm', ['test']).then(() => '', String);
      assert.match(failure, /identity\.sourceIp/);
    },
    options,
  );
}

export async function checkSam(context: Context): Promise<void> {
  const { project, check } = context;
  const { folder } = project;
  await checkBuild(context, 'is built', 'build');
  await checkTemplate(context);
  await checkFindings(context, 'template.yaml');
  await check('caches under the right key, for every declared route', async () => {
    const options = await optionsOf(project);
    const { Api, Orders } = samResources(folder);
    const { FunctionPayloadType, Identity } = Api.Properties.Auth.Authorizers.Auth0;
    assert.equal(FunctionPayloadType, 'REQUEST');
    assert.deepEqual(Identity, { Headers: ['Authorization'], ReauthorizeEvery: 300 });
    assert.deepEqual(identitySources(options, 'rest-request'), {
      cache: true,
      identitySources: ['method.request.header.Authorization'],
    });
    assert.equal(Object.keys(Orders.Properties.Events).length, routesOf(options).length);
  });
  await checkBundles(context, 'rest-request', 'rest');
  await check('its tests notice identity sources that do not fit the options', () =>
    assertTestsNotice(context),
  );
}
