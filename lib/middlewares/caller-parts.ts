import type { AuthorizerContext, Deny } from '../decision.ts';
import type { AuthorizationRequest } from '../gateways/gateway.ts';
import { isAllow, type PolicyDocument } from '../policy/policy-document.ts';
import type { VerifiedToken } from '../token/verified-token.ts';
import { principalOf, subjectOf } from './auth0-context.ts';
import type { AllowParts } from './final-decision.ts';
import { contextObject, type HandlerAdditions, NO_ADDITIONS, nonEmpty } from './handler-result.ts';
import type { AuthorizationState } from './state.ts';

/** A function of yours over the verified token (`null` for an anonymous caller) and the request. */
export type CallerFunction<Result> = (token: VerifiedToken | null, request: AuthorizationRequest) => Result;

/** The options that say what the answer tells of the caller. */
export interface CallerSettings {
  readonly context: CallerFunction<AuthorizerContext> | undefined;
  readonly principalId: CallerFunction<string> | undefined;
}

/** The principal that the option chooses; the subject where there is no option, or nobody whom it could choose for. */
export function choosePrincipal(state: AuthorizationState, settings: CallerSettings): string {
  const { token, request } = state;
  if (settings.principalId === undefined || token === undefined || request === undefined)
    return subjectOf(state);
  return nonEmpty(settings.principalId(token, request), 'the result of the option principalId');
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
    principalId: choosePrincipal(state, settings),
    context: chosenContext(state, settings),
  };
}

function chosenContext({ token, request }: AuthorizationState, settings: CallerSettings): AuthorizerContext {
  if (settings.context === undefined || token === undefined || request === undefined) return {};
  return contextObject(settings.context(token, request), 'the result of the option context');
}
