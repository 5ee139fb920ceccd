import { type CallerFacts, callerFacts, NO_KIND } from '../../token/caller-kind.ts';
import type { AccessTokenClaims, VerifiedToken } from '../../token/verified-token.ts';
import {
  boolean,
  nonEmptyList,
  nonEmptyString,
  oneOf,
  optional,
  plainChecks,
  refuse,
  wholeNumber,
} from '../../util/option-checks.ts';
import { PASSED, type Rule, refused, type Verdict } from '../rule.ts';
import { tokenRule } from '../token-rule.ts';

/**
 * Who may call. {@link callerKind} describes the kinds, and the claims that show them.
 *
 * @see https://auth0.com/docs/ai-agents-mcp/agents-as-principal/agent-identity-in-tokens
 */
export interface CallersRule {
  /**
   * Kinds of callers. An agent that acts for a user is an `agent`, not a `user`; if it acts for an anonymous session, both
   * kinds must be listed. A caller whose kind the token does not show is always refused.
   */
  readonly allow: readonly ('user' | 'machine' | 'agent' | 'anonymous')[];
  /**
   * The agents that may call: `act.sub` of the token, the outermost one alone; `sub` if an agent acts for itself. Earlier
   * actors, in nested `act`, are not judged.
   *
   * @default any agent
   */
  readonly actors?: readonly string[];
  /**
   * Most levels of `act` that a token may have, the outermost included. 0 admits only agents that act for themselves.
   *
   * @default 5: as many as Auth0 issues
   */
  readonly maxDelegation?: number;
  /**
   * Judged and logged, not enforced.
   *
   * @default false
   */
  readonly reportOnly?: boolean;
}

/** The kinds that the option can allow. */
const KINDS = ['user', 'machine', 'agent', 'anonymous'] as const;

/** Auth0 issues no longer chain of actors. */
const DEFAULT_DEPTH = 5;
/** The depth to which claims are read. */
const MAX_DEPTH = 32;

interface Terms {
  readonly allow: readonly string[];
  /** `null` = any. */
  readonly actors: readonly string[] | null;
  readonly maxDelegation: number;
  readonly reportOnly: boolean;
}

/**
 * Compiles `callers`: the kind of the caller must be in `allow`; an agent must be in `actors`, and its chain of actors no
 * longer than `maxDelegation`. A kind that is unknown is refused.
 *
 * @throws {OptionError}
 */
export function compileCallers(value: unknown, path: string): Rule {
  const options = plainChecks(value, path, ['allow', 'actors', 'maxDelegation', 'reportOnly']);
  const allow = nonEmptyList(options.allow, `${path}.allow`, (kind, at) => oneOf(kind, at, KINDS));
  for (const name of ['actors', 'maxDelegation'] as const) {
    if (options[name] !== undefined && !allow.includes('agent')) {
      refuse(`${path}.${name}`, "is about agents: add 'agent' to `allow`, or leave it out");
    }
  }
  const terms: Terms = {
    allow,
    actors: optional(options, path, 'actors', null, (list, at) => nonEmptyList(list, at, nonEmptyString)),
    maxDelegation: optional(options, path, 'maxDelegation', DEFAULT_DEPTH, wholeNumber, 0, MAX_DEPTH),
    reportOnly: optional(options, path, 'reportOnly', false, boolean),
  };
  return ruleOf(terms);
}

/**
 * The rule that applies without the option: refuses anonymous sessions and unknown kinds, and admits requests without a
 * token, which are another rule's matter.
 *
 * @param isAuth0 - if not, a `sub` that shows no kind is no reason to refuse a token without claims about agents
 */
export function impliedCallers(isAuth0: boolean): Rule {
  const admitted = KINDS.filter((kind) => kind !== 'anonymous');
  const allow = isAuth0 ? admitted : [...admitted, 'unknown' as const];
  return ruleOf({ allow, actors: null, maxDelegation: DEFAULT_DEPTH, reportOnly: false }, PASSED);
}

/** @param withoutToken - the verdict on a request without a token; by default it is refused */
function ruleOf(terms: Terms, withoutToken?: Verdict): Rule {
  const rule = {
    name: 'callers',
    memo: textOf,
    reportOnly: terms.reportOnly,
    fingerprint: `callers ${JSON.stringify([terms, withoutToken?.kind])}`,
    judge: ({ claims }: VerifiedToken) => verdictOn(callerFacts(claims), terms),
  };
  return tokenRule(rule, withoutToken);
}

function verdictOn({ kind, hasAgent, actor, depth, flaw }: CallerFacts, terms: Terms): Verdict {
  const { allow, actors, maxDelegation } = terms;
  if (kind === 'anonymous' && !allow.includes(kind)) return ANONYMOUS;
  if (flaw !== null && flaw !== NO_KIND) return notAllowed(flaw);
  if (!allow.includes(kind)) return notAllowed(flaw ?? kind);
  if (!hasAgent) return PASSED;
  // An agent that acts for an anonymous session is of that kind, and an agent too.
  if (!allow.includes('agent')) return notAllowed('agent');
  if (depth > maxDelegation) return actorNotAllowed(`act is nested deeper than ${maxDelegation}`);
  if (actors === null) return PASSED;
  if (actor === null) return actorNotAllowed('the token names no actor');
  return actors.includes(actor) ? PASSED : actorNotAllowed('not in actors');
}

const ANONYMOUS = refused({ code: 'anonymous_not_allowed', rule: 'callers' });

const notAllowed = (detail: string) => refused({ code: 'caller_not_allowed', rule: 'callers', detail });
const actorNotAllowed = (detail: string) => refused({ code: 'actor_not_allowed', rule: 'callers', detail });

/** All that a verdict depends on: the kind alone unless an agent takes part or something is wrong. */
function textOf(claims: AccessTokenClaims): string {
  const facts = callerFacts(claims);
  return facts.hasAgent || facts.flaw !== null ? JSON.stringify(facts) : facts.kind;
}
