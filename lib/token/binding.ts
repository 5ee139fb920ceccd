import type { Refusal } from '../decision/decision.ts';
import { isObject } from '../util/is-object.ts';
import type { MaybePromise } from '../util/maybe-promise.ts';
import { refuse } from '../util/option-checks.ts';
import type { TokenScheme } from './credential.ts';
import type { AccessTokenClaims } from './verified-token.ts';

/*
 * A token with the claim `cnf` is bound to a key (DPoP, RFC 9449) or to a certificate (mutual TLS, RFC 8705): each request
 * must show that the sender holds it. The checks are in the room `binding`, which authorizers for bearer tokens do not load.
 */

/** What a binding may read of a request. An `AuthorizationRequest` has all of it. */
export interface BoundRequest {
  /** A `GatewayKind`. */
  readonly gateway: string;
  /** Lower-case names; repeated headers joined with `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly method: string | null;
  readonly path: string | null;
  readonly domainName: string | null;
  readonly clientCertificate: string | null;
  readonly event: unknown;
}

/** One use of a token that is proven to be the issuer's. */
export interface BoundUse {
  /** As the client sent it. */
  readonly token: string;
  readonly claims: AccessTokenClaims;
  readonly scheme: TokenScheme;
  readonly request: BoundRequest;
  /** Time left in this invocation, milliseconds. */
  readonly remainingMs: number;
}

/** The members of `cnf` that can be checked (RFC 9449, section 6.1; RFC 8705, section 3.1). */
export const CONFIRMATION_MEMBERS = ['x5t#S256', 'jkt'] as const;

export type ConfirmationMember = (typeof CONFIRMATION_MEMBERS)[number];

/**
 * Whether tokens must have a binding: `'off'` is as without the option; `'allowed'` also accepts tokens without the binding;
 * `'required'` refuses them (`token_not_bound`) on every route.
 */
export type BindingMode = 'off' | 'allowed' | 'required';

/** What a binding checks, the same for all requests. */
export interface BindingTerms {
  /** The member of `cnf` that it checks. */
  readonly member: ConfirmationMember;
  readonly mode: BindingMode;
  /** Whether the gateway may cache answers. */
  readonly caching: BindingCaching;
  /** Signature algorithms of proofs; empty if the binding has no proofs. */
  readonly algorithms: readonly string[];
}

/** How tokens of one kind of binding are checked: the result of `dpop()` or `mtls()`. */
export interface TokenBinding {
  terms(): BindingTerms;
  /** Why a gateway cannot have this binding, and what to do, in one or two sentences; `null` if it can. */
  unsupported(gateway: string): string | null;
  /**
   * Checks one use of a token.
   *
   * @param confirmation - the value of the member in `cnf`; `null` if the token lacks it
   */
  check(confirmation: string | null, use: BoundUse): Refusal | null | Promise<Refusal | null>;
  /**
   * Judges one use of a token by all bindings of the options. Each binding has the same function.
   *
   * @param bindings - in the order of judging
   */
  judge(use: BoundUse, bindings: readonly TokenBinding[]): Refusal | null | Promise<Refusal | null>;
  /** The same binding without what a check changes: it does not look whether a proof was used before. For tools. */
  withoutReplay(): TokenBinding;
  /** The notice for the log that a store failed: once, after the first failure. Else `null`. */
  notice(): ReplayNotice | null;
  /** Calls the listener for each event from now on. */
  watch(listener: (event: ReplayEvent) => unknown): void;
}

/** Whether answers may be cached: under a key with these headers, lower case; or not, and why, in one sentence. */
export type BindingCaching = { readonly headers: readonly string[] } | { readonly reason: string };

/** What happened beside a request: the store of used proofs failed. */
export interface ReplayEvent {
  readonly type: 'store_failed';
  readonly operation: 'claim';
  /** What the store threw, or what is wrong with its answer. */
  readonly error: unknown;
}

/** A log line about a store that failed. */
export interface ReplayNotice {
  readonly level: 'warn';
  readonly message: string;
  readonly line: ReplayLine;
}

/** Logged once in an execution environment, if the store of used DPoP proofs fails. */
export type ReplayLine = {
  error: unknown;
  /** What follows, and what to do. */
  advice: string;
};

/**
 * Checks an option whose value is made by a function of `middy-auth0-authorizer/binding`. Checks no class: the function may
 * come from another copy of this package.
 *
 * @param path - the dotted path of the option, which has the name of that function
 * @throws {OptionError}
 */
export function parseBinding(value: unknown, path: string, member: ConfirmationMember): TokenBinding {
  if (isBinding(value) && value.terms().member === member) return value;
  return refuse(path, `must be the result of ${path}() from 'middy-auth0-authorizer/binding'`);
}

function isBinding(value: unknown): value is TokenBinding {
  return isObject(value) && ['terms', 'judge'].every((name) => typeof value[name] === 'function');
}

/**
 * Judges whether the sender of a token may use it.
 *
 * @param bindings - in the order of judging
 * @returns what a binding refuses. Without bindings: `sender_constrained_token` for a bound token, `unsupported_scheme` for
 *   another one under the scheme `DPoP`. `null` if the token may be used.
 */
export function judgeSender(use: BoundUse, bindings: readonly TokenBinding[]): MaybePromise<Refusal | null> {
  const [first] = bindings;
  if (first !== undefined) return first.judge(use, bindings);
  if (use.claims['cnf'] !== undefined) return UNCHECKED;
  return use.scheme === 'Bearer' ? null : UNBOUND;
}

/** No option checks the binding of the token. */
export const UNCHECKED: Refusal = Object.freeze({ code: 'sender_constrained_token' });

/** The scheme `DPoP` for a token that is not bound. */
export const UNBOUND: Refusal = Object.freeze({
  code: 'unsupported_scheme',
  detail: 'the scheme is DPoP, but the token has no `cnf`',
});
