import type { EncodedSlashes } from '../routes/encoded-slashes.ts';
import type { AudienceRule } from './kinds/audience.ts';
import type { AuthenticationRule } from './kinds/authentication.ts';
import type { AuthorizationDetailsRule } from './kinds/authorization-details.ts';
import type { BoundRule } from './kinds/bound.ts';
import type { CallersRule } from './kinds/callers.ts';
import type { ClaimsRule } from './kinds/claims.ts';
import type { ClientsRule } from './kinds/clients.ts';
import type { CountryRule } from './kinds/country.ts';
import type { CustomRule } from './kinds/custom.ts';
import type { IpRule } from './kinds/ip.ts';
import type { OrganizationRule } from './kinds/organization.ts';
import type { RequiredNames } from './kinds/scope-lists.ts';

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
   * The token must be bound to a key or a certificate, whose proof the options `dpop` and `mtls` check. For APIs in which some
   * routes take unbound tokens too.
   *
   * @default not judged
   */
  readonly bound?: BoundRule;
  /**
   * Users, machines, agents and anonymous sessions. `false` admits every good token.
   *
   * @default users, machines and agents; anonymous sessions and callers of an unknown kind are refused
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
   * Replaces the common rule; `false` switches it off.
   *
   * @default `rules.bound`
   */
  readonly bound?: BoundRule | false;
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
