import { type Deny, PATH_REFUSALS } from '../decision/decision.ts';
import { CONDITIONS_BYTES, DOCUMENT_BYTES } from '../gateways/answering/answer-budget.ts';
import { gatewayOfKind } from '../gateways/index.ts';
import type { Routing } from '../gateways/routing.ts';
import { allowsRequest } from '../iam/allows-request.ts';
import type { ExecuteApiArn } from '../iam/arn.ts';
import { withConditions } from '../iam/conditions.ts';
import type { PolicyDocument } from '../iam/policy-document.ts';
import { stagePolicy } from '../iam/request-policy.ts';
import {
  type CompiledPolicy,
  createPolicyCompiler,
  type GrantedRoutes,
  type PolicyCompiler,
} from '../policy-compiler/compiler.ts';
import type { Judging } from '../rules/judging.ts';
import type { RuleBook } from '../rules/rule-book.ts';
import { withOwnAllow, withOwnDeny } from './beside-document.ts';
import {
  type AllowPolicy,
  narrowed,
  ownAllow,
  type PolicySubject,
  policy,
  type ReachingPolicy,
  refused,
  stageDenial,
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
  const { routes, requirements, undeclared, undeclaredRequirement, ipInPolicy } = rules;
  // A policy contains the lists twice: in the Allow, and inverted in a Deny.
  const forConditions = ipInPolicy === null ? 0 : 2 * JSON.stringify(ipInPolicy).length + CONDITIONS_BYTES;
  const maxBytes = DOCUMENT_BYTES - forConditions;
  return createPolicyCompiler({ routes, requirements, undeclared, undeclaredRequirement, maxBytes });
}

/**
 * Chooses the widest policy that is right for every request that API Gateway may replay an allow for:
 *
 * - one for the stage if every request of the caller there is allowed;
 * - one for all declared routes, if the caller's grants are known and a document can express them; else one for the route;
 * - one for the route if the handler decides, since it was called for no other route;
 * - one for the request alone if the route came from the event and its path is not in the document, or if a rule reads what
 *   no cache key can hold.
 *
 * Refuses the allow as `undeclared_path` if the policy for all routes denies its path, and as `ambiguous_path` if its
 * path would be read as a pattern in a policy.
 *
 * @param terms - `null` for policySerializer on its own: always {@link ownAllow}
 */
export function policyForAllow(subject: PolicySubject, terms: PolicyTerms | null): AllowPolicy {
  const { judging, arn, role } = subject;
  if (terms === null || terms.compiler === null || judging === null) return ownAllow(subject);
  const { rules, compiler } = terms;
  if (!judging.isCovered) return uncoveredAllow(judging, subject, compiler);
  const shared = grantedPolicy(judging, arn, rules, compiler) ?? narrowed(ownAllow(subject));
  // A path that is refused without a handler that decides is refused with one, too.
  if (!role.decides || shared.kind === 'refused') return shared;
  return routePolicy(judging, arn, rules, compiler) ?? ownAllow(subject);
}

/** The policy for an allow whose path is not in the document: the document, and the request's own resource. */
function uncoveredAllow(judging: Judging, subject: PolicySubject, compiler: PolicyCompiler): AllowPolicy {
  const { arn, role } = subject;
  const own = ownAllow(subject);
  const document = role.decides ? null : compileFor(judging, judging.grants(), arn, compiler).document;
  if (own.kind === 'refused' || document === null) return own;
  return { ...own, policy: withOwnAllow(document, arn) };
}

/**
 * Chooses the policy for a denial: what the caller may use elsewhere, as {@link policyForAllow} does, with an explicit
 * Deny of this request. The whole stage is denied if the caller is unknown, if the handler decides, since it was not called
 * for the other routes, or if no document is right for other routes.
 *
 * @param terms - `null` for policySerializer on its own: always {@link stageDenial}
 */
export function policyForDenial(
  denial: Deny,
  subject: PolicySubject,
  terms: PolicyTerms | null,
): ReachingPolicy {
  const { caller, judging, role } = subject;
  if (terms === null || caller === null || judging === null || role.decides) return stageDenial(subject);
  if (judging.isForStage) return stagePolicyFor(denial, judging, subject, terms);
  if (terms.compiler === null) return stageDenial(subject);
  return routesPolicyFor(denial, judging, subject, { ...terms, compiler: terms.compiler });
}

