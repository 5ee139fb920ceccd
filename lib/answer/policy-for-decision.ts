import { type Allow, type Deny, PATH_REFUSALS } from '../decision/decision.ts';
import { Refused } from '../decision/errors.ts';
import { allowsRequest } from '../iam/allows-request.ts';
import type { ExecuteApiArn } from '../iam/arn.ts';
import { withConditions } from '../iam/conditions.ts';
import { isAllow, type PolicyDocument } from '../iam/policy-document.ts';
import { isPlainResource, ownResourcePolicy, stagePolicy } from '../iam/request-policy.ts';
import type { AuthorizationState } from '../invocation/state.ts';
import { createPolicyCompiler, type PolicyCompiler } from '../policy-compiler/compiler.ts';
import type { Grants } from '../rules/grants.ts';
import type { Judging } from '../rules/judging.ts';
import type { RuleBook } from '../rules/rule-book.ts';
import type { RuleSet } from '../rules/rule-sets.ts';

/** How much a policy is to cover: as much as is right, or this request alone where nothing larger fits. */
export type PolicyReach = 'widest' | 'request';

/** Writes the policy that a decision comes to; `null` where the gateway takes none. */
export type PolicyWriter = (
  decision: Allow | Deny,
  state: AuthorizationState,
  reach: PolicyReach,
) => PolicyDocument | null;

/** What a writer of policies for all routes is made of. */
export interface PolicyWriterParts {
  readonly rules: RuleBook;
  /** `null` where one policy for all routes is not to be had. */
  readonly compiler: PolicyCompiler | null;
  /** Whether a handler is known to have a say; otherwise that is learnt when it speaks. */
  readonly handlerDecides: boolean;
  /** Whether an Allow ends with the token's `exp`. */
  readonly tokenExpiry: boolean;
}

/**
 * The policy for this request: the whole stage where all routes share one decision, or where the token is as bad on
 * any other; else the request's own resource.
 *
 * @throws {Refused} `ambiguous_path` for an allow whose own path would read as a pattern
 */
export function writeRequestPolicy(decision: Allow | Deny, state: AuthorizationState): PolicyDocument | null {
  const arn = state.request?.arn ?? null;
  if (arn === null) return null;
  const effect = decision.outcome === 'allow' ? 'Allow' : 'Deny';
  const isOfToken =
    state.token === undefined && !(decision.outcome === 'deny' && PATH_REFUSALS.has(decision.code));
  if (isOfToken || state.judging?.routesDiffer === false) return stagePolicy(effect, arn);
  if (effect === 'Allow' && !isPlainResource(arn.text)) {
    const detail = 'the resource is too long for a policy, or holds characters that are wildcards in one';
    throw new Refused({ code: 'ambiguous_path', detail });
  }
  return ownResourcePolicy(effect, arn);
}

/** The compiler of policies for all routes; `null` where one policy holds anyway, or none can be replayed. */
export function compilerFor(rules: RuleBook): PolicyCompiler | null {
  if (!rules.routesDiffer || rules.inputs.includes('anything')) return null;
  const { routes, requirements, undeclaredRequirement, ipInPolicy } = rules;
  // A policy states the lists twice, in the Allow and turned round in a Deny, each with some words around it.
  const forConditions = ipInPolicy === null ? 0 : 2 * JSON.stringify(ipInPolicy).length + 400;
  const maxBytes = DOCUMENT_BYTES - forConditions;
  return createPolicyCompiler({ routes, requirements, undeclaredRequirement, maxBytes });
}

/** 8 KB for the whole answer, less 1.25 KB for the principal, the context and the end of the token. */
const DOCUMENT_BYTES = 6912;

/**
 * Writes policies that are right for every declared route at once, so that API Gateway may replay them. Where there is
 * none, since no document is exact for this caller or it would be too large, an allow covers the one route that was
 * asked for; and {@link writeRequestPolicy} stands in where
 *
 * - the gateway's own word settled the route, and the path is none that a document speaks of;
 * - a rule decides by what no cache can be keyed by;
 * - a handler has a say about the caller: it was not asked about the other routes.
 *
 * What it gives throws a {@link Refused}, `undeclared_path`, for an allow of a path that nobody declared and that the
 * policy denies.
 */
export function createPolicyWriter(parts: PolicyWriterParts): PolicyWriter {
  const { rules, tokenExpiry } = parts;
  // Of the environment, not of the invocation: once a handler has spoken it is known to be there.
  let handlerSpeaks = parts.handlerDecides;

  return (decision, state, reach) => {
    handlerSpeaks ||= state.handlerSpoke === true;
    const arn = state.request?.arn ?? null;
    const shared = reach === 'widest' ? sharedPolicy(decision, state, parts, handlerSpeaks) : null;
    const document = shared ?? writeRequestPolicy(decision, state);
    if (document === null || arn === null || (!tokenExpiry && rules.ipInPolicy === null)) return document;
    const expiresAt = tokenExpiry ? state.token?.claims.exp : undefined;
    return withConditions(document, { ...rules.ipInPolicy, expiresAt }, arn);
  };
}

