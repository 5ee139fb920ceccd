import {
  clientCertificate,
  createTestIssuer,
  dpopKey,
  dpopProof,
  restRequestEvent,
  type TestCertificate,
  type TestDpopKey,
} from '../../lib/testing.ts';
import { HEADERS } from '../events.ts';
import { claimsOf } from '../identity-provider.ts';

/** What the tokens of a row are bound to. */
export type Binding = 'none' | 'certificate' | 'key';

/**
 * Which tokens the requests of a row have: each a new one of a client of its own, each a new one of one of {@link CLIENTS}
 * clients, or one token for each of these clients.
 */
export type Tokens = 'new client' | 'known client' | 'known token';

/** Clients that take turns. */
export const CLIENTS = 64;

export const ISSUER = 'https://tenant.eu.auth0.com/';
export const AUDIENCE = 'https://api.example.com/';
export const issuer = createTestIssuer({
  domain: new URL(ISSUER).host,
  audience: AUDIENCE,
  algorithm: 'ES256',
});

type Bond = TestDpopKey | TestCertificate;

/** JSON of as many requests. Each request with a key has a new proof. */
export function requestTexts(binding: Binding, tokens: Tokens, count: number): string[] {
  const clients = Array.from({ length: CLIENTS }, () => bondOf(binding));
  const known = clients.map((bond, at) => tokenOf(bond, at));
  return Array.from({ length: count }, (_, at) => {
    const client = at % CLIENTS;
    const bond = tokens === 'new client' ? bondOf(binding) : clients[client];
    const token = tokens === 'known token' ? (known[client] as string) : tokenOf(bond, at);
    return JSON.stringify(requestOf(token, bond));
  });
}

function bondOf(binding: Binding): Bond | undefined {
  if (binding === 'none') return undefined;
  return binding === 'key' ? dpopKey() : clientCertificate();
}

function tokenOf(bond: Bond | undefined, at: number): string {
  return issuer.token.user(claimsOf(ISSUER, at), bond === undefined ? {} : { boundTo: bond });
}

function requestOf(token: string, bond: Bond | undefined): object {
  const event = (scheme: string, proof: object, certificate: object = {}) =>
    restRequestEvent({
      authorization: `${scheme} ${token}`,
      path: '/orders',
      resource: '/{proxy+}',
      headers: { ...HEADERS, ...proof },
      ...certificate,
    });
  if (bond === undefined) return event('Bearer', {});
  if ('pem' in bond) return event('Bearer', {}, { clientCertificate: bond.pem });
  const { domainName, path } = event('DPoP', {}).requestContext;
  return event('DPoP', { DPoP: dpopProof({ key: bond, token, url: `https://${domainName}${path}` }) });
}
