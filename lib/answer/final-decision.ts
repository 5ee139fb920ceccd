import { type FaultCode, REFUSALS } from '../decision/codes.ts';
import type { Allow, Deny, Fault, Refusal } from '../decision/decision.ts';
import { AuthorizerFault, isRefused, Refused } from '../decision/errors.ts';
import { methodRefusal } from '../gateways/method-refusal.ts';
import { type Caller, type Phase, verifiedPhase } from '../invocation/invocation.ts';
import { defined } from '../util/defined.ts';
import type { CallerParts } from './caller-parts.ts';

/**
 * The caller of a request that no middleware refused.
 *
 * @param needing - the middleware that is about to allow the request
 * @throws {AuthorizerFault} `configuration` if no token was verified: a missing middleware is never an allow
 * @throws {Refused} if no rules were judged: `missing_token` without a token, `ambiguous_path` if the event names two
 *   methods
 */
export function admittedCaller(phase: Phase, needing: string): Caller {
  const { caller, request, judging } = verifiedPhase(phase, needing);
  if (judging !== null) return caller;
  if (caller.token === null) throw new Refused({ code: 'missing_token' });
  const refusal = methodRefusal(request);
  if (refusal !== null) throw new Refused(refusal);
  return caller;
}

/**
 * The allow for a request that no middleware refused.
 *
 * @param parts - what the options choose for the caller, with the handler's additions
 */
export function allowOf({ token }: Caller, { judging }: Phase, parts: CallerParts): Allow {
  const { principalId, context, usageIdentifierKey } = parts;
  const expiresAt = token === null ? null : token.claims.exp;
  const route = judging?.route ?? null;
  const allow: Allow = { outcome: 'allow', principalId, context, route, expiresAt };
  return usageIdentifierKey === undefined ? allow : { ...allow, usageIdentifierKey };
}

/** The decision on an error that was thrown anywhere in the chain, or by the handler. */
export function decisionOnError(error: unknown, phase: Phase): Deny | Fault {
  if (!isRefused(error)) return faultOf(error, 'handler_error');
  return { ...denialOf(error.refusal, phase), ...defined({ verifiedBy: error.verifiedBy }) };
}

/** The denial for a refusal. */
export function denialOf(refusal: Refusal, { caller, judging }: Phase): Deny {
  return {
    ...refusal,
    outcome: 'deny',
    status: REFUSALS[refusal.code].status,
    principalId: caller === null || caller.token === null ? null : caller.principalId,
    route: judging?.route ?? null,
  };
}

/**
 * The fault for an error.
 *
 * @param unknown - code of an error that is not one of this package's
 */
export function faultOf(error: unknown, unknown: FaultCode): Fault {
  if (!(error instanceof AuthorizerFault)) return { outcome: 'fault', code: unknown, cause: error };
  const { code, rule } = error;
  return { outcome: 'fault', code, cause: error, ...defined({ rule }) };
}
