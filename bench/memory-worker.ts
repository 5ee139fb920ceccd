/**
 * Sends the authorizer token after token, each one new and for another path, and measures the live heap. The tokens are
 * signed with ES256, which is fast; the memory that a token takes does not depend on the algorithm.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createTestIssuer, lambdaContext } from '../lib/testing.ts';
import type { Settings } from './contenders/contender.ts';
import { oursWith } from './contenders/ours-with.ts';
import { eventText } from './events.ts';
import { claimsOf } from './identity-provider.ts';

export interface MemoryStep {
  /** Distinct tokens sent so far. */
  readonly tokens: number;
  /** Live heap after a full collection, MB. */
  readonly heapMb: number;
  /** Peak memory of the process so far, MB. */
  readonly peakMb: number;
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const ISSUER = 'https://tenant.eu.auth0.com/';
const issuer = createTestIssuer({ algorithm: 'ES256' });
const [jwk] = issuer.jwks.keys as [Settings['jwk']];
const settings = { issuer: ISSUER, jwksUri: '', audience: 'https://api.example.com/', jwk };

const decide = oursWith(settings, {
  logger: false,
  algorithms: ['ES256'],
  jwks: { keys: issuer.jwks },
  routes: { 'GET /orders/{id}': { scopes: ['read:orders'] }, 'GET /{proxy+}': {} },
});

process.on('message', async (steps: readonly number[]) => {
  const results: MemoryStep[] = [];
  let shown = 0;
  for (const step of steps) {
    for (; shown < step; shown += 1) {
      const token = issuer.token(claimsOf(ISSUER, shown));
      await decide(JSON.parse(eventText({ token, path: `/orders/${shown}` })), lambdaContext());
    }
    collect();
    const heapMb = process.memoryUsage().heapUsed / 2 ** 20;
    results.push({ tokens: shown, heapMb, peakMb: process.resourceUsage().maxRSS / 1024 });
  }
  process.send?.(results);
});
