import assert from 'node:assert/strict';
import test from 'node:test';
import middy from '@middy/core';
import { auth0Authorizer } from 'middy-auth0-authorizer';
import { createTestIssuer, decide, httpApi2Event } from 'middy-auth0-authorizer/testing';
import { options } from './src/options.mjs';

const issuer = createTestIssuer();
const handler = middy().use(auth0Authorizer({ ...options, ...issuer.options, logger: false }));
const token = issuer.token({ sub: 'auth0|reader', scope: 'read:orders' });

test('a reader may list orders, and the backend learns who it is', async () => {
  const decision = await decide(handler, httpApi2Event({ token, path: '/orders' }));
  assert.equal(decision.outcome, 'allow');
  assert.deepEqual(decision.context, { sub: 'auth0|reader', scope: 'read:orders' });
});

test('a reader may not create orders', async () => {
  const decision = await decide(handler, httpApi2Event({ token, method: 'POST', path: '/orders' }));
  assert.equal(decision.outcome, 'deny');
});
