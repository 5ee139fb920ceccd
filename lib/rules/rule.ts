import type { Refusal } from '../decision.ts';
import type { AuthorizationRequest } from '../gateways/gateway.ts';
import type { VerifiedToken } from '../token/verified-token.ts';

/** What a rule may look at. `token` is `null` for an anonymous caller on a route with `token: 'optional'`. */
export interface Subject {
  readonly request: AuthorizationRequest;
  readonly token: VerifiedToken | null;
}

/** `null` = passed. */
export type Verdict = Refusal | null;

/** A rule compiled from its options: no parsing, no allocation that could have been done at start-up. */
export interface Rule {
  /** `scopes`, `ip`, `custom.office-hours`. */
  readonly name: string;
  /** `token` = decided by the claims alone, so that a policy cached under the token may carry it. */
  readonly dependsOn: 'token' | 'request';
  /** Judged and logged, not enforced. */
  readonly reportOnly: boolean;
  judge(subject: Subject): Verdict | Promise<Verdict>;
}
