import type { Allow, Refusal } from '../decision/decision.ts';
import type { Refused } from '../decision/errors.ts';
import type { Caller, Phase } from '../invocation/invocation.ts';
import { type Answerable, type Answered, answerAllow, answerDenial, answerFault } from './answer-decision.ts';
import { type CallerParts, callerParts } from './caller-parts.ts';
import { admittedCaller, allowOf, decisionOnError } from './final-decision.ts';
import { type HandlerAdditions, handlerAdditions } from './handler-result.ts';

/**
 * Answers a request that no middleware refused. The handler and the functions of the options may still refuse it.
 *
 * @param result - what the handler returned
 */
export function answerResult(result: unknown, answerable: Answerable): Answered {
  let chosen: CallerParts;
  let allow: Allow;
  try {
    const caller = admittedCaller(answerable.phase, 'policySerializer');
    const additions = handlerAdditions(result, answerable.terms.role.isDeclared);
    chosen = callerParts(caller, answerable.request, answerable.terms.options);
    allow = allowOn(caller, chosen, additions, answerable);
  } catch (error) {
    return answerThrown(error, answerable);
  }
  return answerAllow(allow, chosen, answerable);
}

/** Answers a request on which a middleware, the handler or a function of the options threw. */
export function answerThrown(error: unknown, answerable: Answerable): Answered {
  const { phase, terms } = answerable;
  const decision = decisionOnError(error, phase);
  if (decision.outcome === 'fault') return answerFault(decision);
  if (isHandlersRefusal((error as Refused).refusal, phase)) terms.role.decided();
  return answerDenial(decision, null, answerable);
}

/** The allow, with what the options choose and what the handler adds. */
function allowOn(
  caller: Caller,
  chosen: CallerParts,
  additions: HandlerAdditions,
  { phase, terms }: Answerable,
): Allow {
  if (additions.kind === 'nothing') return allowOf(caller, phase, chosen);
  terms.role.decided();
  const { kind: _, context, ...more } = additions;
  return allowOf(caller, phase, { ...chosen, ...more, context: { ...chosen.context, ...context } });
}

/** Whether the handler, an option or a foreign middleware refused: not a rule, and not because of the token. */
function isHandlersRefusal(refusal: Refusal, { judging }: Phase): boolean {
  if (judging !== null) return refusal !== judging.refusal;
  return refusal.code === 'handler_forbidden' || refusal.code === 'handler_unauthorized';
}
