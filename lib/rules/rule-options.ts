import type { EncodedSlashes } from '../routes/encoded-slashes.ts';
import type { AuthenticationRule } from './kinds/authentication.ts';
import type { AuthorizationDetailsRule } from './kinds/authorization-details.ts';
import type { ClaimPredicate, ClaimPresence } from './kinds/claims.ts';
import type { CountrySource } from './kinds/country-source.ts';
import type { CustomCheck } from './kinds/custom.ts';
import type { IpSource } from './kinds/ip-source.ts';
import type { OrganizationRule } from './kinds/organization.ts';

/** The names that `scopes` and `permissions` require: all of a list; or all of `all` and at least one of `any`. */
export type RequiredNames =
  | readonly string[]
  | {
      /**
       * All of these are required.
       *
       * @default none
       */
      readonly all?: readonly string[];
      /**
       * At least one of these is required.
       *
       * @default none
       */
      readonly any?: readonly string[];
      /**
       * Judged and logged, not enforced.
       *
       * @default false
       */
      readonly reportOnly?: boolean;
    };

/** The audiences of which the token must have one: a list, or an object. */
export type AudienceRule =
  | readonly string[]
  | {
      /** At least one of these is required. */
      readonly any: readonly string[];
      /**
       * Judged and logged, not enforced.
       *
       * @default false
       */
      readonly reportOnly?: boolean;
    };

/** A claim's value, or one of several, or a predicate on it, or whether the token has the claim. */
export type ClaimExpectation =
  | string
  | number
  | boolean
  | readonly (string | number | boolean)[]
  | ClaimPredicate
  | ClaimPresence;

/**
 * Expected values of claims, by the full names of the claims.
 *
 * A predicate is called at most once a request for the same claim. {@link ClaimPredicate} describes when it is called and
 * how its errors are handled. The name `reportOnly` is reserved: with `reportOnly: true` the rule is judged and logged, not
 * enforced.
 */
export interface ClaimsRule {
  /**
   * Judged and logged, not enforced.
   *
   * @default false
   */
  readonly reportOnly?: boolean;
  readonly [claim: string]: ClaimExpectation | undefined;
}

/**
 * Who may call. {@link callerKind} describes the kinds, and the claims that show them.
 *
 * @see https://auth0.com/docs/ai-agents-mcp/agents-as-principal/agent-identity-in-tokens
 */
export interface CallersRule {
  /**
   * Kinds of callers. An agent that acts for a user is an `agent`, not a `user`; if it acts for an anonymous session, both
   * kinds must be listed. A caller whose kind the token does not show is always refused.
   */
  readonly allow: readonly ('user' | 'machine' | 'agent' | 'anonymous')[];
  /**
   * The agents that may call: `act.sub` of the token, the outermost one alone; `sub` if an agent acts for itself. Earlier
   * actors, in nested `act`, are not judged.
   *
   * @default any agent
   */
  readonly actors?: readonly string[];
  /**
   * Most levels of `act` that a token may have, the outermost included. 0 admits only agents that act for themselves.
   *
   * @default 5: as many as Auth0 issues
   */
  readonly maxDelegation?: number;
  /**
   * Judged and logged, not enforced.
   *
   * @default false
   */
  readonly reportOnly?: boolean;
}

/** The client IDs of the applications that may call: a list, or an object with one. */
export type ClientsRule =
  | readonly string[]
  | {
      /** Client IDs. */
      readonly allow: readonly string[];
      /**
       * Judged and logged, not enforced.
       *
       * @default false
       */
      readonly reportOnly?: boolean;
    };

/** Set `allow`, `deny` or both. */
export interface IpRule {
  /**
   * Addresses and CIDR blocks, IPv4 and IPv6. The client must be in one of them. `::/0` contains no IPv4 address.
   *
   * @default any address
   */
  readonly allow?: readonly string[];
  /**
   * Addresses and CIDR blocks. A client in one of them is refused. Checked before `allow`.
   *
   * @default none
   */
  readonly deny?: readonly string[];
  /**
   * Where the client's address comes from.
   *
   * @default 'gateway'
   */
  readonly source?: IpSource;
  /**
   * Judged and logged, not enforced.
   *
   * @default false
   */
  readonly reportOnly?: boolean;
}

/** Set `allow`, `deny`, `matchClaim` or several of them: the client must satisfy all. */
export interface CountryRule {
  /**
   * ISO 3166-1 alpha-2 codes, upper case. The client's country must be one of them.
   *
   * @default any country
   */
  readonly allow?: readonly string[];
  /**
   * ISO 3166-1 alpha-2 codes, upper case. The client's country must not be one of them.
   *
   * @default none
   */
  readonly deny?: readonly string[];
  /**
   * Name of the claim that holds the caller's country or a list of countries. The client's country must be one of these.
   *
   * @default none
   */
  readonly matchClaim?: string;
  /** Where the country comes from. There is no default, because a client can forge a header that no proxy sets. */
  readonly source: CountrySource;
  /**
   * Whether a client whose country is unknown is refused. With `'allow'` it passes the whole rule, `matchClaim`
   * included. A request without the `proof` of the source is always refused.
   *
   * @default 'deny'
   */
  readonly unknown?: 'deny' | 'allow';
  /**
   * Judged and logged, not enforced.
   *
   * @default false
   */
  readonly reportOnly?: boolean;
}

