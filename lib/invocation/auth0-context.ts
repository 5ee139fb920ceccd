import type { MiddlewareObj, Request } from '@middy/core';
import type { Context } from 'aws-lambda';
import type { GatewayKind } from '../gateways/gateway.ts';
import type { AccessTokenClaims } from '../token/verified-token.ts';
import type { AuthorizationState } from './state.ts';

/** What your handler finds in `context.auth0` after every check has passed. */
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
  /** The address that the `ip` rule's source named, else the one that the gateway saw; `null` where there is none. */
  readonly clientIp: string | null;
  /** ISO 3166-1 alpha-2; `null` unless a country rule of this route found it out. */
  readonly country: string | null;
  readonly gateway: GatewayKind;
}

/**
 * A Middy middleware of this package: it adds `auth0` to the Lambda context. Works with whatever event type your
 * handler has.
 */
export type AuthorizerMiddleware = MiddlewareObj<any, any, Error, Context & { auth0: Auth0Context }>;

/** `sub` of the verified token, `unknown` if it has none; `anonymous` without a token. */
export function subjectOf({ token }: AuthorizationState): string {
  return token === undefined || token === null ? 'anonymous' : (token.claims.sub ?? 'unknown');
}

/** What the option `principalId` chose, if it stood to choose; else the subject. */
export function principalOf(state: AuthorizationState): string {
  return state.principalId ?? subjectOf(state);
}

/** Puts what is known by now where the handler looks for it. */
export function exposeCaller(request: Request, state: AuthorizationState): void {
  const { request: authorization, token, judging } = state;
  if (authorization === undefined) return;
  const auth0: Auth0Context = {
    claims: token?.claims ?? null,
    principalId: principalOf(state),
    route: judging?.route ?? null,
    clientIp: judging?.findings.clientIp ?? authorization.clientIp,
    country: judging?.findings.country ?? null,
    gateway: authorization.gateway,
  };
  (request.context as Context & { auth0: Auth0Context }).auth0 = auth0;
}
