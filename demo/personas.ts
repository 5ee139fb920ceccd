import { BOUND_TO_CERTIFICATE, BOUND_TO_KEY } from './binding.ts';

/** Identifier of the API in Auth0, the audience of the demo's authorizers. */
export const AUDIENCE = 'https://api.example.com/';

/** The claim in which an Auth0 Action would put the caller's billing country. */
export const COUNTRY_CLAIM = 'https://example.com/country';

/** A caller and the claims of his token. */
export interface Persona {
  /** Description of the token. */
  readonly token: string;
  readonly claims: Readonly<Record<string, unknown>>;
  /** Seconds from now. Default 86 400, as in Auth0. */
  readonly expiresIn?: number;
}

const reader: Persona = {
  token: 'token of reader',
  claims: {
    aud: AUDIENCE,
    sub: 'auth0|reader',
    scope: 'read:orders',
    permissions: ['read:orders'],
    [COUNTRY_CLAIM]: 'DE',
  },
};

/** The callers that the stand-in issues tokens for. `client_id` of the token request names one. */
export const PERSONAS = {
  /** May read orders. Billing country: Germany. */
  reader,
  /** May write orders. */
  writer: {
    token: 'token of writer',
    claims: { ...reader.claims, sub: 'auth0|writer', permissions: ['read:orders', 'write:orders'] },
  },
  admin: {
    token: 'token of admin',
    claims: { ...reader.claims, sub: 'auth0|admin', permissions: ['admin'] },
  },
  /** A good token without any scope or permission. */
  guest: { token: 'token of guest', claims: { aud: AUDIENCE, sub: 'auth0|guest' } },
  expired: { ...reader, token: 'expired token of reader', expiresIn: -3600 },
  /** An AI agent with a token that was exchanged for the reader's (on-behalf-of). */
  agent: {
    token: 'token of an agent of reader',
    claims: {
      ...reader.claims,
      sub_profile: 'user',
      client_profile: 'service ai_agent',
      act: { sub: 'agt_demo', sub_profile: 'ai_agent', client_id: 'agent', act: { sub: 'reader' } },
    },
  },
  /** A person who never logged in (Anonymous Sessions). */
  anonymous: {
    token: 'token of an anonymous session',
    claims: { ...reader.claims, sub: 'anon@0d1c2b3a-4f5e-4a6b-8c7d-9e0f1a2b3c4d' },
  },
  /** A member of an organization. */
  member: {
    token: 'token of a member of org_1a2b3c4d5e6f7g8h',
    claims: { ...reader.claims, sub: 'auth0|member', org_id: 'org_1a2b3c4d5e6f7g8h' },
  },
  /** Tokens that are bound to a key (DPoP) or a certificate (mutual TLS) of the client. */
  dpop: {
    token: 'token of reader, bound to a key',
    claims: { ...reader.claims, cnf: BOUND_TO_KEY },
  },
  certificate: {
    token: 'token of reader, bound to a certificate',
    claims: { ...reader.claims, cnf: BOUND_TO_CERTIFICATE },
  },
  /** A token for another API of the same tenant. */
  'other-api': {
    token: 'token of reader for another API',
    claims: { ...reader.claims, aud: 'https://other.example.com/' },
  },
  /** Names another tenant as its issuer. */
  'other-tenant': {
    token: 'token of reader from another tenant',
    claims: { ...reader.claims, iss: 'https://other.eu.auth0.com/' },
  },
} as const satisfies Record<string, Persona>;

export type PersonaName = keyof typeof PERSONAS;

export function isPersona(name: unknown): name is PersonaName {
  return typeof name === 'string' && Object.hasOwn(PERSONAS, name);
}
