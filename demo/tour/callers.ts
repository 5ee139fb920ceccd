import { setTimeout as wait } from 'node:timers/promises';
import { revokeTokens } from '../../lib/revocations.ts';
import type { Step } from './step.ts';

/** Who is calling: agents, anonymous sessions and organizations. One cached answer is right for every route. */
const KINDS: readonly Step[] = [
  {
    title: 'An agent pays: refused, because only users themselves may',
    api: 'callers',
    request: 'POST /payments',
    as: 'agent',
    expect: { status: 403, code: 'caller_not_allowed' },
  },
  {
    title: 'The same agent reads the orders of its user: allowed from the cache',
    api: 'callers',
    request: 'GET /orders',
    as: 'agent',
    kept: true,
    expect: { status: 200, by: 'cache' },
  },
  {
    title: 'The user pays',
    api: 'callers',
    request: 'POST /payments',
    as: 'reader',
    expect: { status: 200 },
  },
  {
    title: 'An anonymous session: refused, because no rule of this route allows it',
    api: 'callers',
    request: 'GET /orders',
    as: 'anonymous',
    expect: { status: 403, code: 'anonymous_not_allowed' },
  },
  {
    title: 'The same session on a route that allows it: allowed from the cache',
    api: 'callers',
    request: 'GET /catalogue',
    as: 'anonymous',
    kept: true,
    expect: { status: 200, by: 'cache' },
  },
  {
    title: "A member of an organization, in another one's path",
    api: 'callers',
    request: 'GET /orgs/org_8h7g6f5e4d3c2b1a/orders',
    as: 'member',
    expect: { status: 403, code: 'organization_mismatch' },
  },
  {
    title: "in his own organization's path: allowed from the cache",
    api: 'callers',
    request: 'GET /orgs/org_1a2b3c4d5e6f7g8h/orders',
    as: 'member',
    kept: true,
    expect: { status: 200, by: 'cache' },
  },
  {
    title: 'and in a third one: denied from the cache',
    api: 'callers',
    request: 'GET /orgs/org_00000000000000aa/orders',
    as: 'member',
    kept: true,
    expect: { status: 403, by: 'cache' },
  },
  {
    title: 'A user without an organization',
    api: 'callers',
    request: 'GET /orgs/org_1a2b3c4d5e6f7g8h/orders',
    as: 'writer',
    expect: { status: 403, code: 'organization_required' },
  },
];

/** A request waits for a new list then: a second after that is due. */
const OUTDATED_MS = 2100;

/** An access token that ends before its `exp`. */
const REVOCATION: readonly Step[] = [
  {
    title: 'A user with a good token',
    api: 'revocations',
    request: 'GET /orders',
    as: 'reader',
    expect: { status: 200 },
  },
  {
    title: 'His tokens are revoked: the same one is refused while the environment runs',
    api: 'revocations',
    before: async ({ revocations }) => {
      await revokeTokens({ store: revocations, tokens: { sub: 'auth0|reader' } });
      await wait(OUTDATED_MS);
    },
    request: 'GET /orders',
    as: 'reader',
    kept: true,
    // An HTTP API: the package denies it, since AWS documents no 401 of an authorizer there.
    expect: { status: 403, code: 'token_revoked' },
  },
  {
    title: 'He logs in again: only tokens from before are revoked',
    api: 'revocations',
    request: 'GET /orders',
    as: 'reader',
    expect: { status: 200 },
  },
];

export const CALLERS: readonly Step[] = [...KINDS, ...REVOCATION];
