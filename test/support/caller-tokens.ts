import type { TestIssuer } from '../../lib/testing.ts';

export const CALLER_KINDS = ['user', 'machine', 'agent', 'anonymous'] as const;
export type KnownKind = (typeof CALLER_KINDS)[number];

const PROFILES = ['auth0', 'rfc9068'] as const;

/** Tokens as Auth0 issues them to a kind of caller: in both token profiles, and by every grant. */
export function callerTokens(issuer: TestIssuer, kind: KnownKind): readonly string[] {
  return PROFILES.flatMap((profile) => MAKERS[kind](issuer.token, profile));
}

type Maker = (token: TestIssuer['token'], profile: (typeof PROFILES)[number]) => readonly string[];

const MAKERS: Readonly<Record<KnownKind, Maker>> = {
  user: (token, profile) => [token.user({}, { profile }), token.user({ org_id: 'org_a' }, { profile })],
  machine: (token, profile) => [
    token.machine({}, { profile }),
    token.machine({ gty: ['client-credentials', 'refresh_token'] }, { profile }),
  ],
  agent: (token, profile) => [
    token.agent({}, { profile, grant: 'exchange' }),
    token.agent({}, { profile, grant: 'login' }),
    token.agent({}, { profile, grant: 'client-credentials' }),
    // The API has no `agent_subject_claims`.
    token.agent({}, { profile, grant: 'exchange', profileClaims: false }),
    token.agent({}, { profile, grant: 'login', profileClaims: false }),
  ],
  anonymous: (token, profile) => [token.anonymous({}, { profile })],
};