/** A check of your own. */
export type CustomRule =
  | CustomCheck
  | {
      /** Decides whether the request passes: `true` passes, anything else refuses. */
      readonly check: CustomCheck;
      /**
       * Judged and logged, not enforced.
       *
       * @default false
       */
      readonly reportOnly?: boolean;
    };

/** Rules that apply to every route unless the route replaces them. Judged in this order, up to the first refusal. */
export interface RulesOptions {
  /**
   * The client's address.
   *
   * @default not judged
   */
  readonly ip?: IpRule;
  /**
   * The client's country.
   *
   * @default not judged
   */
  readonly country?: CountryRule;
  /**
   * Audiences of which the token must have one. The top-level `audience` lists what the authorizer accepts at all, and
   * contains these.
   *
   * @default not judged
   */
  readonly audience?: AudienceRule;
  /**
   * Users, machines, agents and anonymous sessions. `false` admits every good token.
   *
   * @default everyone but anonymous sessions, and callers whose `act` or profile claims are unknown
   */
  readonly callers?: CallersRule | false;
  /**
   * The application that the token was issued to: `azp` or `client_id`, whichever the token has. A token in which both are
   * present and differ is refused.
   *
   * @default not judged
   */
  readonly clients?: ClientsRule;
  /**
   * The caller's Auth0 organization.
   *
   * @default not judged
   */
  readonly organization?: OrganizationRule;
  /**
   * Scopes that the token must hold.
   *
   * @default not judged
   */
  readonly scopes?: RequiredNames;
  /**
   * Permissions that the token must hold.
   *
   * @default not judged
   */
  readonly permissions?: RequiredNames;
  /**
   * Values that the token's claims must have.
   *
   * @default not judged
   */
  readonly claims?: ClaimsRule;
  /**
   * Types of the token's `authorization_details` (RFC 9396).
   *
   * @default not judged
   */
  readonly authorizationDetails?: AuthorizationDetailsRule;
  /**
   * How, and how long ago, the caller logged in (RFC 9470).
   *
   * @default not judged
   */
  readonly authentication?: AuthenticationRule;
  /**
   * Your own checks by name, in order.
   *
   * @default none
   */
  readonly custom?: { readonly [name: string]: CustomRule };
}

/**
 * Rules of one route. Each replaces the whole common rule of its name; `false` switches the common rule off. `custom` is
 * merged by name.
 */
export interface RouteRules {
  /**
   * Replaces the common rule; `false` switches it off.
   *
   * @default `rules.ip`
   */
  readonly ip?: IpRule | false;
  /**
   * Replaces the common rule; `false` switches it off.
   *
   * @default `rules.country`
   */
  readonly country?: CountryRule | false;
  /**
   * Replaces the common rule; `false` switches it off: every good token is admitted, anonymous sessions included.
   *
   * @default `rules.callers`
   */
  readonly callers?: CallersRule | false;
  /**
   * Replaces the common rule; `false` switches it off.
   *
   * @default `rules.clients`
   */
  readonly clients?: ClientsRule | false;
  /**
   * Replaces the common rule; `false` switches it off.
   *
   * @default `rules.audience`
   */
  readonly audience?: AudienceRule | false;
  /**
   * Replaces the common rule; `false` switches it off.
   *
   * @default `rules.organization`
   */
  readonly organization?: OrganizationRule | false;
  /**
   * Replaces the common rule; `false` switches it off.
   *
   * @default `rules.scopes`
   */
  readonly scopes?: RequiredNames | false;
  /**
   * Replaces the common rule; `false` switches it off.
   *
   * @default `rules.permissions`
   */
  readonly permissions?: RequiredNames | false;
  /**
   * Replaces the common rule; `false` switches it off.
   *
   * @default `rules.claims`
   */
  readonly claims?: ClaimsRule | false;
  /**
   * Replaces the common rule; `false` switches it off.
   *
   * @default `rules.authorizationDetails`
   */
  readonly authorizationDetails?: AuthorizationDetailsRule | false;
  /**
   * Replaces the common rule; `false` switches it off.
   *
   * @default `rules.authentication`
   */
  readonly authentication?: AuthenticationRule | false;
  /**
   * Adds to the common checks, or replaces those of the same name; `false` switches one, or all of them, off.
   *
   * @default `rules.custom`
   */
  readonly custom?: { readonly [name: string]: CustomRule | false } | false;
  /**
   * `'optional'` admits callers without a credential if the rules pass. A bad credential is still refused.
   *
   * @default 'required'
   */
  readonly token?: 'required' | 'optional';
  /**
   * Parameters whose values contain `/` or `%`, which clients send as `%2F` and `%25`: `{ id: 'data' }`. You state that
   * everything behind API Gateway takes the parameter as one segment, and decodes it once. REST APIs only: HTTP APIs decode
   * a path before they route it, so that such a path stays refused. Answers for such paths are for that path alone: see
   * `identitySources` for the cache key.
   *
   * @default none: an encoded slash or percent sign is refused (`ambiguous_path`)
   */
  readonly encodedSlashes?: EncodedSlashes;
}

/**
 * Rules by route key: `GET /users/{id}`, `ANY /files/{proxy+}`, `$default`, `$connect`. `$default` matches what no other
 * key matches: every request of AppSync, which has no routes, and of a WebSocket API if `$connect` is not declared.
 */
export interface RoutesOptions {
  readonly [routeKey: string]: RouteRules;
}
