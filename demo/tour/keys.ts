import { setTimeout as wait } from 'node:timers/promises';
import type { Step } from './step.ts';

/** Keys are older than `freshFor` then. */
const OUTDATED_MS = 1200;
/** A cooldown has ended then. */
const COOLED_DOWN_MS = 600;

/** Changes and failures of the keys. */
export const KEYS: readonly Step[] = [
  {
    title: 'A token of the current key',
    api: 'keys',
    request: 'GET /orders',
    as: 'reader',
    expect: { status: 200 },
  },
  {
    title: 'The key is rotated: Auth0 had already published the new one',
    api: 'keys',
    before: ({ auth0 }) => auth0.rotate(),
    request: 'GET /orders',
    as: 'writer',
    expect: { status: 200 },
  },
  {
    title: 'Auth0 signs with an unpublished key: the authorizer fetches the keys',
    api: 'keys',
    before: async ({ auth0 }) => {
      await auth0.replaceKey();
      await wait(COOLED_DOWN_MS);
    },
    request: 'GET /orders',
    as: 'writer',
    expect: { status: 200 },
  },
  {
    title: 'The first key is revoked: its tokens are refused after `freshFor`',
    api: 'keys',
    before: async ({ auth0 }) => {
      auth0.revokePrevious();
      await wait(OUTDATED_MS);
    },
    request: 'GET /orders',
    as: 'reader',
    kept: true,
    expect: { status: 401, code: 'unknown_key' },
  },
  {
    title: 'The JWKS endpoint answers 429: the authorizer uses stale keys',
    api: 'keys',
    before: async ({ auth0 }) => {
      auth0.rateLimited = true;
      await wait(OUTDATED_MS);
    },
    request: 'GET /orders',
    as: 'reader',
    expect: { status: 200, keys: 'stale' },
  },
  {
    title: 'A new environment without keys: 500, since the token may be good',
    api: 'keys',
    before: ({ apis }) => apis.keys.coldStart(),
    request: 'GET /orders',
    as: 'reader',
    expect: { status: 500, code: 'keys_unavailable' },
  },
  {
    title: 'Auth0 answers again',
    api: 'keys',
    before: async ({ auth0 }) => {
      auth0.rateLimited = false;
      await wait(COOLED_DOWN_MS);
    },
    request: 'GET /orders',
    as: 'reader',
    expect: { status: 200 },
  },
];
