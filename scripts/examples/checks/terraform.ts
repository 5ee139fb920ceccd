import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { identitySources } from '../../../lib/index.ts';
import type { Context } from '../context.ts';
import { optionsOf, routesOf, withAddressRule } from '../options.ts';
import { run } from '../run.ts';
import { checkBuild, checkBundles } from './common.ts';

export async function checkTerraform(context: Context): Promise<void> {
  const { project, tools, check } = context;
  const { folder } = project;
  const files = fs.readdirSync(folder).filter((name) => name.endsWith('.tf'));
  const text = files.map((name) => fs.readFileSync(path.join(folder, name), 'utf8')).join('\n');
  await checkBuild(context, 'is built', 'build');
  await check('has the format of `terraform fmt`', async () =>
    assert.equal(await tools.hclFormat.format(text), text),
  );
  await check('is parsed, and refers to what it declares only', async () =>
    assertReferences(await tools.hcl.parse('main.tf', text), text),
  );
  await check('guards every route, and may be invoked', async () =>
    assertEssentials((await tools.hcl.parse('main.tf', text)).resource),
  );
  await check('caches under the right key', () => assertApiFile(context));
  await checkBundles(context, 'http-api-2.0', 'http');
  await check('the identity sources follow the options', () =>
    withAddressRule(project, async () => {
      await run(folder, 'npm', ['run', 'build']);
      await assertApiFile(context);
    }),
  );
}

/** Compares what `npm run build` writes for Terraform with the options. */
async function assertApiFile({ project }: Context): Promise<void> {
  const options = await optionsOf(project);
  const advice = identitySources(options, 'http-api-2.0');
  assert.ok(advice.cache);
  const api: unknown = JSON.parse(fs.readFileSync(path.join(project.folder, 'build/api.json'), 'utf8'));
  assert.deepEqual(api, { routes: routesOf(options), identitySources: advice.identitySources, ttl: 300 });
}

/** Asserts that each `aws_type.name`, `data.type.name`, `var.name` and `local.name` is declared. */
function assertReferences(parsed: any, text: string): void {
  const declared = new Set([
    ...namesIn(parsed.resource, (type, name) => `${type}.${name}`),
    ...namesIn(parsed.data, (type, name) => `data.${type}.${name}`),
    ...Object.keys(parsed.variable).map((name) => `var.${name}`),
    ...parsed.locals.flatMap(Object.keys).map((name: string) => `local.${name}`),
  ]);
  const used = text.matchAll(/\b(?:data\.\w+\.\w+|aws_\w+\.\w+|var\.\w+|local\.\w+)/g);
  for (const [reference] of used) assert.ok(declared.has(reference), `${reference} is not declared`);
}

function namesIn(blocks: object, shown: (type: string, name: string) => string): readonly string[] {
  return Object.entries(blocks).flatMap(([type, named]) =>
    Object.keys(named).map((name) => shown(type, name)),
  );
}

function assertEssentials(resources: any): void {
  const authorizer = resources.aws_apigatewayv2_authorizer.auth0[0];
  assert.equal(authorizer.authorizer_type, 'REQUEST');
  assert.equal(authorizer.authorizer_payload_format_version, '2.0');
  assert.equal(authorizer.enable_simple_responses, false);
  assert.equal(authorizer.identity_sources, '${local.api.identitySources}');
  assert.equal(authorizer.authorizer_result_ttl_in_seconds, '${local.api.ttl}');
  assert.equal(authorizer.authorizer_uri, '${aws_lambda_function.authorizer.invoke_arn}');

  assert.deepEqual(Object.keys(resources.aws_apigatewayv2_route), ['orders']);
  const route = resources.aws_apigatewayv2_route.orders[0];
  assert.equal(route.for_each, '${toset(local.api.routes)}');
  assert.equal(route.authorization_type, 'CUSTOM');
  assert.equal(route.authorizer_id, '${aws_apigatewayv2_authorizer.auth0.id}');

  const permission = resources.aws_lambda_permission.authorizer[0];
  assert.equal(permission.principal, 'apigateway.amazonaws.com');
  assert.equal(permission.function_name, '${aws_lambda_function.authorizer.function_name}');
  assert.match(permission.source_arn, /\/authorizers\/\$\{aws_apigatewayv2_authorizer\.auth0\.id\}$/);

  for (const [lambda] of Object.values<any>(resources.aws_lambda_function)) {
    assert.equal(lambda.runtime, 'nodejs24.x');
    assert.ok(lambda.source_code_hash);
  }
}
