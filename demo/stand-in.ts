import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createTestIssuer, type TestIssuer } from '../lib/testing.ts';
import { isPersona, PERSONAS, type Persona, type PersonaName } from './personas.ts';

/** A local issuer in place of Auth0: it signs real RS256 tokens and publishes its keys over HTTP. */
export interface Auth0StandIn {
  /** `http://127.0.0.1:<port>/`: the value of `iss`, with its final slash. */
  readonly issuer: string;
  /** Requests an access token from the token endpoint. */
  token(persona: PersonaName): Promise<string>;
  /** "Rotate" in the dashboard: the next key, already published, signs from now on. */
  rotate(): void;
  /** Signs with a key that was never published before, as after a leak of the next key. */
  replaceKey(): void;
  /** "Revoke": only the current and the next key stay published. */
  revokePrevious(): void;
  /** While true the JWKS endpoint answers 429, as Auth0 does over its rate limit. */
  rateLimited: boolean;
  close(): Promise<void>;
}

const JWKS_PATH = '/.well-known/jwks.json';
const TOKEN_PATH = '/oauth/token';
/** RFC 8414 and OpenID Connect Discovery. Auth0 answers both. */
const METADATA_PATHS: readonly unknown[] = [
  '/.well-known/oauth-authorization-server',
  '/.well-known/openid-configuration',
];
const DAY = 86_400;

/** Auth0's key set: one key signs, the next is already published, and previous ones are until they are revoked. */
class TenantKeys {
  current = createTestIssuer();
  private next = createTestIssuer();
  private previous: readonly TestIssuer[] = [];

  rotate(): void {
    this.replace(this.next);
  }

  replaceKey(): void {
    this.replace(createTestIssuer());
  }

  revokePrevious(): void {
    this.previous = [];
  }

  get jwks(): object {
    const published = [this.current, this.next, ...this.previous];
    return { keys: published.flatMap(({ jwks }) => jwks.keys) };
  }

  private replace(current: TestIssuer): void {
    this.previous = [this.current, ...this.previous];
    this.current = current;
    this.next = createTestIssuer();
  }
}

/** Starts the stand-in on a free port of the loopback interface. */
export async function startAuth0StandIn(): Promise<Auth0StandIn> {
  const keys = new TenantKeys();
  const server = http.createServer(async (request, response) => {
    const { status, body } = await answerTo(request);
    const limits = status === 429 ? { 'x-ratelimit-limit': '20', 'x-ratelimit-remaining': '0' } : {};
    response.writeHead(status, { 'content-type': 'application/json', ...limits }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const answerTo = async (request: http.IncomingMessage) => {
    if (request.url === TOKEN_PATH) return tokenAnswer(keys.current, issuer, await text(request));
    if (METADATA_PATHS.includes(request.url)) return { status: 200, body: metadataOf(issuer) };
    if (request.url !== JWKS_PATH) return { status: 404, body: { error: 'not_found' } };
    return standIn.rateLimited
      ? { status: 429, body: { error: 'too_many_requests' } }
      : { status: 200, body: keys.jwks };
  };
  const standIn: Auth0StandIn = {
    issuer,
    token: (persona) => requestToken(issuer, persona),
    rotate: () => keys.rotate(),
    replaceKey: () => keys.replaceKey(),
    revokePrevious: () => keys.revokePrevious(),
    rateLimited: false,
    close: () => stop(server),
  };
  return standIn;
}

/** The endpoints of the issuer, by which clients find them. */
function metadataOf(issuer: string): object {
  return {
    issuer,
    authorization_endpoint: `${issuer}authorize`,
    token_endpoint: new URL(TOKEN_PATH, issuer).href,
    jwks_uri: new URL(JWKS_PATH, issuer).href,
    response_types_supported: ['code'],
    grant_types_supported: ['authorization_code', 'client_credentials'],
    code_challenge_methods_supported: ['S256'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
  };
}

/** The answer of the token endpoint: `client_id` names the persona. */
function tokenAnswer(key: TestIssuer, iss: string, form: string): { status: number; body: object } {
  const name = new URLSearchParams(form).get('client_id');
  if (!isPersona(name)) return { status: 401, body: { error: 'access_denied' } };
  const claims = { iss, azp: name, ...claimsOf(PERSONAS[name]) };
  return { status: 200, body: { access_token: key.token(claims), token_type: 'Bearer', expires_in: DAY } };
}

function claimsOf({ claims, expiresIn = DAY }: Persona): Record<string, unknown> {
  const now = Math.floor(Date.now() / 1000);
  const issued = Math.min(now, now + expiresIn - DAY);
  return { iat: issued, nbf: issued, exp: now + expiresIn, ...claims };
}

async function requestToken(issuer: string, persona: PersonaName): Promise<string> {
  const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: persona });
  const response = await fetch(new URL(TOKEN_PATH, issuer), { method: 'POST', body: form });
  const { access_token: token } = (await response.json()) as { access_token?: unknown };
  if (typeof token !== 'string')
    throw new Error(`the token endpoint answered ${response.status} without a token`);
  return token;
}

function stop(server: http.Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
