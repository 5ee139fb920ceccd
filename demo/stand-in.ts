import { randomBytes } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { Events, JWKStore, type MutableToken, OAuth2Issuer, OAuth2Service } from 'oauth2-mock-server';
import { isPersona, PERSONAS, type Persona, type PersonaName } from './personas.ts';

/** A local OpenID provider in place of Auth0: it signs real RS256 tokens and publishes its keys over HTTP. */
export interface Auth0StandIn {
  /** `http://127.0.0.1:<port>/`, with its slash, as in `iss`. */
  readonly issuer: string;
  /** Asks the token endpoint for an access token. */
  token(persona: PersonaName): Promise<string>;
  /** "Rotate" in the dashboard: the next key, published long since, signs from now on. */
  rotate(): Promise<void>;
  /** Signs with a key that nobody has seen, as after a leak of the next one. */
  replaceKey(): Promise<void>;
  /** "Revoke": no key but the current and the next are published any more. */
  revokePrevious(): void;
  /** While true the JWKS endpoint answers 429, as Auth0 does over its rate limit. */
  rateLimited: boolean;
  close(): Promise<void>;
}

const JWKS_PATH = '/.well-known/jwks.json';
const TOKEN_PATH = '/oauth/token';
const DAY = 86_400;

/** Auth0's key set: one key signs, the next is published already, and previous ones are until they are revoked. */
class TenantKeys extends JWKStore {
  private current: string | undefined;
  private next: string | undefined;
  private readonly revoked = new Set<string>();

  override get(kid: string | undefined = this.current) {
    return super.get(kid);
  }

  override toJSON(withPrivateFields = false) {
    return super.toJSON(withPrivateFields).filter((key) => !this.revoked.has(key.kid));
  }

  /** @param published - whether the key that signs from now on is the one announced before */
  async rotate(published: boolean): Promise<void> {
    this.current = published ? this.next : await this.addKey();
    this.next = await this.addKey();
  }

  revokePrevious(): void {
    for (const { kid } of super.toJSON()) {
      if (kid !== this.current && kid !== this.next) this.revoked.add(kid);
    }
  }

  private async addKey(): Promise<string> {
    const kid = randomBytes(15).toString('base64url');
    await this.generate('RS256', { kid });
    return kid;
  }
}

class Tenant extends OAuth2Issuer {
  private readonly tenantKeys: TenantKeys;

  constructor(keys: TenantKeys) {
    super(true);
    this.tenantKeys = keys;
  }

  override get keys(): JWKStore {
    return this.tenantKeys;
  }
}

/** Starts the stand-in on a free port of the loopback interface. */
export async function startAuth0StandIn(): Promise<Auth0StandIn> {
  const keys = new TenantKeys();
  await keys.rotate(false);
  const tenant = new Tenant(keys);
  const service = new OAuth2Service(tenant, { jwks: JWKS_PATH, token: TOKEN_PATH });
  service.on(Events.BeforeTokenSigning, (token: MutableToken, request: { body: { client_id?: unknown } }) => {
    const { client_id: name } = request.body;
    if (isPersona(name)) Object.assign(token.payload, claimsOf(PERSONAS[name]), { azp: name });
  });
  const server = http.createServer((request, response) => {
    if (standIn.rateLimited && request.url === JWKS_PATH) {
      response.writeHead(429, { 'x-ratelimit-limit': '20', 'x-ratelimit-remaining': '0' }).end();
    } else {
      service.requestHandler(request, response);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  tenant.url = issuer;
  const standIn: Auth0StandIn = {
    issuer,
    token: (persona) => requestToken(issuer, persona),
    rotate: () => keys.rotate(true),
    replaceKey: () => keys.rotate(false),
    revokePrevious: () => keys.revokePrevious(),
    rateLimited: false,
    close: () => stop(server),
  };
  return standIn;
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
  if (typeof token !== 'string') throw new Error(`the stand-in gave no token but ${response.status}`);
  return token;
}

function stop(server: http.Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
