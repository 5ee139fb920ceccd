import assert from 'node:assert/strict';
import path from 'node:path';
import { type GatewayKind, identitySources } from '../../../lib/index.ts';
import type { Context } from '../context.ts';
import type { BACKEND_EVENTS } from '../events.ts';
import { optionsOf, routesOf, withAddressRule } from '../options.ts';
import { run } from '../run.ts';
import { assertValid } from '../schema.ts';
import { cdkTemplate, type Resource, refersTo, type Template } from '../template.ts';
import { checkCdkInit } from './cdk-init.ts';
import { checkBuild, checkBundles, checkFindings } from './common.ts';
import { assertHttpApi } from './http-api.ts';

const API_GATEWAY = 'apigateway.amazonaws.com';

/** What all CDK examples are checked for. Returns the synthesized template, `null` if there is none. */
async function synthesized(context: Context): Promise<Template | null> {
  const { project, tools, check } = context;
  const { folder } = project;
  const isSynthesized = await checkBuild(
    context,
    'is synthesized by aws-cdk-lib, bundled by esbuild',
    'synth',
  );
  if (!isSynthesized) return null;
  const template = cdkTemplate(folder);
  await check('fits the resource schemas', () => assertValid(tools, template.file));
  await checkFindings(context, 'cdk.out');
  return template;
}

/** The bundle that the CDK made for a function. */
function bundleOf(folder: string, { metadata }: Resource): string {
  return path.join(folder, 'cdk.out', metadata['aws:asset:path'], 'index.mjs');
}

/** The function that is not the authorizer. */
function backendOf(template: Template, authorizer: Resource): Resource {
  const others = template.ofType('AWS::Lambda::Function').filter(({ id }) => id !== authorizer.id);
  assert.equal(others.length, 1);
  return others[0] as Resource;
}

/** Runs the bundles of the authorizer and of the other function. */
async function checkFunctions(
  context: Context,
  template: Template,
  authorizer: Resource,
  gateway: GatewayKind,
  backend: keyof typeof BACKEND_EVENTS,
): Promise<void> {
  const { folder } = context.project;
  await checkBundles(context, gateway, backend, () => ({
    authorizer: bundleOf(folder, authorizer),
    backend: bundleOf(folder, backendOf(template, authorizer)),
  }));
}

export async function checkCdkHttpApi(context: Context): Promise<void> {
  const { project, check } = context;
  const template = await synthesized(context);
  if (template === null) return;
  await check('guards every route, caches under the right key, may be invoked', async () =>
    assertHttpApi(template, await optionsOf(project), '2.0'),
  );
  const { properties } = template.only('AWS::ApiGatewayV2::Authorizer');
  const authorizer = template.functionIn(properties['AuthorizerUri']);
  await checkFunctions(context, template, authorizer, 'http-api-2.0', 'http');
  await checkCdkInit(context);
  await check('the identity sources follow the options', () =>
    withAddressRule(project, async () => {
      await run(project.folder, 'npm', ['run', 'synth']);
      assertHttpApi(cdkTemplate(project.folder), await optionsOf(project), '2.0');
    }),
  );
}

export async function checkCdkRest(context: Context): Promise<void> {
  const { project, check } = context;
  const template = await synthesized(context);
  if (template === null) return;
  const { id, properties } = template.only('AWS::ApiGateway::Authorizer');
  const authorizer = template.functionIn(properties['AuthorizerUri']);
  await check('caches under the right key, and may be invoked', async () => {
    const advice = identitySources(await optionsOf(project), 'rest-request');
    assert.ok(advice.cache);
    assert.equal(properties['Type'], 'REQUEST');
    assert.equal(properties['IdentitySource'], advice.identitySources.join(','));
    assert.equal(properties['AuthorizerResultTtlInSeconds'], 300);
    template.assertMayInvoke(API_GATEWAY, authorizer, ['/authorizers/', id]);
  });
  await check('guards every route', async () => {
    const methods = template.ofType('AWS::ApiGateway::Method');
    assert.equal(methods.length, routesOf(await optionsOf(project)).length);
    for (const method of methods) {
      assert.equal(method.properties['AuthorizationType'], 'CUSTOM', method.id);
      assert.ok(refersTo(method.properties['AuthorizerId'], id), `${method.id} has another authorizer`);
    }
  });
  await check('answers a 401 with a challenge', () => {
    const responses = template
      .ofType('AWS::ApiGateway::GatewayResponse')
      .map((response) => response.properties);
    const unauthorized = responses.find(({ ResponseType }) => ResponseType === 'UNAUTHORIZED');
    assert.match(JSON.stringify(unauthorized), /WWW-Authenticate.*Bearer/);
  });
  await checkFunctions(context, template, authorizer, 'rest-request', 'rest');
}

export async function checkWebSocket(context: Context): Promise<void> {
  const { check } = context;
  const template = await synthesized(context);
  if (template === null) return;
  const { id, properties } = template.only('AWS::ApiGatewayV2::Authorizer');
  const authorizer = template.functionIn(properties['AuthorizerUri']);
  await check('guards $connect with the token in the query, and may be invoked', () => {
    assert.equal(properties['AuthorizerType'], 'REQUEST');
    assert.deepEqual(properties['IdentitySource'], ['route.request.querystring.token']);
    const routes = template.ofType('AWS::ApiGatewayV2::Route').map((route) => route.properties);
    assert.deepEqual(routes.map(({ RouteKey }) => RouteKey).toSorted(), ['$connect', '$default']);
    const connect = routes.find(({ RouteKey }) => RouteKey === '$connect');
    assert.equal(connect?.['AuthorizationType'], 'CUSTOM');
    assert.ok(refersTo(connect?.['AuthorizerId'], id));
    template.assertMayInvoke(API_GATEWAY, authorizer, ['/authorizers/', id]);
  });
  await checkFunctions(context, template, authorizer, 'websocket', 'websocket');
}

export async function checkAppSync(context: Context): Promise<void> {
  const { project, check } = context;
  const template = await synthesized(context);
  if (template === null) return;
  const { id, properties } = template.only('AWS::AppSync::GraphQLApi');
  const { AuthorizerUri, AuthorizerResultTtlInSeconds } = properties['LambdaAuthorizerConfig'];
  const authorizer = template.functionIn(AuthorizerUri);
  await check('authorizes every query, caches as the options allow, may be invoked', async () => {
    const options = await optionsOf(project);
    assert.equal(properties['AuthenticationType'], 'AWS_LAMBDA');
    assert.equal(properties['AdditionalAuthenticationProviders'], undefined);
    assert.ok(identitySources(options, 'appsync-graphql').cache);
    assert.equal(AuthorizerResultTtlInSeconds, options.ttlOverride);
    template.assertMayInvoke('appsync.amazonaws.com', authorizer, [id]);
  });
  await checkFunctions(context, template, authorizer, 'appsync-graphql', 'appsync');
}
