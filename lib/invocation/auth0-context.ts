import type { MiddlewareObj, Request } from '@middy/core';
import type { Context } from 'aws-lambda';
import type { GatewayKind } from '../gateways/gateway.ts';
import type { AccessTokenClaims } from '../token/verified-token.ts';
import type { JudgedPhase, VerifiedPhase } from './invocation.ts';

/** What your handler finds in `context.auth0`: the caller, after every check has passed. */
export interface Auth0Context {
  /** The verified claims; `null` for an anonymous caller, on a route with `token: 'optional'` only. */
  readonly claims: AccessTokenClaims | null;
  /**
   * `sub`, or what your `principalId` function chose; `unknown` when a verified token has no `sub`, `anonymous` without
   * a token.
   */
  readonly principalId: string;
  /** Key of the declared route, `GET /users/{id}`; `null` when none matched. */
  readonly route: string | null;
  /** The client's address by the source of the route's `ip` rule, else as the gateway saw it; `null` if unknown. */
  readonly clientIp: string | null;
  /** ISO 3166-1 alpha-2, as a `country` rule of the route found it; else `null`. */
  readonly country: string | null;
  readonly gateway: GatewayKind;
}

/**
 * A Middy middleware of this package: it adds `auth0` to the Lambda context. Works with any event type that your
 * handler has.
 *
 * @typeParam HandlerContext - the type of the context that your handler gets
 */
export type AuthorizerMiddleware<HandlerContext extends Context = Context & { auth0: Auth0Context }> =
  MiddlewareObj<any, any, Error, HandlerContext>;

/** Puts what is known of the caller by now into `context.auth0`, for the handler. */
export function exposeCaller(
  { context }: Request,
  { request, caller, judging }: VerifiedPhase | JudgedPhase,
): void {
  const auth0: Auth0Context = {
    claims: caller.token?.claims ?? null,
    principalId: caller.principalId,
    route: judging?.route ?? null,
    clientIp: judging?.clientIp ?? request.clientIp,
    country: judging?.country ?? null,
    gateway: request.gateway,
  };
  (context as Context & { auth0: Auth0Context }).auth0 = auth0;
}