/** The policy that requests for other routes may share; `null` where the request's own is all that is right. */
function sharedPolicy(
  decision: Allow | Deny,
  state: AuthorizationState,
  parts: PolicyWriterParts,
  handlerSpeaks: boolean,
): PolicyDocument | null {
  const { request, judging } = state;
  const arn = request?.arn ?? null;
  if (judging === undefined || arn === null) return null;
  if (decision.outcome === 'allow') return policyForJudged(true, judging, arn, state, parts);
  if (handlerSpeaks) return null;
  if (PATH_REFUSALS.has(decision.code) && parts.compiler !== null) {
    return policyBesidePathRefusal(judging, arn, parts.rules, parts.compiler);
  }
  const allowed = isLeftToPolicy(decision, parts.rules) ? 'by the policy' : false;
  return policyForJudged(allowed, judging, arn, state, parts);
}

/** What the caller may use elsewhere stands beside a refusal of the path. */
function policyBesidePathRefusal(
  judging: Judging,
  arn: ExecuteApiArn,
  rules: RuleBook,
  compiler: PolicyCompiler,
): PolicyDocument | null {
  const grants = judging.grants();
  const { routeTemplate } = judging.subject.request;
  const others =
    compiler.compile(grants, arn) ??
    gatewaysRoute(routeTemplate, rules, grants, (index) => compiler.compileRoute(index, arn));
  return others === null ? null : withOwnDeny(others, arn);
}

/**
 * Whether the address is the policy's own business: the same document holds for those who call from elsewhere. Not
 * where other rules were not asked any more, whose answer nobody can know.
 */
function isLeftToPolicy({ code }: Deny, { ipInPolicy, inputs }: RuleBook): boolean {
  return code === 'ip_not_allowed' && ipInPolicy !== null && !inputs.includes('anything');
}

/** @param allowed - the verdict, unless the policy itself is to find it */
function policyForJudged(
  allowed: boolean | 'by the policy',
  judging: Judging,
  arn: ExecuteApiArn,
  state: AuthorizationState,
  { rules, compiler }: PolicyWriterParts,
): PolicyDocument | null {
  const ruleSet = judging.rules;
  if (ruleSet.kind === 'refused' || !rules.covers(judging)) return null;
  if (compiler === null && allowed !== 'by the policy') return null;
  const grants = judging.grants();
  const granted = indexesOf(ruleSet).every((index) => isGranted(grants, index));
  // The rule that refused is no part of the grants, or it was not a rule that refused.
  if (allowed !== 'by the policy' && granted !== allowed) return null;
  if (compiler === null) return stagePolicy(granted ? 'Allow' : 'Deny', arn);
  const document = compiler.compile(grants, arn);
  // A Deny of what is declared may take in what is not: `/users/?*` is `/users/5/photo`, too.
  const mayBeLost = ruleSet.kind !== 'route' || rules.routes[ruleSet.index]?.kind === 'default';
  const allows = (one: PolicyDocument) => !mayBeLost || allowsRequest(one, arn);
  if (document !== null) {
    if (!granted) return withOwnDeny(document, arn);
    if (allows(document)) return document;
    // Any other policy, once it is cached, would be wrong for the declared routes.
    throw new Refused({ code: 'undeclared_path' });
  }
  state.policyNarrowed = true;
  // The document for a route alone leaves out the paths that it shares with a twin.
  const route = granted && ruleSet.kind === 'route' ? compiler.compileRoute(ruleSet.index, arn) : null;
  return route !== null && allows(route) ? route : null;
}

/** The routes whose rules apply; `null` stands for undeclared paths. */
function indexesOf(ruleSet: RuleSet): readonly (number | null)[] {
  if (ruleSet.kind === 'twin') return [ruleSet.closed, ruleSet.open];
  return [ruleSet.kind === 'route' ? ruleSet.index : null];
}

function isGranted({ routes, undeclared }: Grants, index: number | null): boolean {
  return index === null ? undeclared : routes[index] === 1;
}

/** The policy for the route that the gateway itself chose, which is in the cache key where no policy is exact. */
function gatewaysRoute(
  template: string | null,
  { routes }: RuleBook,
  grants: Grants,
  compileRoute: (index: number) => PolicyDocument | null,
): PolicyDocument | null {
  const index = routes.findIndex(({ key }) => key === template);
  return grants.routes[index] === 1 ? compileRoute(index) : null;
}

/**
 * The same policy, with an explicit Deny of this request before it: a document leaves some denials implicit where no
 * glob can express them, and a resource policy could override those.
 */
function withOwnDeny(document: PolicyDocument, arn: ExecuteApiArn): PolicyDocument {
  // One that allows nothing denies the stage, and this request with it.
  if (!document.Statement.some(isAllow)) return document;
  return { ...document, Statement: [...ownResourcePolicy('Deny', arn).Statement, ...document.Statement] };
}
