import { organizationName } from '../../token/organization.ts';
import type { AccessTokenClaims } from '../../token/verified-token.ts';
import { boolean, nonEmptyList, oneOf, optional, plainChecks, refuse } from '../../util/option-checks.ts';
import { PASSED, type Rule, refused, type Verdict } from '../rule.ts';
import { tokenRule } from '../token-rule.ts';
import { isPlain, matchingRule, OWN, type OwnClaim } from './organization-match.ts';

/**
 * The caller's Auth0 organization. Set `required`, `allow`, `matches` or several of them. Each of them refuses a token
 * without organization (`organization_required`), which is a valid token of the same API.
 *
 * @see https://auth0.com/docs/manage-users/organizations/using-tokens
 * @example
 * const options: AuthorizerOptions = {
 *   routes: { 'GET /orgs/{org}/orders': { organization: { matches: 'path:org' } } },
 * };
 */
export interface OrganizationRule {
  /**
   * The token must have an organization.
   *
   * @default true if `allow` or `matches` is set
   */
  readonly required?: boolean;
  /**
   * The organizations that may call. Items that begin with `org_` are ids and are compared with `org_id`; all others are
   * names and are compared with `org_name` in lower case.
   *
   * @default any organization
   */
  readonly allow?: readonly string[];
  /**
   * The part of the request that must name the caller's organization, exactly: `'path:org'`, the parameter `{org}` of the
   * route, or `'header:x-org'`. Another spelling, percent-encoded or in another case, is refused (`organization_mismatch`).
   * Every route with a path in `matches` must have the parameter.
   *
   * @default none
   */
  readonly matches?: `path:${string}` | `header:${string}`;
  /**
   * What `matches` is compared with: `org_id`, or `org_name` in lower case.
   *
   * @default 'id'
   */
  readonly by?: 'id' | 'name';
  /**
   * Judged and logged, not enforced.
   *
   * @default false
   */
  readonly reportOnly?: boolean;
}

const RULE = 'organization';
const KEYS = ['required', 'allow', 'matches', 'by', 'reportOnly'] as const;
const ID = /^org_/;

const NO_ORGANIZATION = refused({ code: 'organization_required', rule: RULE });
const NOT_ALLOWED = refused({ code: 'organization_not_allowed', rule: RULE });

/** What the token must have, whatever the request says. */
interface Membership {
  /** The ids and names that may call; `null` = all. */
  readonly listed: { readonly ids: readonly string[]; readonly names: readonly string[] } | null;
  /** What the request must contain, for `matches`; `null` = nothing. */
  readonly own: OwnClaim | null;
}

/**
 * Compiles `organization`: the token must have an organization, one of `allow` if that is given, and the one that the
 * request names in `matches` if that is given.
 *
 * @throws {OptionError}
 */
export function compileOrganization(value: unknown, path: string): Rule {
  const options = plainChecks(value, path, KEYS);
  const membership = parseMembership(options, path);
  const reportOnly = optional(options, path, 'reportOnly', false, boolean);
  const { matches } = options;
  const member = tokenRule({
    name: RULE,
    memo: (claims) => judgeClaims(membership, claims).kind,
    reportOnly,
    fingerprint: `${RULE} ${JSON.stringify([membership, matches, reportOnly])}`,
    judge: ({ claims }) => judgeClaims(membership, claims),
  });
  const { own } = membership;
  return own === null ? member : matchingRule(member, own, matches, path);
}

function parseMembership(
  options: { readonly [key in (typeof KEYS)[number]]?: unknown },
  path: string,
): Membership {
  const { matches } = options;
  const required = optional(options, path, 'required', true, boolean);
  const allow = optional(options, path, 'allow', null, nonEmptyList, allowedItem);
  const by = optional(options, path, 'by', 'id', oneOf<'id' | 'name'>, ['id', 'name']);
  const isBare = allow === null && matches === undefined;
  if (isBare && options.required !== true) {
    refuse(path, 'has no `required: true`, `allow` or `matches`: set one, or leave the rule out');
  }
  if (!required)
    refuse(`${path}.required`, 'is false, but `allow` and `matches` need an organization: leave it out');
  if (options.by !== undefined && matches === undefined)
    refuse(`${path}.by`, 'is for `matches`: set that, or leave it out');
  return {
    listed: allow && {
      ids: allow.filter((item) => ID.test(item)),
      names: allow.filter((item) => !ID.test(item)),
    },
    own: matches === undefined ? null : OWN[by],
  };
}

/** An id as it is, a name in lower case. `ORG_...` is refused: as a name it could be another organization's. */
function allowedItem(value: unknown, path: string): string {
  if (typeof value === 'string' && isPlain(value)) {
    const name = value.toLowerCase();
    if (!ID.test(name)) return name;
    if (ID.test(value)) return value;
  }
  refuse(path, "must be an organization's id, 'org_...', or its name");
}

function judgeClaims({ listed, own }: Membership, claims: AccessTokenClaims): Verdict {
  const { org_id: id } = claims;
  const name = organizationName(claims);
  if (id === undefined && name === undefined) return NO_ORGANIZATION;
  if (listed !== null && !listed.ids.includes(id as string) && !listed.names.includes(name as string))
    return NOT_ALLOWED;
  return own === null ? PASSED : own.judge(claims);
}
