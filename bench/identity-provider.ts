import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { selfSignedCertificate } from '../test/support/certificate.ts';
import type { Settings } from './contenders/contender.ts';

const AUDIENCE = 'https://api.example.com/';
const LIFETIME_S = 7200;

/** Issues real RS256 tokens of some 700 bytes, and publishes its key on loopback, with and without TLS. */
export interface IdentityProvider {
  readonly plain: Settings;
  readonly tls: Settings;
  /** For `NODE_EXTRA_CA_CERTS`, so that clients trust its certificate. */
  readonly caFile: string;
  /** Tokens that differ, each used by itself as new as the others. */
  tokens(count: number, settings?: Settings): string[];
  close(): Promise<void>;
}

export async function startIdentityProvider(): Promise<IdentityProvider> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'MjkyOEQ4Q0ZCRjg1', use: 'sig', alg: 'RS256' };
  const header = encode({ alg: 'RS256', typ: 'JWT', kid: jwk.kid });
  const certificate = selfSignedCertificate();
  const folder = mkdtempSync(join(tmpdir(), 'authorizer-bench-'));
  const caFile = join(folder, 'ca.pem');
  writeFileSync(caFile, certificate.cert);
  const body = JSON.stringify({ keys: [jwk] });
  const answer: http.RequestListener = (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'max-age=600' }).end(body);
  };
  const servers = [http.createServer(answer), https.createServer(certificate, answer)] as const;
  const [plain, tls] = (await Promise.all(servers.map(listen))) as [number, number];
  const settingsAt = (origin: string) => ({
    issuer: `${origin}/`,
    jwksUri: `${origin}/.well-known/jwks.json`,
    audience: AUDIENCE,
    jwk: jwk as Settings['jwk'],
  });
  const atPlain = settingsAt(`http://127.0.0.1:${plain}`);
  return {
    plain: atPlain,
    tls: settingsAt(`https://127.0.0.1:${tls}`),
    caFile,
    tokens: (count: number, { issuer } = atPlain) =>
      Array.from({ length: count }, (_, index) => {
        const input = `${header}.${encode(claimsOf(issuer, index))}`;
        return `${input}.${sign('sha256', Buffer.from(input), privateKey).toString('base64url')}`;
      }),
    async close() {
      rmSync(folder, { recursive: true });
      for (const server of servers) server.closeAllConnections();
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}

/** As in Auth0's profile of access tokens. */
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

export function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

async function listen(server: http.Server | https.Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
