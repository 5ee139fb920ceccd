import type { AuthorizerContext } from '../decision/decision.ts';
import { SharedContext } from '../gateways/answering/context.ts';
import type { Caller } from '../invocation/invocation.ts';
import { ProvenToken } from '../token/proven-token.ts';
import type { VerifiedToken } from '../token/verified-token.ts';
import { defined } from '../util/defined.ts';

/** Names of claims, separated by a space. */
export type ClaimsLeftOut = 'permissions' | 'permissions scope' | 'scope';

/**
 * What reaches the backend without the option `context`: claims of the token. A claim that the token lacks is absent.
 * Without a token the context is empty.
 */
export type DefaultContext = {
  readonly sub?: string;
  /** The granted scopes, separated by spaces. */
  readonly scope?: string;
  /** The RBAC permissions of Auth0. */
  readonly permissions?: readonly string[];
  /**
   * Claims of this list that the token has, but for which the answer had no room (8 KB together with the policy). Their
   * absence says nothing about the caller.
   */
  readonly leftOut?: ClaimsLeftOut;
};

/** The claims that may be left out, in this order. */
const OPTIONAL = ['permissions', 'scope'] as const;

const NO_TOKEN: DefaultContext = Object.freeze({});

/** The default context for a token; empty without one. Frozen, and the same object for each request with the token. */
export function defaultContext(token: VerifiedToken | null): DefaultContext {
  if (token === null) return NO_TOKEN;
  return ProvenToken.derived(token, contextOf);
}

function contextOf({ claims: { sub, scope, permissions } }: VerifiedToken): DefaultContext {
  return SharedContext.of(defined({ sub, scope, permissions }));
}

/**
 * Removes one claim from the context of an answer that is too large: `permissions` first, then `scope`. Adds `leftOut`.
 * Returns `null` if no claim can be removed. A value that the handler passed under the name of such a claim stays.
 */
export function smallerContext(
  context: AuthorizerContext | undefined,
  caller: Caller | null,
): (AuthorizerContext & { readonly leftOut: ClaimsLeftOut }) | null {
  if (context === undefined || caller === null) return null;
  const usual = defaultContext(caller.token);
  const out = OPTIONAL.find((name) => usual[name] !== undefined && context[name] === usual[name]);
  if (out === undefined) return null;
  const { [out]: _, ...rest } = context;
  const leftOut = OPTIONAL.filter((name) => usual[name] !== undefined && rest[name] === undefined);
  return { ...rest, leftOut: leftOut.join(' ') as ClaimsLeftOut };
}
