import { isObject } from '../util/is-object.ts';
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
 * A claim that is `null` counts as absent.
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
  if ((act ?? sub_profile ?? client_profile ?? null) === null) {
    return PLAIN[isAnonymous ? 'anonymous' : plainKind(claims)];
  }
  const subject = entitiesIn(sub_profile);
  const client = entitiesIn(client_profile);
  const depth = depthOf(act);
  const isAgent = includesAgent(subject);
  const hasAgent = isAgent || depth !== 0 || includesAgent(client);
  const actor = depth > 0 ? (act as { readonly sub: string }).sub : isAgent && sub !== '' ? sub : null;
  const known = flawOf(subject, client, depth);
  const ofSubject = hasAgent ? 'agent' : subjectKind(subject, claims);
  const kind = isAnonymous ? 'anonymous' : known === null ? ofSubject : 'unknown';
  return { kind, hasAgent, actor, depth, flaw: known ?? (kind === 'unknown' ? UNCLEAR : null) };
}

/** Bits for the types of entities that `sub_profile` and `client_profile` contain. */
const USER = 1;
const AGENT = 2;
const SERVICE = 4;
const APP = 8;
const MALFORMED = -1;

/** Types of entities. */
const ENTITIES: ReadonlyMap<unknown, number> = new Map<unknown, number>([
  ['user', USER],
  ['ai_agent', AGENT],
  ['service', SERVICE],
  ['browser_app', APP],
  ['native_app', APP],
]);

const UNCLEAR = 'the claims about the caller show no kind, or contradict each other';
/** The flaw of a token without claims about agents, such as one of another identity provider. */
export const NO_KIND = 'no claim shows who calls';

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
function subjectKind(subject: number, claims: AccessTokenClaims): CallerKind {
  if (subject === 0) return plainKind(claims);
  if (subject === SERVICE) return 'machine';
  return subject === USER && !isMachine(claims) ? 'user' : 'unknown';
}

function includesAgent(entities: number): boolean {
  return entities > 0 && (entities & AGENT) !== 0;
}

function flawOf(subject: number, client: number, depth: number): string | null {
  if (depth === MALFORMED) return 'act is malformed';
  if (subject === MALFORMED) return 'sub_profile has an unknown value';
  if (client === MALFORMED) return 'client_profile has an unknown value';
  return (subject & (USER | AGENT)) === (USER | AGENT) ? UNCLEAR : null;
}

/** The entities of a profile claim, a text separated by spaces or a list: 0 if it is absent, or {@link MALFORMED}. */
function entitiesIn(profile: unknown): number {
  if (profile === undefined || profile === null) return 0;
  const known = ENTITIES.get(profile);
  if (known !== undefined) return known;
  const named: unknown = typeof profile === 'string' ? profile.split(' ') : profile;
  if (!Array.isArray(named) || named.length === 0) return MALFORMED;
  // An unknown name has all bits.
  return named.reduce((all: number, name) => all | (ENTITIES.get(name) ?? MALFORMED), 0);
}

/** The number of nested actors (RFC 8693, section 4.1); {@link MALFORMED} if one of them has no `sub`. */
function depthOf(act: unknown): number {
  let depth = 0;
  for (let actor = act; actor !== undefined && actor !== null; depth += 1) {
    if (!isObject(actor)) return MALFORMED;
    const { sub, sub_profile, client_profile } = actor;
    if (typeof sub !== 'string' || sub === '') return MALFORMED;
    if (entitiesIn(sub_profile) === MALFORMED || entitiesIn(client_profile) === MALFORMED) return MALFORMED;
    actor = actor['act'];
  }
  return depth;
}
