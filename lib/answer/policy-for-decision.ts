import { type Deny, PATH_REFUSALS } from '../decision/decision.ts';
import { CONDITIONS_BYTES, DOCUMENT_BYTES } from '../gateways/answering/answer-budget.ts';
import { allowsRequest } from '../iam/allows-request.ts';
import type { ExecuteApiArn } from '../iam/arn.ts';
import { withConditions } from '../iam/conditions.ts';
import { isAllow, type PolicyDocument } from '../iam/policy-document.ts';
import { ownResourcePolicy, stagePolicy } from '../iam/request-policy.ts';
import { createPolicyCompiler, type PolicyCompiler } from '../policy-compiler/compiler.ts';
import type { Judging } from '../rules/judging.ts';
import type { RuleBook } from '../rules/rule-book.ts';
import {
  type AllowPolicy,
  narrowed,
  ownAllow,
  ownDenial,
  type PolicySubject,
  policy,
  type ReachingPolicy,
  refused,
} from './policy-for-request.ts';

/** What an authorizer needs to choose policies that are right for more than one request. */
export interface PolicyTerms {
  readonly rules: RuleBook;
  /** `null` if no policy for all routes can exist, or none is needed. */
  readonly compiler: PolicyCompiler | null;
  /** Whether an Allow ends with the token's `exp`. */
  readonly tokenExpiry: boolean;
}

/** The compiler of policies for all routes; `null` if all routes share one policy, or if no policy can be replayed. */
export function compilerFor(rules: RuleBook): PolicyCompiler | null {
  if (!rules.routesDiffer || rules.inputs.includes('anything')) return null;
  const { routes, requirements, undeclaredRequirement, ipInPolicy } = rules;
  // A policy contains the lists twice: in the Allow, and inverted in a Deny.
  const forConditions = ipInPolicy === null ? 0 : 2 * JSON.stringify(ipInPolicy).length + CONDITIONS_BYTES;
  const maxBytes = DOCUMENT_BYTES - forConditions;
  return createPolicyCompiler({ routes, requirements, undeclaredRequirement, maxBytes });
}

/**
 * Chooses the widest policy that is right for every request that API Gateway may replay an allow for: one for all
 * declared routes, if the caller's grants are known and a document can express them. If no document is exact for the
 * caller, or it would be too large: one for the route. A policy for the request alone if
 *
 * - the route came from the event and its path is not in the document;
 * - a rule reads what no cache key can hold.
 *
 * Refuses the allow as `undeclared_path` if the policy for all routes denies its path, and as `ambiguous_path` if its
 * path would be read as a pattern in a policy.
 *
 * @param terms - `null` for policySerializer on its own: always {@link ownAllow}
 */
export function policyForAllow(subject: PolicySubject, terms: PolicyTerms | null): AllowPolicy {
  const { judging, arn } = subject;
  if (terms === null || terms.compiler === null || judging === null || !judging.isCovered) {
    return ownAllow(subject);
  }
  return grantedPolicy(judging, arn, terms.rules, terms.compiler) ?? narrowed(ownAllow(subject));
}

/**
 * Chooses the policy for a denial: what the caller may use elsewhere, as {@link policyForAllow} does, with an explicit
 * Deny of this request. A policy for the request alone also if the handler decides: it was not called for the other
 * routes.
 *
 * @param terms - `null` for policySerializer on its own: always {@link ownDenial}
 */
export function policyForDenial(
  denial: Deny,
  subject: PolicySubject,
  terms: PolicyTerms | null,
): ReachingPolicy {
  const { judging, arn, role } = subject;
  const own = ownDenial(denial, subject);
  if (terms === null || judging === null || role.decides) return own;
  const { rules, compiler } = terms;
  if (PATH_REFUSALS.has(denial.code)) {
    return compiler === null ? own : (besidePath(judging, arn, rules, compiler) ?? narrowed(own));
  }
  const isLeft = isLeftToPolicy(denial, rules);
  if (!judging.isCovered || (compiler === null && !isLeft)) return own;
  const granted = judging.grantsRequest();
  if (compiler === null) return policy(stagePolicy(granted ? 'Allow' : 'Deny', arn), 'stage');
  if (!granted) {
    const document = compiler.compile(judging.grants(), arn);
    return document === null ? narrowed(own) : withOwnDeny(policy(document, 'routes'), arn);
  }
  // The rule that refused is not part of the grants, so only conditions on the address can deny this request.
  if (!isLeft) return own;
  const shared = grantedPolicy(judging, arn, rules, compiler) ?? narrowed(own);
  return shared.kind === 'policy' ? shared : own;
}

