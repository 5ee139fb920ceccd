import type { Refusal } from '../decision/decision.ts';
import type { ExecuteApiArn } from '../iam/arn.ts';
import type { PolicyDocument } from '../iam/policy-document.ts';
import { isPlainResource, ownResourcePolicy, stagePolicy } from '../iam/request-policy.ts';
import type { Caller } from '../invocation/invocation.ts';
import type { Judging } from '../rules/judging.ts';
import type { HandlerRole } from './handler-role.ts';

/** What the policy for a decision is chosen by. */
export interface PolicySubject {
  /** `null` if no credential was accepted. */
  readonly caller: Caller | null;
  /** `null` if no rules were judged. */
  readonly judging: Judging | null;
  readonly arn: ExecuteApiArn;
  readonly role: HandlerRole;
}

/** Which requests of a stage a policy decides: all alike, all by their routes, one route, or this request alone. */
export type PolicyReach = 'stage' | 'routes' | 'route' | 'request';

export interface ReachingPolicy {
  readonly kind: 'policy';
  readonly policy: PolicyDocument;
  readonly reach: PolicyReach;
  /** Whether a policy for all routes was wanted, but does not exist for this caller or does not fit. */
  readonly narrowed: boolean;
}

/** The policy for an allow, or why no policy can carry it. */
export type AllowPolicy = ReachingPolicy | { readonly kind: 'refused'; readonly refusal: Refusal };

/** The whole stage if every request of the caller there is allowed, else the request's own resource. */
export function ownAllow({ judging, arn, role }: PolicySubject): AllowPolicy {
  if (judging?.isForStage && !role.decides) return policy(stagePolicy('Allow', arn), 'stage');
  if (!isPlainResource(arn.text)) return AMBIGUOUS;
  return policy(ownResourcePolicy('Allow', arn), 'request');
}

/**
 * The whole stage. A Deny of the request alone would leave all other requests of a replay implicitly denied, which a
 * resource policy of a REST API can turn into allowed.
 */
export function stageDenial({ arn }: PolicySubject): ReachingPolicy {
  return policy(stagePolicy('Deny', arn), 'stage');
}

const AMBIGUOUS: AllowPolicy = refused({
  code: 'ambiguous_path',
  detail: 'the resource is too long for a policy, or contains characters that are wildcards in one',
});

export function refused(refusal: Refusal): AllowPolicy {
  return Object.freeze({ kind: 'refused', refusal: Object.freeze(refusal) });
}

export function policy(document: PolicyDocument, reach: PolicyReach): ReachingPolicy {
  return { kind: 'policy', policy: document, reach, narrowed: false };
}

/** The same policy, marked as narrower than what was wanted. */
export function narrowed<Chosen extends AllowPolicy>(chosen: Chosen): Chosen {
  return chosen.kind === 'refused' ? chosen : { ...chosen, narrowed: true };
}
