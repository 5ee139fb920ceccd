import type { Decision } from '../decision/decision.ts';
import type { GatewayKind } from '../gateways/gateway.ts';
import type { Phase } from '../invocation/invocation.ts';
import type { RuleReport } from '../rules/judging.ts';
import { defined } from '../util/defined.ts';

/** What is known of a request besides its decision. Never holds a token. What is not known is absent. */
export interface DecisionFacts {
  /** Absent if the event is not one of a Lambda authorizer. */
  readonly gateway?: GatewayKind;
  readonly requestId?: string;
  /** Key of the declared route, `GET /users/{id}`. */
  readonly route?: string;
  /** Rules that would have refused if they were enforced (`reportOnly`), and rules of other routes that failed. */
  readonly reports?: readonly RuleReport[];
  /** `narrow` if a policy for all routes did not exist or did not fit: the answer covers this request or its route. */
  readonly policy?: 'narrow';
  /** First invocation in this execution environment. */
  readonly coldStart: boolean;
  /** From the arrival of the event to the decision, milliseconds. */
  readonly durationMs: number;
}

/** A function of yours that is called with each decision. */
export type DecisionHook = (decision: Decision, facts: DecisionFacts) => void;

/** The facts of an invocation that has been decided. */
export function decisionFacts(phase: Phase, coldStart: boolean, durationMs: number): DecisionFacts {
  const { request, judging } = phase;
  const reports = judging?.reports ?? [];
  return defined({
    gateway: request?.gateway,
    requestId: request?.requestId ?? undefined,
    route: judging?.route ?? undefined,
    reports: reports.length > 0 ? reports : undefined,
    policy: phase.kind === 'decided' && phase.narrowed ? ('narrow' as const) : undefined,
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
