import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestIssuer } from '../lib/testing.ts';
import { selfSignedCertificate } from '../test/support/certificate.ts';
import { type Behaviour, goodWith, startJwksServer } from '../test/support/jwks-server.ts';
import type { Settings } from './contenders/contender.ts';

const AUDIENCE = 'https://api.example.com/';
const LIFETIME_S = 7200;

/** Issues RS256 tokens of some 700 bytes. Publishes its key on loopback, with and without TLS. */
export interface IdentityProvider {
  readonly plain: Settings;
  readonly tls: Settings;
  /** For `NODE_EXTRA_CA_CERTS`, so that clients trust its certificate. */
  readonly caFile: string;
  /** Distinct tokens. */
  tokens(count: number, settings?: Settings): string[];
  close(): Promise<void>;
}

const PUBLISHED = goodWith({ 'content-type': 'application/json', 'cache-control': 'max-age=600' });

/** @param delayMs - from a request for the keys to the answer */
export async function startIdentityProvider(delayMs = 0): Promise<IdentityProvider> {
  const issuer = createTestIssuer({ audience: AUDIENCE });
  const certificate = selfSignedCertificate();
  const folder = mkdtempSync(join(tmpdir(), 'authorizer-bench-'));
  const caFile = join(folder, 'ca.pem');
  writeFileSync(caFile, certificate.cert);
  const { keys } = issuer.jwks;
  const servers = [await startJwksServer(keys), await startJwksServer(keys, certificate)] as const;
  const behaviour: Behaviour =
    delayMs === 0 ? PUBLISHED : (...call) => setTimeout(() => PUBLISHED(...call), delayMs);
  for (const server of servers) server.behaviour = behaviour;
  const [plain, tls] = servers.map(({ uri }): Settings => {
    const { protocol, port } = new URL(uri);
    // By address: the lookup of `localhost` would count.
    const origin = `${protocol}//127.0.0.1:${port}`;
    return {
      issuer: `${origin}/`,
      jwksUri: `${origin}/.well-known/jwks.json`,
      audience: AUDIENCE,
      jwk: keys[0] as Settings['jwk'],
    };
  }) as [Settings, Settings];
  return {
    plain,
    tls,
    caFile,
    tokens: (count: number, settings = plain) =>
      Array.from({ length: count }, (_, index) => issuer.token(claimsOf(settings.issuer, index))),
    async close() {
      rmSync(folder, { recursive: true });
      await Promise.all(servers.map((server) => server.close()));
    },
  };
}

/** Claims as in Auth0's profile of access tokens. */
export function claimsOf(issuer: string, index: number): Record<string, unknown> {
  const now = Math.floor(Date.now() / 1000);
  return {
    iss: issuer,
    sub: `auth0|65f1c0de${String(index).padStart(16, '0')}`,
    aud: [AUDIENCE, `${issuer}userinfo`],
    iat: now,
    exp: now + LIFETIME_S,
    scope: 'openid profile read:orders write:orders',
    azp: 'kQ3pZb7wN1xT5vR9yL2mC8dF4hJ6sG0a',
    permissions: ['read:orders', 'write:orders', 'admin'],
  };
}