/** The policy for a denial if all routes have the same rules: only the address or the path can be why it is denied. */
function stagePolicyFor(
  denial: Deny,
  judging: Judging,
  subject: PolicySubject,
  { rules }: PolicyTerms,
): ReachingPolicy {
  const isOfPath = PATH_REFUSALS.has(denial.code);
  if ((!isOfPath && !isLeftToPolicy(denial, rules)) || !judging.grants().undeclared)
    return stageDenial(subject);
  const allow = stagePolicy('Allow', subject.arn);
  return policy(isOfPath ? withOwnDeny(allow, subject.arn) : allow, 'stage');
}

/** The policy for a denial if routes differ. */
function routesPolicyFor(
  denial: Deny,
  judging: Judging,
  subject: PolicySubject,
  { rules, compiler }: PolicyTerms & { readonly compiler: PolicyCompiler },
): ReachingPolicy {
  const { arn } = subject;
  if (PATH_REFUSALS.has(denial.code)) {
    return besidePath(judging, arn, rules, compiler) ?? narrowed(stageDenial(subject));
  }
  if (!judging.grantsRequest()) {
    const { document } = compileFor(judging, judging.grants(), arn, compiler);
    return document === null ? narrowed(stageDenial(subject)) : policy(withOwnDeny(document, arn), 'routes');
  }
  // The rule that refused is not part of the grants, so only conditions on the address can deny this request.
  if (!isLeftToPolicy(denial, rules) || !judging.isCovered) return stageDenial(subject);
  const shared = grantedPolicy(judging, arn, rules, compiler) ?? narrowed(stageDenial(subject));
  return shared.kind === 'policy' ? shared : stageDenial(subject);
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
  const grants = judging.grants();
  const compiled = compileFor(judging, grants, arn, compiler);
  if (compiled.kind !== 'none') {
    const shared = policy(compiled.document, 'routes');
    // Most documents allow all that is granted.
    const isCertain =
      compiled.kind === 'exact' && compiled.reserved.length === 0 && !isUndeclared(judging, rules);
    const verdict = isCertain ? 'allowed' : compiler.verdictOn(compiled, grants, arn, routingOf(judging));
    if (verdict === 'allowed') return compiled.kind === 'exact' ? shared : narrowed(shared);
    if (verdict === 'reserved') return RESERVED;
    // Any other policy, once it is cached, would be wrong for the declared routes.
    if (compiled.kind === 'exact') return UNDECLARED;
  }
  const route = routePolicy(judging, arn, rules, compiler);
  return route === null ? null : narrowed(route);
}

/** The document for the routes that a caller may use, those of this request first. */
function compileFor(
  judging: Judging,
  grants: GrantedRoutes,
  arn: ExecuteApiArn,
  compiler: PolicyCompiler,
): CompiledPolicy {
  return compiler.compile(grants, arn, { routing: routingOf(judging), asked: askedBy(judging) });
}

/** How the gateway routes; `null` on WebSocket, whose requests have no path. */
function routingOf({ request }: Judging): Routing | null {
  return gatewayOfKind(request.gateway).routing;
}

/** The declared routes of a request. */
function askedBy({ rules }: Judging): readonly number[] {
  if (rules.kind === 'route') return [rules.index];
  return rules.kind === 'routes' ? rules.indexes : [];
}

/** The policy for the routes of this request alone; `null` if no document is exact for them. */
function routePolicy(
  judging: Judging,
  arn: ExecuteApiArn,
  { routes }: RuleBook,
  compiler: PolicyCompiler,
): ReachingPolicy | null {
  const asked = askedBy(judging);
  if (asked.length === 0) return null;
  const granted = routes.map((_, index) => asked.includes(index));
  const compiled = compileFor(judging, { routes: granted, undeclared: false }, arn, compiler);
  if (compiled.kind !== 'exact' || !allowsRequest(compiled.document, arn)) return null;
  return policy(compiled.document, 'route');
}

const RESERVED = refused({ code: 'reserved_value' });
const UNDECLARED = refused({ code: 'undeclared_path' });

/** What the caller may use elsewhere, beside a path that was refused; `null` if no document is exact. */
function besidePath(
  judging: Judging,
  arn: ExecuteApiArn,
  { routes }: RuleBook,
  compiler: PolicyCompiler,
): ReachingPolicy | null {
  const grants = judging.grants();
  const { document } = compileFor(judging, grants, arn, compiler);
  if (document !== null) return policy(withOwnDeny(document, arn), 'routes');
  // The route that the gateway itself chose is in the cache key if no policy is exact.
  const { routeTemplate } = judging.request;
  const index = routes.findIndex(({ key }) => key === routeTemplate);
  const only = routes.map((_, other) => other === index);
  const route =
    grants.routes[index] === 1
      ? compileFor(judging, { routes: only, undeclared: false }, arn, compiler).document
      : null;
  return route === null ? null : narrowed(policy(withOwnDeny(route, arn), 'route'));
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
