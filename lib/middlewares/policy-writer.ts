import type { Allow, Deny } from '../decision.ts';
import { Refused } from '../errors.ts';
import type { PolicyDocument } from '../policy/policy-document.ts';
import { isPlainResource, ownResourcePolicy, stagePolicy } from '../policy/request-policy.ts';
import type { AuthorizationState } from './state.ts';

/** Writes the policy that a decision comes to; `null` where the gateway takes none. */
export type PolicyWriter = (decision: Allow | Deny, state: AuthorizationState) => PolicyDocument | null;

/**
 * The policy for this request: the whole stage where all routes share one decision, since none was declared, or
 * since the token is as bad on any other; else the request's own resource.
 *
 * @throws {Refused} `ambiguous_path` for an allow whose own path would read as a pattern
 */
export function writeRequestPolicy(decision: Allow | Deny, state: AuthorizationState): PolicyDocument | null {
  const arn = state.request?.arn ?? null;
  if (arn === null) return null;
  const effect = decision.outcome === 'allow' ? 'Allow' : 'Deny';
  const tokenRefused = state.token === undefined;
  if (tokenRefused || state.judgement?.routesDeclared === false) return stagePolicy(effect, arn);
  if (effect === 'Allow' && !isPlainResource(arn.text)) {
    throw new Refused({
      code: 'ambiguous_path',
      detail: 'the path holds characters that are wildcards in a policy',
    });
  }
  return ownResourcePolicy(effect, arn);
}
