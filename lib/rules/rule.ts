import type { Refusal } from '../decision/decision.ts';
import type { AuthorizationRequest } from '../gateways/gateway.ts';
import type { Binding } from '../policy-compiler/own-text.ts';
import type { RouteKey } from '../routes/route-key.ts';
import type { AccessTokenClaims, VerifiedToken } from '../token/verified-token.ts';
import type { UserCalls } from './user-calls.ts';

/** What a rule may read. `token` is `null` for an anonymous caller on a route with `token: 'optional'`. */
export interface Subject {
  readonly request: AuthorizationRequest;
  readonly token: VerifiedToken | null;
  /** Calls functions of the options, each at most once a request. */
  readonly calls: UserCalls;
  /**
   * Whether the event names a declared route that the path does not fit (base path mapping): where its parameters are in
   * the path is unknown.
   */
  readonly isShifted: boolean;
}

/** What rules find out for the rules after them and for the log line. */
export interface Findings {
  /** The gateway's own, until an `ip` rule with another `source` finds a better one. */
  clientIp: string | null;
  /** ISO 3166-1 alpha-2; `null` until a `country` rule finds it. */
  country: string | null;
}

/** What a rule, or all rules of a request together, come to. */
export type Verdict =
  | { readonly kind: 'passed' }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** There is no answer: a function of the options threw, usually. */
  | { readonly kind: 'fault'; readonly error: unknown };

export const PASSED: Verdict = Object.freeze({ kind: 'passed' });

export function refused(refusal: Refusal): Extract<Verdict, { kind: 'refused' }> {
  return { kind: 'refused', refusal: Object.freeze(refusal) };
}

export function faulted(error: unknown): Verdict {
  return { kind: 'fault', error };
}

/**
 * A part of the request that a rule reads. The decision may be cached only under identity sources that include it;
 * `anything` cannot be an identity source.
 */
export type RequestInput = 'source-ip' | `header:${string}` | 'anything';

/** A rule compiled from its options: no parsing, no allocation that could have been done at start-up. */
export interface Rule {
  /** `scopes`, `ip`, `custom.office-hours`. */
  readonly name: string;
  /**
   * What it reads besides the token. If empty, a policy cached under the token may carry the verdict. A rule that reads
   * `anything` is judged for the request's own route only, and turns compiled policies off for the whole authorizer; any
   * other rule is judged for each request and each route, and must answer without waiting.
   */
  readonly inputs: readonly RequestInput[];
  /** The claims that decide alone and always in the same way; absent if the rule reads anything else. */
  readonly claims?: readonly string[];
  /** A verdict that passes ends `maxAge` seconds after the time in this claim; absent if it does not end. */
  readonly expiry?: { readonly claim: string; readonly maxAge: number };
  /**
   * In place of `claims`, for a rule that reads claims in which every caller has another value: what decides alone, as a
   * text with few values.
   */
  readonly memo?: (claims: AccessTokenClaims) => string;
  /** Judged and logged, not enforced. */
  readonly reportOnly: boolean;
  /** Two rules with the same fingerprint judge alike; absent if that is unknown. */
  readonly fingerprint?: string;
  judge(subject: Subject, findings: Findings): Verdict | Promise<Verdict>;
  /**
   * Compiles the rule for one route; only of rules that read a parameter of the path.
   *
   * @param route - `null` for undeclared paths
   * @param path - dotted path of the route's own rule, for the error; default: where the rule was declared
   * @throws {OptionError} if the route has no such parameter
   */
  forRoute?(route: RouteKey | null, path?: string): Rule;
  /** What a rule of one route needs of the path. Policies carry it, and judge the path in place of the rule. */
  readonly binding?: RuleBinding;
}

/** A rule for one route, apart: the parameter that must be a text of the caller, and the rest. */
export interface RuleBinding extends Binding {
  /** The rule without the path: whether the caller may use the route with his own text. */
  readonly caller: Rule;
}
