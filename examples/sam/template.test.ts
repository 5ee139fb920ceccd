import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { identitySources } from 'middy-auth0-authorizer';
import { parse } from 'yaml';
import { options } from './options.ts';

const { Resources } = parse(readFileSync('template.yaml', 'utf8'), { logLevel: 'error' });

test('the template caches under the key that the options need', () => {
  const {
    Headers = [],
    Context = [],
    ReauthorizeEvery,
  } = Resources.Api.Properties.Auth.Authorizers.Auth0.Identity;
  const advice = identitySources(options, 'rest-request');
  assert.ok(advice.cache || ReauthorizeEvery === 0, 'set ReauthorizeEvery: 0');
  const configured = [
    ...Headers.map((name: string) => `method.request.header.${name}`),
    ...Context.map((name: string) => `context.${name}`),
  ];
  if (advice.cache) assert.deepEqual(configured, advice.identitySources);
});

test('the API has the routes of the options', () => {
  const events: { Properties: { Method: string; Path: string } }[] = Object.values(
    Resources.Orders.Properties.Events,
  );
  const routes = events.map(({ Properties: { Method, Path } }) => `${Method} ${Path}`);
  assert.deepEqual(routes, Object.keys(options.routes));
});
