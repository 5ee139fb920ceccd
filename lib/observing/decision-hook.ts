import type { Decision, KeyState } from '../decision/decision.ts';
import { apiOf } from '../gateways/api-name.ts';
import type { GatewayKind } from '../gateways/gateway.ts';
import type { Phase } from '../invocation/invocation.ts';
import type { RuleReport } from '../rules/rule-report.ts';
import { defined } from '../util/defined.ts';

/** What is known of a request besides its decision. Never holds a token. What is not known is absent. */
export interface DecisionFacts {
  /** Absent if the event is not one of a Lambda authorizer. */
  readonly gateway?: GatewayKind;
  /** The API that sent the event: `a1b2c3d4e5/prod`; on AppSync, which has no stages, `a1b2c3d4e5`. */
  readonly api?: string;
  readonly requestId?: string;
  /** Key of the declared route, `GET /users/{id}`. */
  readonly route?: string;
  /** Rules that would have refused if they were enforced (`reportOnly`), and rules of other routes that failed. */
  readonly reports?: readonly RuleReport[];
  /**
   * What the policy covers if not all routes of the caller: `partial` = some, `leftOut` says how many are missing;
   * `request` = this request only.
   */
  readonly policy?: 'partial' | 'request';
  /** How many routes of the caller the cached policy denies. */
  readonly leftOut?: number;
  /** The claims that the default context leaves out, because the answer has no room: `permissions`, `scope` or both. */
  readonly claimsLeftOut?: string;
  /** Where the key came from: `fresh`, `stale` or `pinned` in memory, or `fetched` just now. Absent without such a key. */
  readonly keys?: KeyState;
  /** First invocation in this execution environment. */
  readonly coldStart: boolean;
  /** From the arrival of the event to the decision, milliseconds. */
  readonly durationMs: number;
}

/** When a decision was made. */
export type DecisionTimes = Pick<DecisionFacts, 'coldStart' | 'durationMs'>;

/** A function of yours that is called with each decision. */
export type DecisionHook = (decision: Decision, facts: DecisionFacts) => void;

const UNDECIDED = { shortfall: null, claimsLeftOut: null } as const;

/** The facts of an invocation that has been decided. */
export function decisionFacts(
  decision: Decision,
  phase: Phase,
  { coldStart, durationMs }: DecisionTimes,
): DecisionFacts {
  const { request, caller, judging } = phase;
  const verifiedBy = decision.outcome === 'deny' ? decision.verifiedBy : undefined;
  const reports = judging?.reports ?? [];
  const { shortfall, claimsLeftOut } = phase.kind === 'decided' ? phase : UNDECIDED;
  return defined({
    gateway: request?.gateway,
    api: (request && apiOf(request)) ?? undefined,
    requestId: request?.requestId ?? undefined,
    route: judging?.route ?? undefined,
    reports: reports.length > 0 ? reports : undefined,
    policy: shortfall?.kind,
    leftOut: shortfall?.kind === 'partial' ? shortfall.leftOut : undefined,
    claimsLeftOut: claimsLeftOut ?? undefined,
    keys: caller?.token?.keys ?? verifiedBy?.keys,
    coldStart,
    durationMs,
  });
}

/**
 * Calls the hook without waiting for it. Nothing that it does changes the decision.
 *
 * @param failed - called with what it throws, or with the reason of a rejected promise
 */
export function callHook(
  hook: DecisionHook,
  decision: Decision,
  facts: DecisionFacts,
  failed: (error: unknown) => void,
): void {
  try {
    const returned: unknown = hook(decision, facts);
    if (returned instanceof Promise) returned.catch(failed);
  } catch (error) {
    failed(error);
  }
}
