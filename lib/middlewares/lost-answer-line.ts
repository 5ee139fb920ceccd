import type { Decision } from '../decision/decision.ts';
import type { Phase } from '../invocation/invocation.ts';
import type { LostAnswerLine } from '../invocation/notice.ts';
import { defined } from '../util/defined.ts';

/**
 * The line about an answer that another middleware took back after its decision was logged.
 *
 * @param decided - the outcome of the first decision, in its line
 * @param decision - the decision that took its place
 */
export function lostAnswerLine(
  decided: Decision['outcome'],
  decision: Decision,
  { request }: Phase,
): LostAnswerLine {
  // Only refusals and faults reach `onError`, where an answer is taken back.
  const { outcome: answered, code, ...more } = decision as Exclude<Decision, { outcome: 'allow' }>;
  return defined({
    requestId: request?.requestId ?? undefined,
    decided,
    answered,
    code,
    advice: ADVICE,
    error: 'cause' in more ? more.cause : undefined,
  });
}

const ADVICE =
  'a middleware that is registered before the authorizer threw after the decision: register the authorizer first';