/** The policy with the conditions of the options. */
export function conditional(
  document: PolicyDocument,
  { caller, arn }: Pick<PolicySubject, 'caller' | 'arn'>,
  terms: PolicyTerms | null,
): PolicyDocument {
  if (terms === null) return document;
  const { rules, tokenExpiry } = terms;
  if (!tokenExpiry && rules.ipInPolicy === null) return document;
  const expiresAt = tokenExpiry ? caller?.token?.claims.exp : undefined;
  return withConditions(document, { ...rules.ipInPolicy, expiresAt }, arn);
}

/** The policy for what a caller may use, this request included; `null` if no document is exact for it. */
function grantedPolicy(
  judging: Judging,
  arn: ExecuteApiArn,
  rules: RuleBook,
  compiler: PolicyCompiler,
): AllowPolicy | null {
  // A Deny of declared routes may include undeclared paths: `/users/?*` matches `/users/5/photo`, too.
  const allows = (document: PolicyDocument) => !isUndeclared(judging, rules) || allowsRequest(document, arn);
  const document = compiler.compile(judging.grants(), arn);
  // Any other policy, once it is cached, would be wrong for the declared routes.
  if (document !== null) return allows(document) ? policy(document, 'routes') : UNDECLARED;
  // The document for one route leaves out the paths that it shares with a twin.
  if (judging.rules.kind !== 'route') return null;
  const route = compiler.compileRoute(judging.rules.index, arn);
  return route !== null && allows(route) ? narrowed(policy(route, 'route')) : null;
}

const UNDECLARED = refused({ code: 'undeclared_path' });

/** What the caller may use elsewhere, beside a path that was refused; `null` if no document is exact. */
function besidePath(
  judging: Judging,
  arn: ExecuteApiArn,
  { routes }: RuleBook,
  compiler: PolicyCompiler,
): ReachingPolicy | null {
  const grants = judging.grants();
  const document = compiler.compile(grants, arn);
  if (document !== null) return withOwnDeny(policy(document, 'routes'), arn);
  // The route that the gateway itself chose is in the cache key if no policy is exact.
  const { routeTemplate } = judging.request;
  const index = routes.findIndex(({ key }) => key === routeTemplate);
  const route = grants.routes[index] === 1 ? compiler.compileRoute(index, arn) : null;
  return route === null ? null : narrowed(withOwnDeny(policy(route, 'route'), arn));
}

/** Whether a document may decide on the path otherwise than its rules do: no declared route has the path to itself. */
function isUndeclared({ rules }: Judging, { routes }: RuleBook): boolean {
  return rules.kind !== 'route' || routes[rules.index]?.kind === 'default';
}

/**
 * Whether the conditions of the policy decide on the address: then the same document is right for callers from elsewhere.
 * Not if other rules read what no cache key can hold.
 */
function isLeftToPolicy({ code }: Deny, { ipInPolicy, inputs }: RuleBook): boolean {
  return code === 'ip_not_allowed' && ipInPolicy !== null && !inputs.includes('anything');
}

/**
 * The policy with an explicit Deny of this request before it: a document leaves some denials implicit if no glob can
 * express them, and a resource policy could override those.
 */
function withOwnDeny(chosen: ReachingPolicy, arn: ExecuteApiArn): ReachingPolicy {
  const { policy: document } = chosen;
  // A document that allows nothing denies the stage, and this request with it.
  if (!document.Statement.some(isAllow)) return chosen;
  const Statement = [...ownResourcePolicy('Deny', arn).Statement, ...document.Statement];
  return { ...chosen, policy: { ...document, Statement } };
}
