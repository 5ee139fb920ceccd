import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { identitySources } from 'middy-auth0-authorizer';
import { revocationFeed } from 'middy-auth0-authorizer/revocations';
import { parse } from 'yaml';
import { logEvent, streamEvent } from './events.ts';
import { memoryStore } from './memory-store.ts';
import { options } from './options.ts';

const { Resources } = parse(readFileSync('template.yaml', 'utf8'), { logLevel: 'error' });

test('the template caches under the key, and no longer, than the options need', () => {
  const {
    Headers = [],
    Context = [],
    ReauthorizeEvery,
  } = Resources.Api.Properties.Auth.Authorizers.Auth0.Identity;
  const advice = identitySources(options, 'rest-request');
  assert.ok(advice.cache || ReauthorizeEvery === 0, 'set ReauthorizeEvery: 0');
  if (!advice.cache) return;
  const configured = [
    ...Headers.map((name: string) => `method.request.header.${name}`),
    ...Context.map((name: string) => `context.${name}`),
  ];
  assert.deepEqual(configured, advice.identitySources);
  assert.ok(ReauthorizeEvery <= Number(advice.maxTtl), `set ReauthorizeEvery: ${advice.maxTtl} or less`);
});

test('the API has the routes of the options', () => {
  const events: { Properties: { Method: string; Path: string } }[] = Object.values(
    Resources.Orders.Properties.Events,
  );
  const routes = events.map(({ Properties: { Method, Path } }) => `${Method} ${Path}`);
  assert.deepEqual(routes, Object.keys(options.routes));
});

test('the rule passes on what the feed turns into revocations', async () => {
  const [ofEvents, ofLogs] = Resources.Feed.Properties.Events.Auth0.Properties.Pattern.detail.$or;
  const events = [...ofEvents.type.map(streamEvent), ...ofLogs.data.type.map(logEvent)];
  assert.ok(events.length > 0);
  const feed = revocationFeed({ store: memoryStore(), logger: false });
  for (const event of events) {
    const [result] = await feed(event);
    assert.equal(result?.kind, 'revoked', JSON.stringify(event));
  }
});
