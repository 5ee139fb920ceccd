import type { Allow, Deny } from '../decision.ts';
import { Refused } from '../errors.ts';
import type { ExecuteApiArn } from '../policy/arn.ts';
import { createPolicyCompiler } from '../policy/compiler.ts';
import type { PolicyDocument } from '../policy/policy-document.ts';
import { isPlainResource, ownResourcePolicy, stagePolicy } from '../policy/request-policy.ts';
import type { RuleBook } from '../rules/rule-book.ts';
import type { AuthorizationState } from './state.ts';

/** Writes the policy that a decision comes to; `null` where the gateway takes none. */
export type PolicyWriter = (decision: Allow | Deny, state: AuthorizationState) => PolicyDocument | null;

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
  if (state.token === undefined || state.judgement?.routesDiffer === false) return stagePolicy(effect, arn);
  if (effect === 'Allow' && !isPlainResource(arn.text)) {
    throw new Refused({
      code: 'ambiguous_path',
      detail: 'the path holds characters that are wildcards in a policy',
    });
  }
  return ownResourcePolicy(effect, arn);
}

/**
 * Writes policies that are right for every declared route at once, so that API Gateway may replay them. Where there is
 * none, since no document is exact for this caller or it would be too large, an allow covers the one route that was
 * asked for; and {@link writeRequestPolicy} stands in where
 *
 * - the gateway's own word settled the route, and the path is none that a document speaks of;
 * - a rule decides by what no cache can be keyed by;
 * - a handler has a say about the caller: it was not asked about the other routes.
 *
 * @param handlerDecides - whether a handler is known to have a say; otherwise that is learnt when it speaks
 */
export function createPolicyWriter(rules: RuleBook, handlerDecides: boolean): PolicyWriter {
  if (!rules.routesDiffer || rules.inputs.includes('anything')) return writeRequestPolicy;
  const compiler = createPolicyCompiler(rules);
  // Of the environment, not of the invocation: once a handler has spoken it is known to be there.
  let handlerSpeaks = handlerDecides;

  return (decision, state) => {
    const { request, token, judgement } = state;
    handlerSpeaks ||= state.handlerSpoke === true;
    const arn = request?.arn ?? null;
    const known = request !== undefined && token !== undefined && judgement?.covered === true;
    const allowed = decision.outcome === 'allow';
    if (!known || arn === null || (handlerSpeaks && !allowed)) return writeRequestPolicy(decision, state);
    const grants = rules.grants({ request, token });
    const { index } = judgement.ruleSet;
    const granted = index === null ? grants.undeclared : grants.routes[index] === 1;
    // A predicate that changed its mind in between: what was judged stands.
    if (granted !== allowed) return writeRequestPolicy(decision, state);
    const document = compiler.compile(grants, arn);
    if (document !== null) return allowed ? document : withOwnDeny(document, arn);
    if (!allowed || index === null) return writeRequestPolicy(decision, state);
    return compiler.compileRoute(index, arn) ?? writeRequestPolicy(decision, state);
  };
}

/**
 * The same policy, with an explicit Deny of this request before it: a document leaves some denials implicit where no
 * glob can express them, and a resource policy could override those.
 */
function withOwnDeny(document: PolicyDocument, arn: ExecuteApiArn): PolicyDocument {
  return { ...document, Statement: [...ownResourcePolicy('Deny', arn).Statement, ...document.Statement] };
}
