import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { identitySources } from 'middy-auth0-authorizer';
import { parse } from 'yaml';
import { options } from './src/options.mjs';

const { Resources } = parse(readFileSync('template.yaml', 'utf8'), { logLevel: 'error' });

test('the template caches under the key that the options need', () => {
  const {
    Headers = [],
    Context = [],
    ReauthorizeEvery,
  } = Resources.Api.Properties.Auth.Authorizers.Auth0.Identity;
  const advice = identitySources(options, 'http-api-2.0');
  assert.ok(advice.cache || ReauthorizeEvery === 0, 'set ReauthorizeEvery: 0');
  const configured = [
    ...Headers.map((name) => `$request.header.${name}`),
    ...Context.map((name) => `$context.${name}`),
  ];
  if (advice.cache) assert.deepEqual(configured, advice.identitySources);
});

test('the API has the routes of the options', () => {
  const routes = Object.values(Resources.Orders.Properties.Events).map(
    ({ Properties: { Method, Path } }) => `${Method} ${Path}`,
  );
  assert.deepEqual(routes, Object.keys(options.routes));
});
