import type { AccessTokenClaims, ClaimValue } from '../../token/verified-token.ts';
import { isObject } from '../../util/is-object.ts';
import { boolean, nonEmptyList, nonEmptyString, optional, plainChecks } from '../../util/option-checks.ts';
import { PASSED, type Rule, refused, type Verdict } from '../rule.ts';
import { tokenRule } from '../token-rule.ts';
import { readOfList } from './held-values.ts';

/**
 * What the token's `authorization_details` must contain (rich authorization requests).
 *
 * @see https://www.rfc-editor.org/rfc/rfc9396#section-2
 */
export interface AuthorizationDetailsRule {
  /** One entry of the claim must have one of these types. A claim that is not a list of objects with a `type` refuses. */
  readonly types: readonly string[];
  /**
   * Judged and logged, not enforced.
   *
   * @default false
   */
  readonly reportOnly?: boolean;
}

const CLAIM = 'authorization_details';

/**
 * Compiles `authorizationDetails`: the token's `authorization_details` must have an entry of one of the types. A claim
 * that is not a list of objects with a `type` refuses, because RFC 9396 requires both.
 *
 * Auth0 checks the types that a client may request, and no other member. Amounts and the like are in the body of the
 * request, which authorizers do not get.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9396#section-2
 * @throws {OptionError}
 */
export function compileAuthorizationDetails(value: unknown, path: string): Rule {
  const options = plainChecks(value, path, ['types', 'reportOnly']);
  const types = nonEmptyList(options.types, `${path}.types`, nonEmptyString);
  const reportOnly = optional(options, path, 'reportOnly', false, boolean);
  const name = 'authorizationDetails';
  const refusedFor = (detail: string) =>
    refused({ code: 'insufficient_authorization_details', rule: name, detail });
  const missing = refusedFor(`missing any of ${types.join(', ')}`);
  const malformed = refusedFor(`${CLAIM} is not a list of objects with a type`);
  const judge = (claims: AccessTokenClaims): Verdict => {
    const details = claims[CLAIM] ?? NO_DETAILS;
    const held = Array.isArray(details) ? readOfList(claims, CLAIM, details, typesIn) : null;
    if (held === null) return malformed;
    return types.some((type) => held.has(type)) ? PASSED : missing;
  };
  return tokenRule({
    name,
    // Each transaction may have details of its own.
    memo: (claims) => judge(claims).kind,
    reportOnly,
    fingerprint: `${name} ${JSON.stringify({ types, reportOnly })}`,
    judge: ({ claims }) => judge(claims),
  });
}

const NO_DETAILS: readonly ClaimValue[] = [];

/** `null` if an entry is no object with a `type`. */
function typesIn(details: readonly unknown[]): ReadonlySet<string> | null {
  return details.every(isTyped) ? new Set(details.map(({ type }) => type)) : null;
}

function isTyped(entry: unknown): entry is { readonly type: string } {
  return isObject(entry) && typeof entry['type'] === 'string';
}
