import { encrypted, encryptedForAnother } from '../encryption.ts';
import { altered, confused, forged, opaque, unsigned } from '../forgeries.ts';
import type { Step } from './step.ts';

/** Refusals of tokens. */
export const TOKENS: readonly Step[] = [
  {
    title: 'A good token with the scope of the route',
    api: 'rest',
    request: 'GET /orders',
    as: 'reader',
    expect: { status: 200 },
  },
  {
    title: 'No token at all',
    api: 'rest',
    request: 'GET /orders',
    expect: { status: 401, code: 'missing_token' },
  },
  {
    title: 'An expired token',
    api: 'rest',
    request: 'GET /orders',
    as: 'expired',
    expect: { status: 401, code: 'token_expired' },
  },
  {
    title: 'A token for another API of the same tenant',
    api: 'rest',
    request: 'GET /orders',
    as: 'other-api',
    expect: { status: 401, code: 'wrong_audience' },
  },
  {
    title: 'A token that names another tenant as its issuer',
    api: 'rest',
    request: 'GET /orders',
    as: 'other-tenant',
    expect: { status: 401, code: 'unknown_issuer' },
  },
  {
    title: 'A token whose payload was altered, to be admin',
    api: 'rest',
    request: 'GET /admin/users',
    as: 'reader',
    tampered: altered,
    expect: { status: 401, code: 'invalid_signature' },
  },
  {
    title: "A token forged with the attacker's own key",
    api: 'rest',
    request: 'GET /admin/users',
    as: 'reader',
    tampered: forged,
    expect: { status: 401, code: 'invalid_signature' },
  },
  {
    title: 'A token signed with HMAC, which misuses a public key as the secret',
    api: 'rest',
    request: 'GET /orders',
    as: 'reader',
    tampered: confused,
    expect: { status: 401, code: 'algorithm_not_allowed' },
  },
  {
    title: 'A token without a signature, `alg: none`',
    api: 'rest',
    request: 'GET /orders',
    as: 'reader',
    tampered: unsigned,
    expect: { status: 401, code: 'algorithm_not_allowed' },
  },
  {
    title: 'An opaque token, as Auth0 gives without an audience',
    api: 'rest',
    request: 'GET /orders',
    as: 'reader',
    tampered: opaque,
    expect: { status: 401, code: 'opaque_token' },
  },
  {
    title: 'An encrypted token, which the authorizer decrypts and verifies',
    api: 'rest',
    request: 'GET /orders',
    as: 'reader',
    tampered: encrypted,
    expect: { status: 200 },
  },
  {
    title: "A token that is encrypted for another API's key",
    api: 'rest',
    request: 'GET /orders',
    as: 'reader',
    tampered: encryptedForAnother,
    expect: { status: 401, code: 'decryption_failed' },
  },
];
