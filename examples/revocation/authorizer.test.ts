import assert from 'node:assert/strict';
import test from 'node:test';
import middy from '@middy/core';
import { auth0Authorizer } from 'middy-auth0-authorizer';
import { revocationFeed } from 'middy-auth0-authorizer/revocations';
import { createTestIssuer, decide, eventFor } from 'middy-auth0-authorizer/testing';
import { streamEvent } from './events.ts';
import { memoryStore } from './memory-store.ts';
import { options } from './options.ts';

const issuer = createTestIssuer();

test('a user who is blocked in Auth0 is refused, others are not', async () => {
  const store = memoryStore();
  await revocationFeed({ store, logger: false })(streamEvent('user.updated'));
  const revocations = { ...options.revocations, store };
  const handler = middy().use(auth0Authorizer({ ...options, ...issuer.options, revocations, logger: false }));
  const decisionFor = (sub: string) => {
    // From before the user was blocked: a token of a later second is good again.
    const iat = Math.floor(Date.now() / 1000) - 60;
    const token = issuer.token({ sub, iat, scope: 'read:orders' });
    return decide(handler, eventFor('rest-request', { path: '/orders', token }));
  };
  const decision = await decisionFor('auth0|ann');
  assert.ok(decision.outcome === 'deny' && decision.refusal === 'token_revoked');
  assert.equal((await decisionFor('auth0|bob')).outcome, 'allow');
});
