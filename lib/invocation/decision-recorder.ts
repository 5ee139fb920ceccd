import type { Request } from '@middy/core';
import type { Decision } from '../decision/decision.ts';

/**
 * Member of the Lambda context under which `decide` of the testing entry point puts a function, to learn the decision where
 * the answer does not contain it. A symbol of the global registry: an authorizer that is bundled has a copy of this module.
 */
export const DECISION_RECORDER: unique symbol = Symbol.for('middy-auth0-authorizer/decision-recorder');

/** Passes the decision to the recorder of the Lambda context, if there is one. */
export function recordDecision({ context }: Request, decision: Decision): void {
  const { [DECISION_RECORDER]: record } = context as { [DECISION_RECORDER]?: unknown };
  if (typeof record === 'function') record(decision);
}
