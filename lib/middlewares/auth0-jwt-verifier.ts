import type { Request } from '@middy/core';
import { Refused } from '../decision/errors.ts';
import { credentialOf } from '../gateways/reading/request-view.ts';
import { type AuthorizerMiddleware, exposeCaller } from '../invocation/auth0-context.ts';
import { invocationOf } from '../invocation/invocation.ts';
import type { AccessTokenClaims, VerifiedToken } from '../token/verified-token.ts';
import { createVerifier, type Verifier } from '../token/verifier.ts';
import type { Auth0JwtVerifierOptions } from '../token/verifier-options.ts';
import { parseVerifierOptions, VERIFIER_CHECKS, VERIFIER_OPTIONS } from '../token/verifier-settings.ts';
import type { MaybePromise } from '../util/maybe-promise.ts';
import { oneOf, plainObject, refuseUndefined } from '../util/option-checks.ts';
import { parsedRequest } from './header-parser.ts';

/** Assumed if the Lambda context has no timer: the time that API Gateway gives an authorizer (HTTP APIs: 10 s). */
const DEFAULT_REMAINING_MS = 10_000;

/** The options of auth0JwtVerifier on its own. */
export interface StandaloneVerifierOptions extends Auth0JwtVerifierOptions {
  /**
   * `'optional'` leaves a request without a credential to requestRules, which decides by its route. A bad credential is
   * still refused.
   *
   * @default 'required'
   */
  readonly token?: 'required' | 'optional';
}

/**
 * Verifies the request's access token. The fetch of the keys starts at once, so that it runs while Lambda starts.
 *
 * @throws {OptionError} at start-up, for options that make no sense
 * @throws {Refused} when the token cannot be trusted, with one of the 401 codes
 * @throws {AuthorizerFault} `keys_unavailable` when there are no keys to judge it by
 * @example
 * const chain = middy()
 *   .use(headerParser())
 *   .use(auth0JwtVerifier({ domain: 'tenant.eu.auth0.com', audience: 'https://api.example.com/' }));
 */
export function auth0JwtVerifier(options: StandaloneVerifierOptions): AuthorizerMiddleware {
  const { token = 'required', ...verification } = plainObject(options, '', [...VERIFIER_OPTIONS, 'token']);
  refuseUndefined(verification, '', VERIFIER_CHECKS);
  const verifier = createVerifier(parseVerifierOptions(verification, ''));
  return auth0JwtVerifierWith(verifier, oneOf(token, 'token', ['required', 'optional']));
}

/**
 * The middleware for a verifier that exists already.
 *
 * @param credential - `optional` leaves a request without a credential to requestRules, which knows the route
 */
export function auth0JwtVerifierWith(
  verifier: Verifier,
  credential: 'required' | 'optional',
): AuthorizerMiddleware {
  verifier.prefetch();
  return {
    before: function auth0JwtVerifierBefore(request: Request): void | Promise<void> {
      const invocation = invocationOf(request);
      const authorization = parsedRequest(request, invocation);
      const accept = (token: VerifiedToken | null): void => {
        const caller = { token, principalId: subjectOf(token), isChosen: false };
        const phase = { kind: 'verified', request: authorization, caller, judging: null } as const;
        invocation.phase = phase;
        exposeCaller(request, phase);
      };
      const presented = credentialOf(authorization);
      if (presented.kind === 'refused') throw new Refused({ code: presented.code });
      if (presented.kind === 'none') {
        if (credential === 'required') throw new Refused({ code: 'missing_token' });
        return accept(null);
      }
      const refuse = (error: unknown): never => {
        invocation.refusedClaims = claimsOf(error);
        throw error;
      };
      let verified: MaybePromise<VerifiedToken>;
      try {
        verified = verifier.verify(presented, remainingMs(request), authorization);
      } catch (error) {
        return refuse(error);
      }
      return verified instanceof Promise ? verified.then(accept, refuse) : accept(verified);
    },
  };
}

/** The claims of a token that was refused after its signature was found valid. */
function claimsOf(error: unknown): AccessTokenClaims | null {
  const claims = error instanceof Refused ? Refused.claimsOf(error) : undefined;
  return (claims as AccessTokenClaims | undefined) ?? null;
}

function subjectOf(token: VerifiedToken | null): string {
  return token === null ? 'anonymous' : (token.claims.sub ?? 'unknown');
}

function remainingMs(request: Request): number {
  const { getRemainingTimeInMillis } = request.context;
  return typeof getRemainingTimeInMillis === 'function'
    ? getRemainingTimeInMillis.call(request.context)
    : DEFAULT_REMAINING_MS;
}
