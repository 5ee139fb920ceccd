import type { Refusal } from '../decision/decision.ts';
import { isObject } from '../util/is-object.ts';
import { andThen, type MaybePromise } from '../util/maybe-promise.ts';
import { refuse } from '../util/option-checks.ts';
import type { TokenScheme } from './credential.ts';
import type { AccessTokenClaims } from './verified-token.ts';

/*
 * A token with the claim `cnf` is bound to a key (DPoP, RFC 9449) or to a certificate (mutual TLS, RFC 8705). Its sender must
 * prove at each request that he holds them. The checks themselves are in the room `binding`, which an authorizer for bearer
 * tokens does not load: here are only the rules that say which check a token needs.
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
  readonly token: string;
  readonly claims: AccessTokenClaims;
  readonly scheme: TokenScheme;
  readonly request: BoundRequest;
}

/** The members of `cnf` that can be checked (RFC 9449, section 6.1; RFC 8705, section 3.1). */
export type ConfirmationMember = 'jkt' | 'x5t#S256';

/** How tokens of one kind of binding are checked: the result of `dpop()` or `mtls()`. */
export interface TokenBinding {
  /** Whether it checks this member of `cnf`. */
  confirms(member: ConfirmationMember): boolean;
  /**
   * Checks one use of a token.
   *
   * @param confirmation - the value of the member in `cnf`; `null` if the token lacks it
   */
  judge(confirmation: string | null, use: BoundUse): Refusal | null | Promise<Refusal | null>;
  /** Whether the gateway may cache answers. */
  caching(): BindingCaching;
}

/** Whether answers may be cached: under a key with these headers, lower case; or not, and why, in one sentence. */
export type BindingCaching = { readonly headers: readonly string[] } | { readonly reason: string };

/** A binding with the member that it checks. */
export interface Binding extends Pick<TokenBinding, 'judge' | 'caching'> {
  readonly member: ConfirmationMember;
}

const MEMBERS: readonly ConfirmationMember[] = ['x5t#S256', 'jkt'];

/**
 * Checks an option whose value is made by a function of `middy-auth0-authorizer/binding`. Checks no class: the function may
 * come from another copy of this package.
 *
 * @param maker - the function that makes the value
 * @throws {OptionError}
 */
export function parseBinding(
  value: unknown,
  path: string,
  member: ConfirmationMember,
  maker: string,
): Binding {
  if (!isBinding(value) || !value.confirms(member)) {
    refuse(path, `must be the result of ${maker}() from 'middy-auth0-authorizer/binding'`);
  }
  return {
    member,
    judge: (confirmation, use) => value.judge(confirmation, use),
    caching: () => value.caching(),
  };
}

function isBinding(value: unknown): value is TokenBinding {
  return (
    isObject(value) && ['confirms', 'judge', 'caching'].every((name) => typeof value[name] === 'function')
  );
}

/**
 * Checks that the sender of a token may use it: a bound token with its proof, an unbound one as `Bearer`.
 *
 * @param bindings - in the order of judging
 * @returns `sender_constrained_token` if no option checks the binding, `unsupported_scheme`, `invalid_claim`, or what a
 *   binding refuses; `null` if the token may be used
 */
export function judgeBinding(use: BoundUse, bindings: readonly Binding[]): MaybePromise<Refusal | null> {
  const { cnf } = use.claims;
  if (cnf !== undefined) {
    const refusal = judgeMembers(cnf, bindings);
    if (refusal !== null) return refusal;
  } else if (use.scheme === 'DPoP') return UNBOUND;
  const judgeFrom = (at: number): MaybePromise<Refusal | null> => {
    const binding = bindings[at];
    if (binding === undefined) return null;
    return andThen(
      binding.judge(confirmationOf(cnf, binding.member), use),
      (refusal) => refusal ?? judgeFrom(at + 1),
    );
  };
  return judgeFrom(0);
}

/** Whether each member of `cnf` that binds the token is checked, and there is one. Other members say nothing (RFC 7800). */
function judgeMembers(cnf: unknown, bindings: readonly Binding[]): Refusal | null {
  if (bindings.length === 0) return UNCHECKED;
  if (!isObject(cnf) || Array.isArray(cnf)) return INVALID;
  const named = MEMBERS.filter((member) => Object.hasOwn(cnf, member));
  if (named.some((member) => typeof cnf[member] !== 'string')) return INVALID;
  const isChecked = named.every((member) => bindings.some((binding) => binding.member === member));
  return isChecked && named.length > 0 ? null : UNCHECKED;
}

/** Own members only: `cnf` may be an object with a prototype. */
function confirmationOf(cnf: unknown, member: ConfirmationMember): string | null {
  return isObject(cnf) && Object.hasOwn(cnf, member) ? (cnf[member] as string) : null;
}

const UNCHECKED: Refusal = Object.freeze({ code: 'sender_constrained_token' });
const INVALID: Refusal = Object.freeze({ code: 'invalid_claim', detail: 'cnf' });
const UNBOUND: Refusal = Object.freeze({
  code: 'unsupported_scheme',
  detail: 'the scheme is DPoP, but the token has no `cnf`',
});
