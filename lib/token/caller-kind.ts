import { isObject } from '../util/is-object.ts';
import { isStrings } from './claim-types.ts';
import type { AccessTokenClaims } from './verified-token.ts';

/** Who calls. `unknown` = the claims do not show it, or contradict each other. */
export type CallerKind = 'user' | 'machine' | 'agent' | 'anonymous' | 'unknown';

/**
 * The kind of caller that a verified access token was issued to:
 *
 * 1. `anonymous`: `sub` begins with `anon@` or `anon|` (Anonymous Sessions), whatever the other claims are.
 * 2. `unknown`: `sub_profile`, `client_profile` or `act` has a value that Auth0 does not document.
 * 3. `agent`: an AI agent, or any party that acts for another one: `sub_profile` or `client_profile` contains `ai_agent`,
 *    or there is an `act`.
 * 4. `user` or `machine`: as `sub_profile` says (`user`, `service`).
 * 5. `machine`: without `sub_profile`, `gty` is `client-credentials`, or `sub` is the token's own client followed by
 *    `@clients`. The ending alone shows nothing.
 * 6. `user`: `sub` contains `|`, as all user IDs of Auth0 do.
 * 7. `unknown`: anything else, and a `sub_profile` of `user` on a token of a machine.
 *
 * An agent that acts for itself is a `machine` unless the API has `agent_subject_claims: 'auth0-v1'`. Without that setting
 * and in the RFC 9068 profile, it is `unknown`, or a `user` if you gave it an `external_agent_id` with `|`.
 *
 * @param claims - of a verified token
 * @see https://auth0.com/docs/ai-agents-mcp/agents-as-principal/agent-identity-in-tokens
 * @see https://auth0.com/docs/manage-users/sessions/anonymous-sessions
 * @see https://auth0.com/docs/secure/call-apis-on-users-behalf/on-behalf-of-token-exchange
 * @example
 * const options: AuthorizerOptions = { context: (token) => ({ caller: token && callerKind(token.claims) }) };
 */
export function callerKind(claims: AccessTokenClaims): CallerKind {
  return callerFacts(claims).kind;
}

/** What the claims say about the caller. */
export interface CallerFacts {
  readonly kind: CallerKind;
  /** Whether an agent takes part: always for the kind `agent`, and beside an anonymous subject. */
  readonly hasAgent: boolean;
  /** Who acts: the outermost `act.sub`, or `sub` if the subject is an agent; `null` if nobody is named. */
  readonly actor: string | null;
  /** Levels of `act`, the outermost included; -1 if it is malformed. */
  readonly depth: number;
  /** What is wrong with the claims; always for the kind `unknown`. Names claims, contains no value of one. */
  readonly flaw: string | null;
}

/** {@link callerKind} with its grounds. */
export function callerFacts(claims: AccessTokenClaims): CallerFacts {
  const { sub = '', act, sub_profile, client_profile } = claims;
  const isAnonymous = sub.startsWith('anon@') || sub.startsWith('anon|');
  if (act === undefined && sub_profile === undefined && client_profile === undefined) {
    return PLAIN[isAnonymous ? 'anonymous' : plainKind(claims)];
  }
  const subject = entitiesIn(sub_profile);
  const client = entitiesIn(client_profile);
  const depth = depthOf(act);
  const isAgent = subject?.includes(AGENT) === true;
  const hasAgent = isAgent || depth !== 0 || client?.includes(AGENT) === true;
  const actor = depth > 0 ? (act as { readonly sub: string }).sub : isAgent && sub !== '' ? sub : null;
  const known = flawOf(subject, client, depth);
  const kind = isAnonymous ? 'anonymous' : kindFrom(known, hasAgent, subject, claims);
  const flaw = known ?? (kind === 'unknown' ? NO_KIND : null);
  return { kind, hasAgent, actor, depth, flaw };
}

function kindFrom(
  flaw: string | null,
  hasAgent: boolean,
  subject: Entities | null,
  claims: AccessTokenClaims,
): CallerKind {
  if (flaw !== null || subject === null) return 'unknown';
  return hasAgent ? 'agent' : subjectKind(subject, claims);
}

/** Types of entities, of `sub_profile` and `client_profile`. */
type Entities = readonly string[];

const AGENT = 'ai_agent';
const ENTITIES: Entities = ['user', AGENT, 'service', 'browser_app', 'native_app'];
const NO_KIND = 'no claim shows who calls, or claims contradict each other';
const MALFORMED = -1;

function plain(kind: CallerKind, flaw: string | null = null): CallerFacts {
  return Object.freeze({ kind, hasAgent: false, actor: null, depth: 0, flaw });
}

/** The facts of tokens without claims about agents, which are most: nothing is made for each token. */
const PLAIN = {
  user: plain('user'),
  machine: plain('machine'),
  anonymous: plain('anonymous'),
  unknown: plain('unknown', NO_KIND),
};

/** The kind by `gty` and `sub`. */
function plainKind(claims: AccessTokenClaims): 'user' | 'machine' | 'unknown' {
  if (isMachine(claims)) return 'machine';
  return claims.sub?.includes('|') === true ? 'user' : 'unknown';
}

function isMachine({ sub, gty, azp, client_id }: AccessTokenClaims): boolean {
  if (gty === CLIENT_CREDENTIALS || (Array.isArray(gty) && gty.includes(CLIENT_CREDENTIALS))) return true;
  const client = azp ?? client_id;
  return client !== undefined && sub === `${client}@clients`;
}

const CLIENT_CREDENTIALS = 'client-credentials';

/** The kind of a token without an agent. */
function subjectKind(subject: Entities, claims: AccessTokenClaims): CallerKind {
  if (subject.length === 0) return plainKind(claims);
  if (subject.every((entity) => entity === 'service')) return 'machine';
  return subject.every((entity) => entity === 'user') && !isMachine(claims) ? 'user' : 'unknown';
}

function flawOf(subject: Entities | null, client: Entities | null, depth: number): string | null {
  if (depth === MALFORMED) return 'act is malformed';
  if (subject === null) return 'sub_profile has an unknown value';
  if (client === null) return 'client_profile has an unknown value';
  return subject.includes(AGENT) && subject.includes('user') ? NO_KIND : null;
}

/** The entities of a profile claim: a text separated by spaces, or a list. Empty if it is absent, `null` if malformed. */
function entitiesIn(profile: unknown): Entities | null {
  if (profile === undefined) return [];
  const named = typeof profile === 'string' ? profile.split(' ') : profile;
  if (!isStrings(named) || named.length === 0) return null;
  return named.every((entity) => ENTITIES.includes(entity)) ? named : null;
}

/** The number of nested actors (RFC 8693, section 4.1); {@link MALFORMED} if one of them has no `sub`. */
function depthOf(act: unknown): number {
  let depth = 0;
  for (let actor = act; actor !== undefined; depth += 1) {
    if (!isObject(actor) || typeof actor['sub'] !== 'string' || actor['sub'] === '') return MALFORMED;
    if (entitiesIn(actor['sub_profile']) === null || entitiesIn(actor['client_profile']) === null) {
      return MALFORMED;
    }
    actor = actor['act'];
  }
  return depth;
}
