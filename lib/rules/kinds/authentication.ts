import type { StepUpChallenge } from '../../decision/decision.ts';
import type { AccessTokenClaims } from '../../token/verified-token.ts';
import { defined } from '../../util/defined.ts';
import {
  boolean,
  nonEmptyList,
  nonEmptyString,
  optional,
  plainChecks,
  refuse,
  refuseEmpty,
  wholeNumber,
} from '../../util/option-checks.ts';
import { PASSED, type Rule, refused, type Verdict } from '../rule.ts';
import { tokenRule } from '../token-rule.ts';
import { holderOfList } from './held-values.ts';

/**
 * How, and how long ago, the caller logged in: what RFC 9470 calls step-up authentication. Set `maxAge`, `acr`, `amr` or
 * several of them: the token must satisfy all.
 *
 * Auth0 adds none of these claims to access tokens. An Action must add them, and under names of your own (`claims`): Auth0
 * leaves out custom claims with the default names.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9470
 * @see https://auth0.com/docs/secure/tokens/json-web-tokens/create-custom-claims#general-restrictions
 * @example
 * const options: AuthorizerOptions = {
 *   routes: { 'POST /payments': { authentication: { maxAge: 300, amr: ['mfa'], claims: { amr: 'https://example.com/amr' } } } },
 * };
 */
export interface AuthenticationRule {
  /**
   * How many seconds ago the login was at most, 1 to 31,536,000. A whole number; `clockTolerance` is added, 5
   * seconds in `requestRules` on its own. A cached answer outlives this limit by up to the TTL.
   *
   * @default any age
   */
  readonly maxAge?: number;
  /**
   * The claim `acr` must be one of these values.
   *
   * @default any, or none
   */
  readonly acr?: readonly string[];
  /**
   * The claim `amr`, the list of the methods of the login, must have all of these values.
   *
   * @default any, or none
   */
  readonly amr?: readonly string[];
  /**
   * Full names of the claims.
   *
   * @default those of OpenID Connect
   */
  readonly claims?: {
    /**
     * Claim with the class of the login, a text.
     *
     * @default 'acr'
     */
    readonly acr?: string;
    /**
     * Claim with the methods of the login, a list of texts.
     *
     * @default 'amr'
     */
    readonly amr?: string;
    /**
     * Claim with the time of the login, in epoch seconds.
     *
     * @default 'auth_time'
     */
    readonly authTime?: string;
  };
  /**
   * Judged and logged, not enforced.
   *
   * @default false
   */
  readonly reportOnly?: boolean;
}

/** What the rule demands of the caller's login. */
interface Demands {
  readonly maxAge: number | undefined;
  readonly acr: readonly string[] | undefined;
  readonly amr: readonly string[] | undefined;
  /** Names of the claims. */
  readonly claims: { readonly acr: string; readonly amr: string; readonly authTime: string };
}

const NAME = 'authentication';
const LONGEST_S = 31_536_000;

/**
 * Compiles `authentication`: how, and how long ago, the caller logged in (RFC 9470). A claim that is absent or has the
 * wrong type refuses.
 *
 * - `acr`: one of the values. The claim has one value, and the values of RFC 9470 are alternatives.
 * - `amr`: all of the values. The claim lists each method that was used, and each listed method must be among them.
 * - `maxAge`: the time in the claim is at most so many seconds ago, and not in the future, give or take `clockTolerance`.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9470#section-3
 * @see https://openid.net/specs/openid-connect-core-1_0.html#IDToken for `acr`, `amr` and `auth_time`
 * @throws {OptionError}
 */
export function compileAuthentication(value: unknown, path: string, clockTolerance: number): Rule {
  const options = plainChecks(value, path, ['maxAge', 'acr', 'amr', 'claims', 'reportOnly']);
  const demands: Demands = {
    maxAge: optional(options, path, 'maxAge', undefined, wholeNumber, 1, LONGEST_S),
    acr: optional(options, path, 'acr', undefined, nonEmptyList, acrValue),
    amr: optional(options, path, 'amr', undefined, nonEmptyList, nonEmptyString),
    claims: claimNames(options.claims, `${path}.claims`),
  };
  const { maxAge, acr, amr, claims } = demands;
  if (maxAge === undefined && acr === undefined && amr === undefined) {
    refuse(path, 'demands nothing: set `maxAge`, `acr` or `amr`');
  }
  const reportOnly = optional(options, path, 'reportOnly', false, boolean);
  const judgeLogin = loginJudge(demands, clockTolerance);
  return tokenRule({
    name: NAME,
    reportOnly,
    fingerprint: `${NAME} ${JSON.stringify({ ...demands, reportOnly })}`,
    ...(maxAge === undefined
      ? { memo: (held: AccessTokenClaims) => judgeLogin(held).kind }
      : { expiry: { claim: claims.authTime, maxAge } }),
    judge: (token) => judgeLogin(token.claims),
  });
}

/** Makes the function that judges claims. All of its verdicts are made here, once. */
function loginJudge(
  { maxAge, acr, amr, claims: names }: Demands,
  clockTolerance: number,
): (claims: AccessTokenClaims) => Verdict {
  const challenge: StepUpChallenge = Object.freeze(defined({ acr_values: acr?.join(' '), max_age: maxAge }));
  const refusedFor = (detail: string) =>
    refused({ code: 'insufficient_authentication', rule: NAME, detail, challenge });
  const wrongAcr = refusedFor(`${names.acr} is none of ${acr?.join(', ')}`);
  const wrongAmr = refusedFor(`${names.amr} lacks one of ${amr?.join(', ')}`);
  const noTime = refusedFor(`${names.authTime} is not a time`);
  const tooEarly = refusedFor(`${names.authTime} is in the future`);
  const tooOld = refusedFor(`${names.authTime} is more than ${maxAge} seconds ago`);
  return (claims) => {
    if (acr !== undefined && !acr.includes(claims[names.acr] as string)) return wrongAcr;
    if (amr !== undefined && !amr.every(holderOfList(claims, names.amr) ?? (() => false))) return wrongAmr;
    if (maxAge === undefined) return PASSED;
    const time = claims[names.authTime];
    if (!Number.isFinite(time)) return noTime;
    const age = Math.floor(Date.now() / 1000) - (time as number);
    if (age < -clockTolerance) return tooEarly;
    return age > maxAge + clockTolerance ? tooOld : PASSED;
  };
}

function claimNames(value: unknown, path: string): Demands['claims'] {
  const names = value === undefined ? {} : plainChecks(value, path, ['acr', 'amr', 'authTime']);
  if (value !== undefined) refuseEmpty(Object.keys(names), path, 'claim');
  return {
    acr: optional(names, path, 'acr', 'acr', nonEmptyString),
    amr: optional(names, path, 'amr', 'amr', nonEmptyString),
    authTime: optional(names, path, 'authTime', 'auth_time', nonEmptyString),
  };
}

/** A value of `acr_values`, which separates them by spaces and stands between double quotes in a challenge. */
function acrValue(value: unknown, path: string): string {
  const text = nonEmptyString(value, path);
  if (/^[!#-[\]-~]+$/.test(text)) return text;
  refuse(path, 'must be printable ASCII without white space, quotes and backslashes');
}
