import type { CacheAdvice } from '../authorizer/cache-advice.ts';
import type { FaultCode, RefusalCode } from '../decision/codes.ts';
import type { KeyState } from '../decision/decision.ts';
import type { GatewayKind } from '../gateways/gateway.ts';
import type { LogLine } from '../middlewares/log-line.ts';
import type { CallerKind } from '../token/caller-kind.ts';
import type { Remedy } from './remedies.ts';

/**
 * What an authorizer does with one request, and why. Plain JSON. Contains no token. Contains a claim's value only if it was
 * asked for by name.
 */
export interface Explanation {
  readonly decision: ExplainedDecision;
  /** The request as the authorizer reads it; `null` if the event is not one of a Lambda authorizer. */
  readonly request: ExplainedRequest | null;
  /** `null` if the request has no readable token. */
  readonly token: ExplainedToken | null;
  /** `null` if no route was looked for, because the event cannot be read or `apis` does not name the API. */
  readonly route: ExplainedRoute | null;
  /** The rules that apply, in the order of judging. */
  readonly rules: readonly ExplainedRule[];
  /** What the client gets. */
  readonly client: ExplainedClient;
  /** The policy of the answer; `null` if the answer has none. */
  readonly policy: ExplainedPolicy | null;
  /** `null` if the event cannot be read, or `apis` does not name the API. */
  readonly cache: ExplainedCache | null;
  /** What to change, and where. Empty for an allow. */
  readonly remedies: readonly Remedy[];
  /** What the authorizer logs besides the decision, such as the advice `authorizer set-up`. */
  readonly notices: readonly ExplainedNotice[];
  /** What this explanation leaves out or assumes. */
  readonly caveats: readonly string[];
  /** The log line, without the values of claims that were not asked for. */
  readonly log: Readonly<Partial<LogLine>>;
}

export type ExplainedDecision =
  | { readonly outcome: 'allow' }
  | {
      readonly outcome: 'deny';
      readonly code: RefusalCode;
      readonly status: 401 | 403;
      readonly advice: string;
      readonly rule?: string;
      readonly detail?: string;
    }
  | {
      readonly outcome: 'fault';
      readonly code: FaultCode;
      readonly advice: string;
      readonly rule?: string;
      /** The message of the cause. */
      readonly error: string;
    };

export interface ExplainedRequest {
  readonly gateway: GatewayKind;
  /** `a1b2c3d4e5/prod`. */
  readonly api: string | null;
  readonly method: string | null;
  readonly path: string | null;
  /** How else the event writes the path; the routes of each form apply. */
  readonly otherPaths: readonly string[];
  /** The route that the gateway chose. */
  readonly gatewayRoute: string | null;
  readonly clientIp: string | null;
  /** Names of the headers, lower case. */
  readonly headers: readonly string[];
  readonly credential: 'none' | 'token' | RefusalCode;
}

export interface ExplainedToken {
  /**
   * `signature`: verified with a key of its issuer. `resigned`: the claims come from you (`--claims`), or from a token whose
   * signature was not verified (`--offline`); a key of this process signed them. `refused`: the token was refused before it
   * was proven.
   */
  readonly verified: 'signature' | 'resigned' | 'refused';
  readonly issuer?: string;
  readonly kid?: string;
  readonly keys?: KeyState;
  readonly caller?: CallerKind;
  /** Names of the claims; empty if the token was not verified. */
  readonly claims: readonly string[];
  /** The values that were asked for. */
  readonly shown: Readonly<Record<string, unknown>>;
  /** Seconds until `exp`; negative after it. */
  readonly expiresIn?: number;
}

export interface ExplainedRoute {
  /**
   * `routes`: these declared routes apply, the first one names the request. `undeclared`: no declared route, and the common
   * rules apply. `refused`: no rules can apply.
   */
  readonly found: 'routes' | 'undeclared' | 'refused';
  /** The declared routes whose rules apply. */
  readonly keys: readonly string[];
  /** In one sentence. */
  readonly why: string;
  /** Declared routes whose path fits the request or nearly does, the most likely ones first. */
  readonly candidates: readonly RouteCandidate[];
}

export interface RouteCandidate {
  readonly route: string;
  readonly fits: 'applies' | 'less specific' | 'other method' | 'other slash' | 'other case';
}

export interface ExplainedRule {
  readonly rule: string;
  /** The option that declares it, `routes['GET /orders'].scopes`; `null` for a check that is on by default. */
  readonly option: string | null;
  /** `not reached`: an earlier check ended the judging, and this rule was not judged. */
  readonly verdict: 'passed' | 'refused' | 'fault' | 'not reached';
  /** Whether a refusal of this rule refuses the request (not with `reportOnly`). */
  readonly enforced: boolean;
  /** `judged` for the request, or `after` it: another check had ended the judging, and this says what the rule would do. */
  readonly judged: 'judged' | 'after' | 'no';
  readonly code?: RefusalCode;
  readonly detail?: string;
  /** What it reads besides the token. */
  readonly reads: readonly string[];
}

export interface ExplainedClient {
  /** `backend`: the request goes on, and the backend answers. */
  readonly from: 'backend' | 'gateway';
  /** `null` if the backend answers. */
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** What the gateway does differently, if it is set up otherwise. */
  readonly note?: string;
}

export interface ExplainedPolicy {
  /** Effects and routes, not ARNs: what the policy does on each declared route is in {@link ExplainedCache.routes}. */
  readonly allows: number;
  readonly denies: number;
  /** Size of the document as JSON. */
  readonly bytes: number;
  /** What it covers if not all routes of the caller. */
  readonly shortfall?: 'partial' | 'request';
  readonly leftOut?: number;
  /** The document, if it was asked for. */
  readonly document?: unknown;
}

export interface ExplainedCache {
  /** How to set the cache up at this gateway. */
  readonly advice: CacheAdvice;
  /** What this answer, repeated from the cache, does on each declared route that this gateway has. */
  readonly routes: readonly ReplayedRoute[];
}

export interface ReplayedRoute {
  readonly route: string;
  /**
   * What the authorizer decides on a request of this caller there. `depends`: a rule reads what differs from request to
   * request.
   */
  readonly fresh: 'allow' | 'deny' | 'depends';
  /** What the cached answer does; with values of parameters that are no literals of other routes. */
  readonly cached: 'allow' | 'deny';
}

export interface ExplainedNotice {
  readonly level: string;
  readonly message: string;
  readonly line: Readonly<Record<string, unknown>>;
}
