import assert from 'node:assert/strict';
import test from 'node:test';
import middy from '@middy/core';
import { auth0Authorizer } from 'middy-auth0-authorizer';
import { appSyncGraphqlEvent, createTestIssuer, decide } from 'middy-auth0-authorizer/testing';
import { options } from './options.ts';

const issuer = createTestIssuer();
const handler = middy().use(auth0Authorizer({ ...options, ...issuer.options, logger: false }));
const query = (scope: string) =>
  decide(handler, appSyncGraphqlEvent({ token: issuer.token({ sub: 'auth0|reader', scope }) }));

test('a reader may query, and resolvers learn who it is', async () => {
  const decision = await query('read:orders');
  assert.equal(decision.outcome, 'allow');
  assert.deepEqual(decision.context, { sub: 'auth0|reader', scope: 'read:orders' });
});

test('a caller without the scope, and a forged token, are refused', async () => {
  assert.equal((await query('write:orders')).outcome, 'deny');
  const forged = createTestIssuer().token({ scope: 'read:orders' });
  assert.equal((await decide(handler, appSyncGraphqlEvent({ token: forged }))).outcome, 'deny');
});
