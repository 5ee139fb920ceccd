import { refuseUnsent } from '../../gateways/unsent.ts';
import type { VerifiedToken } from '../../token/verified-token.ts';
import { kindOf } from '../../util/kind-of.ts';
import {
  boolean,
  nonEmptyList,
  nonEmptyString,
  oneOf,
  optional,
  plainChecks,
  refuse,
} from '../../util/option-checks.ts';
import { type Findings, PASSED, type Rule, refused, type Verdict } from '../rule.ts';
import { countryCodes } from './country-codes.ts';
import { type CountrySource, compileCountrySource, countryCode } from './country-source.ts';
import { verdictOf } from './user-function.ts';

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

interface Conditions {
  readonly allow: readonly string[] | null;
  readonly deny: readonly string[] | null;
  readonly matchClaim: string | null;
  readonly unknown: 'deny' | 'allow';
}

const KEYS = ['allow', 'deny', 'matchClaim', 'source', 'unknown', 'reportOnly'] as const;
const RULE = 'country';
const UNKNOWN = refused({ code: 'country_unknown', rule: RULE });
const NOT_PROVEN = refused({ code: 'country_unknown', rule: RULE, detail: 'not proven' });
const UNREADABLE = refused({ code: 'country_unknown', rule: RULE, detail: 'unreadable' });
const MISSING_TOKEN = refused({ code: 'missing_token', rule: RULE });

/**
 * Compiles `country`: the client's country must not be in `deny`, must be in `allow` if that is given, and must be the
 * one (or one of those) in the token's claim `matchClaim` if that is given. An unknown country is refused unless
 * `unknown` is `'allow'`; then the whole rule passes, `matchClaim` included. A request that lacks the source's proof is
 * always refused.
 *
 * @throws {OptionError}
 */
export function compileCountry(value: unknown, path: string): Rule {
  const options = plainChecks(value, path, KEYS);
  const conditions = parseConditions(options, path);
  const source = compileCountrySource(options.source, `${path}.source`);
  return {
    name: RULE,
    inputs: source.inputs,
    reportOnly: optional(options, path, 'reportOnly', false, boolean),
    judge(subject, findings): Verdict | Promise<Verdict> {
      const { request, token } = subject;
      if (conditions.matchClaim !== null && token === null) return MISSING_TOKEN;
      const unsent = refuseUnsent(request.gateway, 'headers', RULE);
      if (unsent !== null) return refused(unsent);
      const verdictOn = (read: unknown) => judgeRead(read, conditions, token, findings);
      if (source.kind === 'header') {
        const isProven = source.proof?.holds(request.headers) ?? true;
        return isProven ? verdictOn(request.headers[source.header]) : NOT_PROVEN;
      }
      return verdictOf(RULE, () => source.call(subject, findings.clientIp), verdictOn);
    },
  };
}

function judgeRead(
  read: unknown,
  conditions: Conditions,
  token: VerifiedToken | null,
  findings: Findings,
): Verdict {
  const country = countryCode(read);
  findings.country = country;
  // Several headers joined, for example: CloudFront does not write that, and `unknown` does not cover it.
  if (read !== null && read !== undefined && !(typeof read === 'string' && CODE_LIKE.test(read))) {
    return UNREADABLE;
  }
  return judgeCountry(conditions, country, token);
}

/** A country code, or what sources write instead of one: `XX`, `ZZ`, `T1`, or nothing. */
const CODE_LIKE = /^(?:\w\w)?$/;

function parseConditions(
  options: { readonly [key in (typeof KEYS)[number]]?: unknown },
  path: string,
): Conditions {
  const { allow, deny, matchClaim } = options;
  if (allow === undefined && deny === undefined && matchClaim === undefined) {
    refuse(path, 'has no `allow`, `deny` or `matchClaim`: set one, or leave the rule out');
  }
  const allowed = optional(options, path, 'allow', null, nonEmptyList, codeOption);
  const denied = optional(options, path, 'deny', null, nonEmptyList, codeOption);
  const contradiction = denied === null ? -1 : denied.findIndex((code) => allowed?.includes(code));
  if (contradiction !== -1) {
    refuse(`${path}.deny[${contradiction}]`, 'is in `allow` too: remove one of them');
  }
  return {
    allow: allowed,
    deny: denied,
    matchClaim: optional(options, path, 'matchClaim', null, nonEmptyString),
    unknown: optional(options, path, 'unknown', 'deny', oneOf<'deny' | 'allow'>, ['deny', 'allow']),
  };
}

function codeOption(value: unknown, path: string): string {
  if (countryCodes().has(value as string)) return value as string;
  const hint = value === 'UK' ? "; the United Kingdom is 'GB'" : '';
  refuse(path, `must be an ISO 3166-1 alpha-2 code such as 'DE', not ${kindOf(value)}${hint}`);
}

function judgeCountry(conditions: Conditions, country: string | null, token: VerifiedToken | null): Verdict {
  const { allow, deny, matchClaim, unknown } = conditions;
  if (country === null) return unknown === 'allow' ? PASSED : UNKNOWN;
  if (deny?.includes(country) === true) return notAllowed('in deny');
  if (allow?.includes(country) === false) return notAllowed('not in allow');
  if (matchClaim === null) return PASSED;
  // A request without a token was refused before.
  return namesCountry(token as VerifiedToken, matchClaim, country)
    ? PASSED
    : notAllowed(`not that of the claim ${matchClaim}`);
}

function notAllowed(detail: string): Verdict {
  return refused({ code: 'country_not_allowed', rule: RULE, detail });
}

/** Whether the claim is the country's code, in any case, or a list that holds it. */
function namesCountry({ claims }: VerifiedToken, claim: string, country: string): boolean {
  if (!Object.hasOwn(claims, claim)) return false;
  const named = claims[claim];
  return Array.isArray(named)
    ? named.some((item) => countryCode(item) === country)
    : countryCode(named) === country;
}
