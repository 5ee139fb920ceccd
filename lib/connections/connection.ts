import { AuthorizerError } from '../decision/errors.ts';
import type { VerifiedToken } from '../token/verified-token.ts';
import { isObject } from '../util/is-object.ts';

/** The claims of the token that opened a connection: its end, and what a revocation can name. */
export type ConnectionClaims = {
  /** Epoch seconds. */
  readonly exp: number;
  readonly iat?: number;
  readonly sub?: string;
  readonly azp?: string;
  readonly client_id?: string;
  readonly org_id?: string;
  readonly sid?: string;
  readonly jti?: string;
};

/** An open connection of a WebSocket API. */
export interface Connection {
  readonly connectionId: string;
  /** When it was opened, epoch seconds. */
  readonly connectedAt: number;
  readonly claims: ConnectionClaims;
}

/** An event that `connectionGuard` cannot use. The message says what is missing and what to do; it contains no claim. */
export class ConnectionError extends AuthorizerError {
  override readonly name = 'ConnectionError';
  readonly code = 'connection_event';
}

const TIMES = ['exp', 'iat'] as const;
const NAMES = ['sub', 'azp', 'client_id', 'org_id', 'sid', 'jti'] as const;

/**
 * The context that {@link connectionGuard} needs, for the option `context` of the authorizer at `$connect`: the claims `exp`,
 * `iat`, `sub`, `azp`, `client_id`, `org_id`, `sid` and `jti`, as far as the token has them. It replaces the default context:
 * add what your handlers read.
 *
 * @param token - the verified token; `null` for a caller without a token gives an empty context
 * @returns an object with scalar values
 * @example
 * const chain = middy().use(
 *   auth0Authorizer({
 *     tokenSource: { query: 'token' },
 *     context: (token) => ({ ...connectionContext(token), scope: token?.claims.scope ?? '' }),
 *   }),
 * );
 */
export function connectionContext(token: VerifiedToken | null): Partial<ConnectionClaims> {
  return claimsIn(token?.claims ?? {});
}

/**
 * Reads the connection from the event of the integration of `$connect`.
 *
 * @throws {ConnectionError} if it is another event, or the context of the authorizer lacks `exp`
 */
export function openedConnection(event: unknown): Connection {
  const connectionId = connectionIdOf(event);
  const { authorizer, connectedAt } = requestContextOf(event);
  if (!isObject(authorizer)) {
    throw new ConnectionError('no Lambda authorizer answered for this event: attach it to $connect');
  }
  const claims = claimsIn(withNumbers(authorizer));
  const { exp } = claims;
  if (exp === undefined) {
    throw new ConnectionError(
      "the authorizer's context has no exp: write `context: connectionContext` in the options of the authorizer",
    );
  }
  const openedAt = typeof connectedAt === 'number' ? connectedAt : Date.now();
  return { connectionId, connectedAt: Math.floor(openedAt / 1000), claims: { ...claims, exp } };
}

/** The context with its times as numbers: API Gateway turns all values into text. */
function withNumbers(context: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { exp = Number.NaN, iat = Number.NaN } = context;
  return { ...context, exp: Number(exp), iat: Number(iat) };
}

/** @throws {ConnectionError} if the event is not one of a WebSocket API */
export function connectionIdOf(event: unknown): string {
  const { connectionId } = requestContextOf(event);
  if (typeof connectionId === 'string' && connectionId !== '') return connectionId;
  throw new ConnectionError(
    'the event has no requestContext.connectionId: call this function with the events of a WebSocket API',
  );
}

/** Picks the claims that a connection keeps. A claim of another type is left out. */
export function claimsIn(claims: Readonly<Record<string, unknown>>): Partial<ConnectionClaims> {
  const kept: Record<string, unknown> = {};
  for (const name of TIMES) if (Number.isFinite(claims[name])) kept[name] = claims[name];
  for (const name of NAMES) if (typeof claims[name] === 'string') kept[name] = claims[name];
  return kept;
}

function requestContextOf(event: unknown): Readonly<Record<string, unknown>> {
  const requestContext = isObject(event) ? event['requestContext'] : undefined;
  return isObject(requestContext) ? requestContext : {};
}
