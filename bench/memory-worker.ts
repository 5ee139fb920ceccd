/**
 * Shows the authorizer token after token, each one new and for a path of its own, and measures what stays behind.
 * The tokens are signed by ES256, which is quick to make; what is kept of a token does not depend on it.
 */
import { generateKeyPairSync, sign } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { oursWith } from './contenders/ours-with.ts';
import { eventText, lambdaContext } from './events.ts';
import { claimsOf, encode } from './identity-provider.ts';

export interface MemoryStep {
  /** Distinct tokens shown so far. */
  readonly tokens: number;
  /** Live heap after a full collection, MB. */
  readonly heapMb: number;
  /** Most memory that the process ever held so far, MB. */
  readonly peakMb: number;
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const ISSUER = 'https://tenant.eu.auth0.com/';
const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const jwk = { ...publicKey.export({ format: 'jwk' }), kty: 'EC', kid: 'es', use: 'sig', alg: 'ES256' };
const header = encode({ alg: 'ES256', typ: 'JWT', kid: 'es' });
const key = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const;
const settings = { issuer: ISSUER, jwksUri: '', audience: 'https://api.example.com/', jwk };

const decide = oursWith(settings, {
  logger: false,
  algorithms: ['ES256'],
  jwks: { keys: [jwk] },
  routes: { 'GET /orders/{id}': { scopes: ['read:orders'] }, 'GET /{proxy+}': {} },
});

process.on('message', async (steps: readonly number[]) => {
  const results: MemoryStep[] = [];
  let shown = 0;
  for (const step of steps) {
    for (; shown < step; shown += 1) {
      const input = `${header}.${encode(claimsOf(ISSUER, shown))}`;
      const token = `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`;
      await decide(JSON.parse(eventText({ token, path: `/orders/${shown}` })), lambdaContext() as never);
    }
    collect();
    const heapMb = process.memoryUsage().heapUsed / 2 ** 20;
    results.push({ tokens: shown, heapMb, peakMb: process.resourceUsage().maxRSS / 1024 });
  }
  process.send?.(results);
});
