import type { CacheAdvice } from '../authorizer/cache-advice.ts';
import type { FaultCode, RefusalCode } from '../decision/codes.ts';
import type { GatewayKind } from '../gateways/gateway.ts';
import type { AnsweredPolicy } from '../iam/policy-document.ts';
import type { Undeclared } from '../rules/rule-book.ts';

/** What the page shows: plain JSON, without a token. */
export interface Exploration {
  /** The module whose options are explored, as the user named it. */
  readonly source: string;
  readonly gateway: GatewayKind;
  /** The key in `apis`; `null` without that option. */
  readonly api: string | null;
  readonly undeclared: Undeclared;
  /** One row for each route, and one for undeclared paths if no route takes them. */
  readonly routes: readonly ExploredRoute[];
  readonly callers: readonly ExploredCaller[];
  /** Number of callers of single routes that are not shown, since the page shows the most common ones only. */
  readonly callersLeftOut: number;
  /** The different verdicts. Columns refer to them by index. */
  readonly verdicts: readonly ExploredVerdict[];
  /** By caller. */
  readonly columns: readonly ExploredColumn[];
}

export interface ExploredRoute {
  /** `GET /users/{id}`; `null` for undeclared paths, or for every request if no route is declared. */
  readonly key: string | null;
  /** The request that stands for the route. `null` on gateways whose requests have neither method nor path. */
  readonly method: string | null;
  readonly path: string | null;
  /** The resource that policies are evaluated for; `null` without ARN. */
  readonly resource: string | null;
  /** The enforced rules in the order of judging, then those that only report. */
  readonly rules: readonly { readonly name: string; readonly reportOnly: boolean }[];
  readonly token: 'required' | 'optional';
}

/** A caller of the page. */
export interface ExploredCaller {
  /** Unique. */
  readonly name: string;
  /** What the caller is, in one line. */
  readonly summary: string;
  /** Claims besides those that the test issuer adds; `null` = no token. */
  readonly claims: Readonly<Record<string, unknown>> | null;
}

export type ExploredVerdict =
  /** `unless`: custom rules, which the page does not call: each may still refuse. */
  | { readonly kind: 'allow'; readonly unless: readonly string[] }
  | {
      readonly kind: 'deny';
      readonly code: RefusalCode;
      readonly status: 401 | 403;
      readonly advice: string;
      readonly rule: string | null;
      readonly detail: string | null;
    }
  | {
      readonly kind: 'fault';
      readonly code: FaultCode;
      readonly advice: string;
      readonly rule: string | null;
    };

/** What one caller may do. */
export interface ExploredColumn {
  /** By route, the index of the verdict on a request that is not answered from a cache. */
  readonly fresh: readonly number[];
  readonly answer: ExploredAnswer;
}

/** The answer to one request of the caller, which a cache may repeat. */
export type ExploredAnswer =
  | {
      readonly kind: 'policy';
      /** Index of the route that was requested. */
      readonly request: number;
      readonly document: AnsweredPolicy;
      /** Bytes of the whole answer, and of its document, as JSON. */
      readonly bytes: number;
      readonly documentBytes: number;
      /** What the policy covers: all routes of the caller, some, or only that of the request. */
      readonly covers: 'all' | 'some' | 'route';
      /** What the document does with each route: `a` allows, `d` denies explicitly, `i` denies implicitly. */
      readonly cached: string;
    }
  /** `isAuthorized`, which holds for every request. */
  | { readonly kind: 'simple'; readonly request: number; readonly allows: boolean; readonly bytes: number }
  /** Nothing that a cache may repeat. */
  | { readonly kind: 'none'; readonly reason: string };

/** How to configure the cache of one gateway. */
export interface AdviceAtGateway {
  readonly gateway: GatewayKind;
  readonly advice: CacheAdvice;
}
