import type { AuthorizerContext, Deny } from '../decision/decision.ts';
import { AuthorizerFault, Refused } from '../decision/errors.ts';
import type { AuthorizationRequest } from '../gateways/gateway.ts';
import { isAllow, type PolicyDocument } from '../iam/policy-document.ts';
import { principalOf, subjectOf } from '../invocation/auth0-context.ts';
import type { AuthorizationState } from '../invocation/state.ts';
import type { VerifiedToken } from '../token/verified-token.ts';
import type { AllowParts } from './final-decision.ts';
import { contextObject, type HandlerAdditions, NO_ADDITIONS, nonEmpty } from './handler-result.ts';

/** A function of yours over the verified token (`null` for an anonymous caller) and the request. */
export type CallerFunction<Result> = (token: VerifiedToken | null, request: AuthorizationRequest) => Result;

/** The options that say what the answer tells of the caller. */
export interface CallerSettings {
  readonly context: CallerFunction<AuthorizerContext> | undefined;
  readonly principalId: CallerFunction<string> | undefined;
}

/** The principal that the option chooses; the subject where there is no option, or nobody whom it could choose for. */
export function choosePrincipal(state: AuthorizationState, { principalId }: CallerSettings): string {
  const { token, request } = state;
  if (principalId === undefined || token === undefined || request === undefined) return subjectOf(state);
  const chosen = resultOf('principalId', () => principalId(token, request));
  return nonEmpty(chosen, 'the result of the option principalId');
}

/** What an allow tells of the caller. */
export function allowParts(
  state: AuthorizationState,
  additions: HandlerAdditions,
  settings: CallerSettings,
): AllowParts {
  return {
    principalId: additions.principalId ?? principalOf(state),
    context: bothContexts(chosenContext(state, settings), additions.context),
    usageIdentifierKey: additions.usageIdentifierKey,
  };
}

function bothContexts(chosen: AuthorizerContext, added: AuthorizerContext): AuthorizerContext {
  return added === NO_ADDITIONS.context ? chosen : { ...chosen, ...added };
}

/**
 * A denial whose policy allows other routes: API Gateway may replay the answer there, so it tells as much of the
 * caller as an allow would.
 */
export function forReplay(
  decision: Deny,
  policy: PolicyDocument | null,
  state: AuthorizationState,
  settings: CallerSettings,
): Deny {
  if (policy?.Statement.some(isAllow) !== true) return decision;
  return {
    ...decision,
    principalId: state.principalId ?? choosePrincipal(state, settings),
    context: chosenContext(state, settings),
  };
}

function chosenContext(
  { token, request }: AuthorizationState,
  { context }: CallerSettings,
): AuthorizerContext {
  if (context === undefined || token === undefined || request === undefined) return {};
  const chosen = resultOf('context', () => context(token, request));
  return contextObject(chosen, 'the result of the option context');
}

/** What the function of an option says. It may refuse as a handler may; all else that it throws is its own fault. */
function resultOf<Result>(option: string, ask: () => Result): Result {
  try {
    return ask();
  } catch (error) {
    if (error instanceof Refused) throw error;
    throw new AuthorizerFault('handler_error', `the function of the option ${option} threw`, {
      cause: error,
    });
  }
}
