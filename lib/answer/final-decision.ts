import type { Allow, AuthorizerContext, Deny, Fault, FaultCode } from '../decision/decision.ts';
import { AuthorizerFault, Refused } from '../decision/errors.ts';
import { principalOf } from '../invocation/auth0-context.ts';
import type { AuthorizationState } from '../invocation/state.ts';
import type { VerifiedToken } from '../token/verified-token.ts';

/** What an error that came up anywhere in the chain, or in the handler, decides. */
export function decisionOnError(error: unknown, state: AuthorizationState): Deny | Fault {
  if (error instanceof Refused) {
    const { verifiedBy } = error;
    return {
      ...error.refusal,
      outcome: 'deny',
      status: error.status,
      principalId: state.token === undefined || state.token === null ? null : principalOf(state),
      route: state.judging?.route ?? null,
      ...(verifiedBy === undefined ? {} : { verifiedBy }),
    };
  }
  return faultOf(error, 'handler_error');
}

/**
 * The fault that an error is.
 *
 * @param unknown - code of an error that is not one of this package's
 */
export function faultOf(error: unknown, unknown: FaultCode): Fault {
  if (!(error instanceof AuthorizerFault)) return { outcome: 'fault', code: unknown, cause: error };
  const { code, rule } = error;
  return { outcome: 'fault', code, cause: error, ...(rule === undefined ? {} : { rule }) };
}

/** A caller whom no middleware refused. */
export interface PassedCaller {
  readonly token: VerifiedToken | null;
  readonly route: string | null;
}

/**
 * The caller of a request that no middleware refused.
 *
 * @throws {AuthorizerFault} `configuration` when nobody verified a token: silence is never an allow
 * @throws {Refused} `missing_token` when there is none and no route said that it may be missing
 */
export function passedCaller({ token, judging }: AuthorizationState): PassedCaller {
  if (token === undefined) {
    throw new AuthorizerFault(
      'configuration',
      'no token was verified: put auth0JwtVerifier before policySerializer',
    );
  }
  if (token === null && judging === undefined) throw new Refused({ code: 'missing_token' });
  return { token, route: judging?.route ?? null };
}

/** What the answer may hold beside the verdict. */
export interface AllowParts {
  readonly principalId: string;
  readonly context: AuthorizerContext;
  readonly usageIdentifierKey: string | undefined;
}

/** The allow for a request that no middleware refused. */
export function allow(caller: PassedCaller, parts: AllowParts): Allow {
  const { principalId, context, usageIdentifierKey } = parts;
  const { token, route } = caller;
  const expiresAt = token === null ? null : token.claims.exp;
  const decision: Allow = { outcome: 'allow', principalId, context, route, expiresAt };
  return usageIdentifierKey === undefined ? decision : { ...decision, usageIdentifierKey };
}
