import type { FaultCode, RefusalCode } from './codes.ts';

/** The terms between judging and answering: refusals, and the `Decision` itself. */

/** Why a request is refused. Contains no token data: `detail` is text of this package or of your code. */
export interface Refusal {
  readonly code: RefusalCode;
  /** The rule that refused, `ip` or `custom.office-hours` for example. */
  readonly rule?: string;
  /** What was missing or where, without a value of the token: the name of a claim, for example. */
  readonly detail?: string;
  /** What a better login needs; only with `insufficient_authentication`. */
  readonly challenge?: StepUpChallenge;
}

/**
 * What a client must ask of Auth0 so that its next token passes a rule `authentication`: parameters of the authorization
 * request, and of the challenge `WWW-Authenticate`.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9470#section-3
 */
export interface StepUpChallenge {
  /** The values of the option `acr`, separated by spaces. */
  readonly acr_values?: string;
  /** The option `maxAge`, seconds. */
  readonly max_age?: number;
}

/** Where the key that verified the token came from: memory (`fresh` or `stale`), a fetch just now, or your options. */
export type KeyState = 'fresh' | 'stale' | 'fetched' | 'pinned';

/** Whose key was used to verify a token: a configured issuer and a key that it published, never text of the token. */
export interface VerifiedBy {
  readonly issuer: string;
  /** Absent when the issuer has no such key. */
  readonly kid?: string;
  /** Absent when the issuer has no such key. */
  readonly keys?: KeyState;
}

/** A context value. Objects must be plain objects or arrays; they are encoded for gateways that carry only scalars. */
export type ContextValue = string | number | boolean | null | undefined | object;

/** What reaches the backend in addition to the request: `$context.authorizer.<key>`. */
export type AuthorizerContext = { readonly [key: string]: ContextValue };

export interface Allow {
  readonly outcome: 'allow';
  /** `sub` by default; `unknown` if the token has none, `anonymous` without a token. */
  readonly principalId: string;
  /** Key of the declared route, `GET /users/{id}`; `null` if none is declared or matches. */
  readonly route: string | null;
  readonly context: AuthorizerContext;
  /** The API key value that REST APIs with `apiKeySource: AUTHORIZER` meter by. */
  readonly usageIdentifierKey?: string;
  /** The token's `exp` in epoch seconds; `null` for an anonymous caller. */
  readonly expiresAt: number | null;
}

export interface Deny extends Refusal {
  readonly outcome: 'deny';
  readonly status: 401 | 403;
  /** The result of the option `context`, if the answer may be replayed from a cache for a route that is allowed. */
  readonly context?: AuthorizerContext;
  /** The result of the option `usageIdentifierKey`, in the same case. */
  readonly usageIdentifierKey?: string;
  /** The caller if the token was verified, else `null`. */
  readonly principalId: string | null;
  readonly route: string | null;
  /** For the log line, if the token itself was refused and its issuer is configured. */
  readonly verifiedBy?: VerifiedBy;
}

export interface Fault {
  readonly outcome: 'fault';
  readonly code: FaultCode;
  readonly cause: unknown;
  /** The rule whose function threw. */
  readonly rule?: string;
}

/**
 * What a cached policy leaves out of what its caller may use: some declared routes, or all but this request. They are
 * denied from the cache until its TTL ends.
 */
export type PolicyShortfall =
  | {
      readonly kind: 'partial';
      /** Number of declared routes that are denied in part or wholly; an upper bound. */
      readonly leftOut: number;
    }
  | { readonly kind: 'request' };

/** What an authorizer decided on a request. */
export type Decision = Allow | Deny | Fault;
