import { PATH_REFUSALS } from '../decision/codes.ts';
import type { Deny } from '../decision/decision.ts';
import { stagePolicy } from '../iam/request-policy.ts';
import type { CompiledPolicy, CoveringPolicy } from '../policy-compiler/compiled-policy.ts';
import type { Judging } from '../rules/judging.ts';
import type { RuleBook } from '../rules/rule-book.ts';
import { ownAllowWithDenies, withOwnAllow, withOwnDeny } from './beside-document.ts';
import { isBoundToRequest } from './bound-caller.ts';
import {
  askedRoutes,
  callerDocument,
  type RoutedSubject,
  routeDocument,
  routedSubject,
  shortfallOf,
  verdictOf,
} from './caller-document.ts';
import {
  type AllowPolicy,
  type ChosenPolicy,
  ownAllow,
  type PolicySubject,
  policy,
  refused,
  requestAllow,
  requestOnly,
  stageDenial,
} from './policy-for-request.ts';
import type { PolicyTerms } from './policy-terms.ts';

/**
 * Chooses the widest policy that is right for every request that API Gateway may replay an allow for:
 *
 * - one for the stage if every request of the caller there is allowed;
 * - one for all declared routes that the caller may use, or for as many as a document can express;
 * - one for the route of the request if the handler decides, since it was called for no other; for this request only if the
 *   path does not show which of several routes that is;
 * - one for this request only if a rule reads what no cache key can hold, if the token is bound and its proof is for this
 *   request, or if no document covers its route.
 *
 * Refuses the allow if the policy for all routes denies the path, so that a request is answered alike with and without the
 * cache: as `reserved_value`, or as `undeclared_path` if that policy is exact. Refuses it as `inexpressible_path` if no
 * policy can name the path alone.
 *
 * @param terms - `null` for policySerializer on its own: {@link ownAllow}, or for bound tokens {@link requestAllow}
 */
export function policyForAllow(subject: PolicySubject, terms: PolicyTerms | null): AllowPolicy {
  if (isBoundToRequest(subject, terms)) return requestAllow(subject);
  const routed = routedSubject(subject, terms);
  if (routed === null) return ownAllow(subject);
  const chosen = documentPolicy(subject, routed, callerDocument(routed));
  // What is refused without a handler that decides is refused with one, too.
  if (!subject.role.decides || chosen.kind === 'refused') return chosen;
  return handlerPolicy(subject, routed);
}

/** The policy if the handler decides. */
function handlerPolicy(subject: PolicySubject, routed: RoutedSubject): AllowPolicy {
  const { rules } = routed.judging;
  if (rules.kind === 'route') return documentPolicy(subject, routed, routeDocument(routed));
  const own = ownAllow(subject);
  // API Gateway chose one of several routes, and the handler was called for that one.
  return rules.kind === 'routes' ? requestOnly(own) : own;
}

const RESERVED = refused({ code: 'reserved_value' });
const UNDECLARED = refused({ code: 'undeclared_path' });

/** The policy for an allow that a document was compiled for. */
function documentPolicy(
  subject: PolicySubject,
  routed: RoutedSubject,
  compiled: CompiledPolicy,
): AllowPolicy {
  if (compiled.kind === 'none') return requestOnly(ownAllow(subject));
  // Every document denies encoded slashes.
  if (routed.judging.foundBy === 'encoded') return besideDocument(subject, compiled);
  const verdict = verdictOf(routed, compiled);
  if (verdict === 'allowed') return policy(compiled.document, 'routes', shortfallOf(compiled));
  if (verdict === 'reserved') return RESERVED;
  if (verdict === 'undeclared' && compiled.kind === 'exact' && routed.judging.isCovered) return UNDECLARED;
  return besideDocument(subject, compiled);
}

/** The policy for a request that the document does not allow: the document, and the request's own resource. */
function besideDocument(subject: PolicySubject, compiled: CoveringPolicy): AllowPolicy {
  const own = ownAllow(subject);
  if (own.kind === 'refused') return own;
  const document = withOwnAllow(compiled.document, subject.arn);
  if (document !== null) return policy(document, 'routes', shortfallOf(compiled));
  return requestOnly(policy(ownAllowWithDenies(compiled.document, subject.arn), 'routes'));
}

/**
 * Chooses the policy for a denial: what the caller may use elsewhere, as {@link policyForAllow} does, with an explicit
 * Deny of this request. The whole stage is denied if the caller is unknown, if the handler decides, since it was not called
 * for the other routes, if the token is bound and its proof is for this request, or if no document is right for other
 * routes.
 *
 * @param terms - `null` for policySerializer on its own: always {@link stageDenial}
 */
export function policyForDenial(
  denial: Deny,
  subject: PolicySubject,
  terms: PolicyTerms | null,
): ChosenPolicy {
  const { caller, judging, role } = subject;
  if (terms === null || caller === null || judging === null || role.decides) return stageDenial(subject);
  if (isBoundToRequest(subject, terms)) return stageDenial(subject);
  if (judging.isForStage) return stagePolicyFor(denial, judging, subject, terms);
  const routed = routedSubject(subject, terms);
  return routed === null ? stageDenial(subject) : routesPolicyFor(denial, subject, routed, terms);
}

/** The policy for a denial if all routes have the same rules: only the address or the path can be why it is denied. */
function stagePolicyFor(
  denial: Deny,
  judging: Judging,
  subject: PolicySubject,
  { rules }: PolicyTerms,
): ChosenPolicy {
  const isOfPath = PATH_REFUSALS.has(denial.code);
  if ((!isOfPath && !isLeftToPolicy(denial, rules)) || !judging.grants().undeclared)
    return stageDenial(subject);
  const allow = stagePolicy('Allow', subject.arn);
  return policy(isOfPath ? withOwnDeny(allow, subject.arn) : allow, 'stage');
}

/** The policy for a denial if routes differ. */
function routesPolicyFor(
  denial: Deny,
  subject: PolicySubject,
  routed: RoutedSubject,
  { rules }: PolicyTerms,
): ChosenPolicy {
  const { judging, arn } = routed;
  const isOfPath = PATH_REFUSALS.has(denial.code);
  const compiled = callerDocument(routed, isOfPath ? gatewayRoute(judging, rules) : askedRoutes(judging));
  if (compiled.kind === 'none') return requestOnly(stageDenial(subject));
  const { document } = compiled;
  if (isOfPath || !judging.grantsRequest()) {
    return policy(withOwnDeny(document, arn), 'routes', shortfallOf(compiled));
  }
  // The rule that refused is not part of the grants, so only conditions on the address can deny this request.
  const isLeft = isLeftToPolicy(denial, rules) && verdictOf(routed, compiled) === 'allowed';
  return isLeft ? policy(document, 'routes', shortfallOf(compiled)) : stageDenial(subject);
}

/** The declared route that the gateway chose for a path that was refused: it may be part of the cache key. */
function gatewayRoute({ request }: Judging, { routes }: RuleBook): readonly number[] {
  const index = routes.findIndex(({ key }) => key === request.routeTemplate);
  return index === -1 ? [] : [index];
}

/** Whether the conditions of the policy decide on the address: then the same document is right for callers from elsewhere. */
function isLeftToPolicy({ code }: Deny, { ipInPolicy }: RuleBook): boolean {
  return code === 'ip_not_allowed' && ipInPolicy !== null;
}
