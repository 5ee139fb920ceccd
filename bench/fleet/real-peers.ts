import { SimpleJwksCache } from 'aws-jwt-verify/jwk';
import buildGetJwks from 'get-jwks';
import { createRemoteJWKSet, customFetch } from 'jose';
import jwksClient from 'jwks-rsa';
import { createTestIssuer } from '../../lib/testing.ts';
import { fakeTime } from './fake-time.ts';
import type { Environment, Policy, World } from './policy.ts';

const DOMAIN = 'https://tenant.eu.auth0.com/';
const URI = `${DOMAIN}.well-known/jwks.json`;
const [jwk] = createTestIssuer().jwks.keys;

function answer({ auth0, clock }: World): { readonly status: number; readonly text: string } {
  const { status, kids } = auth0.ask(clock.now());
  const keys = kids?.map((kid) => ({ ...jwk, kid, use: 'sig', alg: 'RS256' }));
  return { status, text: JSON.stringify(keys === undefined ? { error: 'no' } : { keys }) };
}

function goodAnswer(world: World): string {
  const { status, text } = answer(world);
  if (status !== 200) throw new Error(`status ${status}`);
  return text;
}

const response = (world: World): Response => {
  const { status, text } = answer(world);
  return new Response(text, { status });
};

function accepts(look: (kid: string) => unknown): Environment {
  const isFound = async (kid: string) => (await look(kid)) !== undefined;
  return { verify: (kid) => isFound(kid).catch(() => false) };
}

function jose(world: World): Environment {
  const find = createRemoteJWKSet(new URL(URI), { [customFetch]: async () => response(world) });
  return accepts((kid) => find({ alg: 'RS256', kid }, { payload: '', signature: '' }));
}

function awsJwtVerify(world: World): Environment {
  const fetch = async () => new TextEncoder().encode(goodAnswer(world)).buffer as ArrayBuffer;
  const cache = new SimpleJwksCache({ fetcher: { fetch } });
  return accepts((kid) => cache.getJwk(URI, { header: { alg: 'RS256', kid }, payload: {} }));
}

function jwksRsa(world: World): Environment {
  const client = jwksClient({ jwksUri: URI, fetcher: async () => JSON.parse(goodAnswer(world)) });
  return accepts((kid) => client.getSigningKey(kid));
}

function getJwks(): Environment {
  const cache = buildGetJwks({ ttl: 60_000, jwksPath: '/.well-known/jwks.json' }) as unknown as {
    getJwk(signature: object): Promise<unknown>;
  };
  return accepts((kid) => cache.getJwk({ domain: DOMAIN, alg: 'RS256', kid }));
}

function real(name: string, environment: (world: World) => Environment): Policy {
  let restore: (() => void) | null = null;
  return {
    name,
    kind: 'real',
    settlesAtOnce: true,
    start(world) {
      restore = fakeTime(world.clock, () => response(world));
      return () => environment(world);
    },
    stop: () => restore?.(),
  };
}

/** The libraries, with their clocks, timers and requests redirected to the simulation. */
export const REAL_PEERS: readonly Policy[] = [
  real('jose', jose),
  real('aws-jwt-verify', awsJwtVerify),
  real('jwks-rsa', jwksRsa),
  real('get-jwks', getJwks),
];
