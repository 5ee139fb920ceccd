import assert from 'node:assert/strict';
import test from 'node:test';
import middy from '@middy/core';
import { auth0Authorizer } from 'middy-auth0-authorizer';
import { createTestIssuer, decide, eventFor } from 'middy-auth0-authorizer/testing';
import { options } from './options.ts';

const issuer = createTestIssuer();
const handler = middy().use(auth0Authorizer({ ...options, ...issuer.options, logger: false }));
const token = issuer.token({ sub: 'auth0|reader', scope: 'read:orders' });

const GATEWAY = 'rest-request';
const decisionOn = (method: string, path: string, sent: string | undefined = token) =>
  decide(handler, eventFor(GATEWAY, { method, path, token: sent }));

test('a reader may list orders, and the backend learns who it is', async () => {
  const decision = await decisionOn('GET', '/orders');
  assert.equal(decision.outcome, 'allow');
  assert.deepEqual(decision.context, { sub: 'auth0|reader', scope: 'read:orders' });
});

test('a reader may not create orders, not even by a cached answer', async () => {
  assert.equal((await decisionOn('POST', '/orders')).outcome, 'deny');
  const cached = await decisionOn('GET', '/orders');
  assert.equal(cached.allowsFromCache('GET', '/orders/7'), true);
  assert.equal(cached.allowsFromCache('POST', '/orders'), false);
});

test('an undeclared path and a forged token are refused', async () => {
  assert.equal((await decisionOn('GET', '/invoices')).outcome, 'deny');
  assert.equal((await decisionOn('GET', '/orders', createTestIssuer().token())).outcome, 'deny');
});
