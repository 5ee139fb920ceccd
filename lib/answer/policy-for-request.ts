import type { PolicyShortfall, Refusal } from '../decision/decision.ts';
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

/** The requests of a stage that a policy decides: all in the same way, all by their routes, or only this request. */
export type PolicyReach = 'stage' | 'routes' | 'request';

export interface ChosenPolicy {
  readonly kind: 'policy';
  readonly policy: PolicyDocument;
  readonly reach: PolicyReach;
  /** `null` if the policy covers all that it should. */
  readonly shortfall: PolicyShortfall | null;
}

/** The policy for an allow, or why no policy can carry it. */
export type AllowPolicy = ChosenPolicy | { readonly kind: 'refused'; readonly refusal: Refusal };

/** The whole stage if every request of the caller there is allowed, else the request's own resource. */
export function ownAllow(subject: PolicySubject): AllowPolicy {
  const { judging, arn, role } = subject;
  if (judging?.isForStage && !role.decides) return policy(stagePolicy('Allow', arn), 'stage');
  return requestAllow(subject);
}

/** The request's own resource. Refused as `inexpressible_path` if a `Resource` cannot name it alone. */
export function requestAllow({ arn }: PolicySubject): AllowPolicy {
  if (!isPlainResource(arn.text)) return INEXPRESSIBLE;
  return policy(ownResourcePolicy('Allow', arn), 'request');
}

/**
 * The whole stage. A Deny of only this request would leave all other requests of a replay implicitly denied, which a
 * resource policy of a REST API can turn into allowed.
 */
export function stageDenial({ arn }: PolicySubject): ChosenPolicy {
  return policy(stagePolicy('Deny', arn), 'stage');
}

const INEXPRESSIBLE: AllowPolicy = refused({
  code: 'inexpressible_path',
  detail: 'the resource has more than 512 characters, or contains `*`, `?` or `${`',
});

export function refused(refusal: Refusal): AllowPolicy {
  return Object.freeze({ kind: 'refused', refusal: Object.freeze(refusal) });
}

export function policy(
  document: PolicyDocument,
  reach: PolicyReach,
  shortfall: PolicyShortfall | null = null,
): ChosenPolicy {
  return { kind: 'policy', policy: document, reach, shortfall };
}

const REQUEST_ONLY: PolicyShortfall = Object.freeze({ kind: 'request' });

/** The same policy, marked as one for the request where one for all routes should be. */
export function requestOnly<Chosen extends AllowPolicy>(chosen: Chosen): Chosen {
  return chosen.kind === 'refused' ? chosen : { ...chosen, shortfall: REQUEST_ONLY };
}
