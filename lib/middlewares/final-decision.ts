import type { Allow, AuthorizerContext, Deny, Fault } from '../decision.ts';
import { AuthorizerFault, Refused } from '../errors.ts';
import { subjectOf } from './auth0-context.ts';
import type { AuthorizationState } from './state.ts';

/** What an error that came up anywhere in the chain, or in the handler, decides. */
export function decisionOnError(error: unknown, state: AuthorizationState): Deny | Fault {
  if (error instanceof Refused) {
    return {
      ...error.refusal,
      outcome: 'deny',
      status: error.status,
      principalId: state.token === undefined || state.token === null ? null : subjectOf(state),
      route: state.judgement?.route ?? null,
    };
  }
  if (error instanceof AuthorizerFault) return { outcome: 'fault', code: error.code, cause: error };
  return { outcome: 'fault', code: 'handler_error', cause: error };
}

/** What the answer may hold beside the verdict. */
export interface AllowParts {
  readonly principalId: string;
  readonly context: AuthorizerContext;
  readonly usageIdentifierKey?: string | undefined;
}

/**
 * The allow for a request that no middleware refused.
 *
 * @throws {AuthorizerFault} `configuration` when nobody verified a token: silence is never an allow
 * @throws {Refused} `missing_token` when there is none and no route said that it may be missing
 */
export function decisionOnPass(state: AuthorizationState, parts: AllowParts): Allow {
  const { token, judgement } = state;
  if (token === undefined) {
    throw new AuthorizerFault(
      'configuration',
      'no token was verified: put auth0JwtVerifier before policySerializer',
    );
  }
  if (token === null && judgement === undefined) throw new Refused({ code: 'missing_token' });
  const { usageIdentifierKey, ...rest } = parts;
  return {
    ...rest,
    ...(usageIdentifierKey === undefined ? {} : { usageIdentifierKey }),
    outcome: 'allow',
    route: judgement?.route ?? null,
    expiresAt: token === null ? null : token.claims.exp,
  };
}
