import type { AuthorizationRequest } from '../../gateways/gateway.ts';
import { refuseUnsent } from '../../gateways/unsent.ts';
import { organizationName } from '../../token/organization.ts';
import type { AccessTokenClaims, VerifiedToken } from '../../token/verified-token.ts';
import { boolean, nonEmptyList, oneOf, optional, plainChecks, refuse } from '../../util/option-checks.ts';
import { PASSED, type Rule, refused, type Verdict } from '../rule.ts';
import { headerName } from './header-proof.ts';

/**
 * The caller's Auth0 organization. Set `required`, `allow`, `matches` or several of them. Each of them refuses a token
 * without organization (`organization_required`), which is a valid token of the same API.
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
   * The part of the request that must name the caller's organization, exactly: `'header:x-org'`. Another spelling, percent-encoded or in another case, is refused (`organization_mismatch`).
   *
   * @default none
   */
  readonly matches?: `header:${string}`;
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

/** RFC 3986 unreserved characters, and no dot segment: in a path and in a policy such a text means only itself. */
const PLAIN = /^(?!\.{1,2}$)[\w.~-]+$/;
const ID = /^org_/;

const MISSING_TOKEN = refused({ code: 'missing_token', rule: RULE });
const NO_ORGANIZATION = refused({ code: 'organization_required', rule: RULE });
const NOT_ALLOWED = refused({ code: 'organization_not_allowed', rule: RULE });

const mismatch = (detail: string) => refused({ code: 'organization_mismatch', rule: RULE, detail });

/** A claim that `matches` compares with. */
interface OwnClaim {
  readonly missing: Verdict;
  readonly notPlain: Verdict;
  of(claims: AccessTokenClaims): string | undefined;
}

function ownClaim(claim: string, of: OwnClaim['of']): OwnClaim {
  return {
    missing: refused({ code: 'organization_required', rule: RULE, detail: `the token has no ${claim}` }),
    notPlain: mismatch(`${claim} has other characters than A-Z a-z 0-9 - . _ ~`),
    of,
  };
}

const OWN = {
  id: ownClaim('org_id', ({ org_id }) => org_id),
  name: ownClaim('org_name', organizationName),
} as const;

/** What the token must have, whatever the request says. */
interface Membership {
  readonly ids: readonly string[];
  readonly names: readonly string[];
  /** Whether only these ids and names may call. */
  readonly isListed: boolean;
  /** What the token must have in plain text, for `matches`; `null` = nothing. */
  readonly by: keyof typeof OWN | null;
}

type Part = (request: AuthorizationRequest, own: string) => Verdict;

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
  const fingerprint = `${RULE} ${JSON.stringify({ ...membership, reportOnly })}`;
  const common = { name: RULE, inputs: [], reportOnly, fingerprint };
  const { matches } = options;
  if (matches === undefined) {
    return { ...common, claims: ['org_id', 'org_name'], judge: ({ token }) => judgeToken(membership, token) };
  }
  const header = matchedHeader(matches, `${path}.matches`);
  return {
    ...common,
    inputs: [`header:${header}`],
    fingerprint: `${fingerprint} ${header}`,
    judge: judgeWith(membership, (request, own) => judgeHeader(request, header, own)),
  };
}

function parseMembership(
  options: { readonly [key in (typeof KEYS)[number]]?: unknown },
  path: string,
): Membership {
  const { matches, by } = options;
  const required = optional(options, path, 'required', true, boolean);
  const allow = optional(options, path, 'allow', null, nonEmptyList, allowedItem);
  const own = optional(options, path, 'by', 'id', oneOf<'id' | 'name'>, ['id', 'name']);
  const isBare = allow === null && matches === undefined;
  if (isBare && options.required !== true) {
    refuse(path, 'has no `required: true`, `allow` or `matches`: set one, or leave the rule out');
  }
  if (!required)
    refuse(`${path}.required`, 'is false, but `allow` and `matches` need an organization: leave it out');
  if (by !== undefined && matches === undefined)
    refuse(`${path}.by`, 'is for `matches`: set that, or leave it out');
  return {
    ids: allow?.filter((item) => ID.test(item)) ?? [],
    names: allow?.filter((item) => !ID.test(item)) ?? [],
    isListed: allow !== null,
    by: matches === undefined ? null : own,
  };
}

/** An id as it is, a name in lower case. */
function allowedItem(value: unknown, path: string): string {
  if (typeof value === 'string' && PLAIN.test(value)) return ID.test(value) ? value : value.toLowerCase();
  refuse(path, "must be an organization's id, 'org_...', or its name");
}

function matchedHeader(value: unknown, path: string): string {
  if (typeof value === 'string' && value.startsWith('header:')) return headerName(value.slice(7), path);
  refuse(path, "must be 'header:<name>'");
}

function judgeToken({ ids, names, isListed, by }: Membership, token: VerifiedToken | null): Verdict {
  if (token === null) return MISSING_TOKEN;
  const { org_id: id } = token.claims;
  const name = organizationName(token.claims);
  if (id === undefined && name === undefined) return NO_ORGANIZATION;
  if (isListed && !ids.includes(id as string) && !names.includes(name as string)) return NOT_ALLOWED;
  if (by === null) return PASSED;
  const { missing, notPlain } = OWN[by];
  const own = OWN[by].of(token.claims);
  if (own === undefined) return missing;
  return PLAIN.test(own) ? PASSED : notPlain;
}

/** Judges the token, and then the part of the request that must name the organization. */
function judgeWith(membership: Membership, part: Part): Rule['judge'] {
  const own = OWN[membership.by as keyof typeof OWN];
  return ({ request, token }) => {
    const verdict = judgeToken(membership, token);
    if (verdict.kind !== 'passed') return verdict;
    return part(request, own.of((token as VerifiedToken).claims) as string);
  };
}

function judgeHeader({ gateway, headers }: AuthorizationRequest, name: string, own: string): Verdict {
  const unsent = refuseUnsent(gateway, 'headers', RULE, 'matches');
  if (unsent !== null) return refused(unsent);
  const named = headers[name];
  if (named === own) return PASSED;
  return mismatch(named === undefined ? `no header ${name}` : `the header ${name} names another`);
}
