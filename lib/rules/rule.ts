import type { Refusal } from '../decision/decision.ts';
import type { AuthorizationRequest } from '../gateways/gateway.ts';
import type { VerifiedToken } from '../token/verified-token.ts';

/** What a rule may look at. `token` is `null` for an anonymous caller on a route with `token: 'optional'`. */
export interface Subject {
  readonly request: AuthorizationRequest;
  readonly token: VerifiedToken | null;
}

/** What the rules of one request found out on their way, for the rules after them and for the log. */
export interface Findings {
  /** The gateway's own, until an `ip` rule with another `source` found a better one. */
  clientIp: string | null;
  /** ISO 3166-1 alpha-2; `null` until a `country` rule told it. */
  country: string | null;
}

/** `null` = passed. */
export type Verdict = Refusal | null;

/**
 * A part of the request that a rule decides by. Such a decision may only be cached under identity sources that hold
 * it too; `anything` can be no identity source.
 */
export type RequestInput = 'source-ip' | `header:${string}` | 'anything';

/** A rule compiled from its options: no parsing, no allocation that could have been done at start-up. */
export interface Rule {
  /** `scopes`, `ip`, `custom.office-hours`. */
  readonly name: string;
  /** What it decides by besides the token; where it is empty, a policy cached under the token may carry the verdict. */
  readonly inputs: readonly RequestInput[];
  /** The claims that alone decide, the same way each time; absent when there is more to it. */
  readonly claims?: readonly string[];
  /** Judged and logged, not enforced. */
  readonly reportOnly: boolean;
  /** Two rules with the same fingerprint judge alike; absent when that cannot be told. */
  readonly fingerprint?: string;
  judge(subject: Subject, findings: Findings): Verdict | Promise<Verdict>;
}
