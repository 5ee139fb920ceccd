import { refuseUnsent } from '../../gateways/unsent.ts';
import type { VerifiedToken } from '../../token/verified-token.ts';
import {
  boolean,
  kindOf,
  nonEmptyList,
  nonEmptyString,
  oneOf,
  optional,
  plainChecks,
  refuse,
} from '../../util/option-checks.ts';
import type { Findings, Rule, Subject, Verdict } from '../rule.ts';
import { countryCodes } from './country-codes.ts';
import { compileCountrySource, countryCode } from './country-source.ts';
import { isPromise, thrown } from './user-function.ts';

interface Conditions {
  readonly allow: readonly string[] | null;
  readonly deny: readonly string[] | null;
  readonly matchClaim: string | null;
  readonly unknown: 'deny' | 'allow';
}

const KEYS = ['allow', 'deny', 'matchClaim', 'source', 'unknown', 'reportOnly'] as const;
const RULE = 'country';
const NOT_PROVEN: Verdict = Object.freeze({ code: 'country_unknown', rule: RULE, detail: 'not proven' });
const UNREADABLE: Verdict = Object.freeze({ code: 'country_unknown', rule: RULE, detail: 'unreadable' });

/**
 * Compiles `country`: not in `deny`, in `allow` where that is given, and the one that the token's claim `matchClaim`
 * names (or one of several), where that is given. All of them must hold. A country that cannot be told is refused
 * unless `unknown` is `'allow'`; then the whole rule passes, `matchClaim` included. A source's proof that does not hold
 * is always refused.
 *
 * @throws {OptionError}
 */
export function compileCountry(value: unknown, path: string): Rule {
  const options = plainChecks(value, path, KEYS);
  const conditions = parseConditions(options, path);
  const source = compileCountrySource(options.source, `${path}.source`);
  const conclude = (told: unknown, token: VerifiedToken | null, findings: Findings): Verdict => {
    const country = countryCode(told);
    findings.country = country;
    // Several headers joined, for example: not what `unknown` speaks of, and not what CloudFront writes.
    if (told !== null && told !== undefined && !(typeof told === 'string' && CODE_LIKE.test(told)))
      return UNREADABLE;
    return judgeCountry(conditions, country, token);
  };
  return {
    name: RULE,
    inputs: source.inputs,
    reportOnly: optional(options, path, 'reportOnly', false, boolean),
    judge({ request, token }: Subject, findings): Verdict | Promise<Verdict> {
      if (conditions.matchClaim !== null && token === null) return { code: 'missing_token', rule: RULE };
      const unsent = refuseUnsent(request.gateway, 'headers', RULE);
      if (unsent !== null) return unsent;
      if (source.proof?.holds(request.headers) === false) return NOT_PROVEN;
      try {
        const told = source.read(request, findings.clientIp);
        if (!isPromise(told)) return conclude(told, token, findings);
        return Promise.resolve(told).then(
          (settled) => conclude(settled, token, findings),
          (error: unknown) => thrown(RULE, error),
        );
      } catch (error) {
        return thrown(RULE, error);
      }
    },
  };
}

/** A country's code, or what sources write in its place: `XX`, `ZZ`, `T1`. Or nothing. */
const CODE_LIKE = /^(?:\w\w)?$/;

function parseConditions(
  options: { readonly [key in (typeof KEYS)[number]]?: unknown },
  path: string,
): Conditions {
  const { allow, deny, matchClaim } = options;
  if (allow === undefined && deny === undefined && matchClaim === undefined) {
    refuse(path, 'has no `allow`, `deny` or `matchClaim`; give one, or leave the rule out');
  }
  const allowed = optional(options, path, 'allow', null, nonEmptyList, codeOption);
  const denied = optional(options, path, 'deny', null, nonEmptyList, codeOption);
  const contradiction = denied === null ? -1 : denied.findIndex((code) => allowed?.includes(code));
  if (contradiction !== -1) {
    refuse(`${path}.deny[${contradiction}]`, 'stands in `allow` too; decide for one');
  }
  return {
    allow: allowed,
    deny: denied,
    matchClaim: optional(options, path, 'matchClaim', null, nonEmptyString),
    unknown: optional(options, path, 'unknown', 'deny', oneOf<'deny' | 'allow'>, ['deny', 'allow']),
  };
}

function codeOption(value: unknown, path: string): string {
  if (typeof value === 'string' && countryCodes().has(value)) return value;
  const hint = value === 'UK' ? "; the United Kingdom is 'GB'" : '';
  refuse(path, `must be an ISO 3166-1 alpha-2 code such as 'DE', not ${kindOf(value)}${hint}`);
}

function judgeCountry(conditions: Conditions, country: string | null, token: VerifiedToken | null): Verdict {
  const { allow, deny, matchClaim, unknown } = conditions;
  if (country === null) return unknown === 'allow' ? null : { code: 'country_unknown', rule: RULE };
  if (deny?.includes(country) === true) return refusal('in deny');
  if (allow?.includes(country) === false) return refusal('not in allow');
  if (matchClaim === null || token === null) return null;
  return namesCountry(token, matchClaim, country) ? null : refusal(`not that of the claim ${matchClaim}`);
}

function refusal(detail: string): Verdict {
  return { code: 'country_not_allowed', rule: RULE, detail };
}

/** Whether the claim is the country's code, in any case, or a list that holds it. */
function namesCountry({ claims }: VerifiedToken, claim: string, country: string): boolean {
  if (!Object.hasOwn(claims, claim)) return false;
  const named = claims[claim];
  return Array.isArray(named)
    ? named.some((item) => countryCode(item) === country)
    : countryCode(named) === country;
}
