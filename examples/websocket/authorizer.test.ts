import assert from 'node:assert/strict';
import test from 'node:test';
import middy from '@middy/core';
import { auth0Authorizer } from 'middy-auth0-authorizer';
import { createTestIssuer, decide, webSocketEvent } from 'middy-auth0-authorizer/testing';
import { options } from './options.ts';

const issuer = createTestIssuer();
const handler = middy().use(auth0Authorizer({ ...options, ...issuer.options, logger: false }));
const connect = (claims: object) =>
  decide(handler, webSocketEvent({ query: { token: issuer.token({ ...claims }) } }));

test('a caller with the scope may connect, and the backend learns who it is', async () => {
  const decision = await connect({ sub: 'auth0|ann', scope: 'chat' });
  assert.equal(decision.outcome, 'allow');
  assert.deepEqual(decision.context, { sub: 'auth0|ann', scope: 'chat' });
});

test('a caller without the scope gets 403, a caller without a token 401', async () => {
  const without = await connect({ scope: 'read:orders' });
  assert.ok(without.outcome === 'deny' && without.status === 403);
  const anonymous = await decide(handler, webSocketEvent());
  assert.ok(anonymous.outcome === 'deny' && anonymous.status === 401);
});
