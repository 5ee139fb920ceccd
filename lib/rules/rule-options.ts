import type { ClaimPredicate } from './kinds/claims.ts';
import type { CountrySource } from './kinds/country-source.ts';
import type { CustomCheck } from './kinds/custom.ts';
import type { IpSource } from './kinds/ip-source.ts';

/** What `scopes` and `permissions` ask for: a list, all of which are required, or all of `all` and one of `any`. */
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
       * One of these is required.
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

/** A claim's value, or one of several, or a predicate on it. */
export type ClaimExpectation =
  | string
  | number
  | boolean
  | readonly (string | number | boolean)[]
  | ClaimPredicate;

/**
 * Claims by their full names. The name `reportOnly` is reserved: `reportOnly: true` has the rule judged and logged, not
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

/** Give `allow`, `deny` or both. */
export interface IpRule {
  /**
   * Addresses and CIDR blocks, IPv4 and IPv6, one of which must hold the client. `::/0` holds no IPv4 address.
   *
   * @default any address
   */
  readonly allow?: readonly string[];
  /**
   * Addresses and CIDR blocks, none of which may hold the client. Goes before `allow`.
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

/** Give `allow`, `deny`, `matchClaim` or several of them; all must hold. */
export interface CountryRule {
  /**
   * ISO 3166-1 alpha-2 codes, upper case, one of which must be the client's.
   *
   * @default any country
   */
  readonly allow?: readonly string[];
  /**
   * ISO 3166-1 alpha-2 codes, upper case, none of which may be the client's.
   *
   * @default none
   */
  readonly deny?: readonly string[];
  /**
   * Name of the claim that holds the caller's own country (or a list of countries), which must be the client's.
   *
   * @default none
   */
  readonly matchClaim?: string;
  /** Where the country comes from; no default, since a header from elsewhere can be forged. */
  readonly source: CountrySource;
  /**
   * What becomes of a client whose country cannot be told. `'allow'` passes the whole rule, `matchClaim` included.
   * A request without the `proof` that the source asks for is refused whatever this says.
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
      /** Says whether the request passes; anything but `true` is a no. */
      readonly check: CustomCheck;
      /**
       * Judged and logged, not enforced.
       *
       * @default false
       */
      readonly reportOnly?: boolean;
    };

/** Rules that hold on every route unless the route says otherwise. Judged in this order; the first refusal stands. */
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
   * Your own checks by name, in order.
   *
   * @default none
   */
  readonly custom?: { readonly [name: string]: CustomRule };
}

/**
 * Rules of one route. Each replaces the common rule of its name as a whole, `false` switches that off; `custom` is
 * merged by name.
 */
export interface RouteRules {
  /**
   * Replaces the common rule, `false` switches it off.
   *
   * @default `rules.ip`
   */
  readonly ip?: IpRule | false;
  /**
   * Replaces the common rule, `false` switches it off.
   *
   * @default `rules.country`
   */
  readonly country?: CountryRule | false;
  /**
   * Replaces the common rule, `false` switches it off.
   *
   * @default `rules.scopes`
   */
  readonly scopes?: RequiredNames | false;
  /**
   * Replaces the common rule, `false` switches it off.
   *
   * @default `rules.permissions`
   */
  readonly permissions?: RequiredNames | false;
  /**
   * Replaces the common rule, `false` switches it off.
   *
   * @default `rules.claims`
   */
  readonly claims?: ClaimsRule | false;
  /**
   * Adds to the common checks, or replaces those of the same name; `false` switches one, or all of them, off.
   *
   * @default `rules.custom`
   */
  readonly custom?: { readonly [name: string]: CustomRule | false } | false;
  /**
   * `'optional'` admits callers without a credential if the rules pass; a bad credential is still refused.
   *
   * @default 'required'
   */
  readonly token?: 'required' | 'optional';
}

/**
 * Rules by route key: `GET /users/{id}`, `ANY /files/{proxy+}`, `$default`, `$connect`. `$default` takes what nothing
 * else takes: every request of AppSync, which knows no routes, and of a WebSocket API when `$connect` is not declared.
 */
export interface RoutesOptions {
  readonly [routeKey: string]: RouteRules;
}
