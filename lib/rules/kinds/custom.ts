import type { AuthorizationRequest } from '../../gateways/gateway.ts';
import type { AccessTokenClaims, VerifiedToken } from '../../token/verified-token.ts';
import { isObject } from '../../util/is-object.ts';
import { boolean, func, optional, plainChecks, refuse, refuseValue } from '../../util/option-checks.ts';
import type { Findings, Rule, Subject, Verdict } from '../rule.ts';
import { isPromise, thrown } from './user-function.ts';

/** What a custom rule is given. */
export interface CustomRuleInput {
  /** The request. Its headers and its event hold the caller's credential: log none of them whole. */
  readonly request: Omit<AuthorizationRequest, 'credential'>;
  /** The verified token's claims; `null` for an anonymous caller on a route with `token: 'optional'`. */
  readonly claims: AccessTokenClaims | null;
  /** The verified token beside its claims: issuer, key id, algorithm. */
  readonly token: VerifiedToken | null;
  /** The address that the route's `ip` rule found, else the gateway's. */
  readonly clientIp: string | null;
  /** The country that the route's `country` rule found, else `null`. */
  readonly country: string | null;
}

/**
 * Anything but `true`, or a promise of it, refuses the request. `Unauthorized` and `Forbidden` of this package may be
 * thrown; any other error is a fault (5xx).
 */
export type CustomCheck = (input: CustomRuleInput) => boolean | Promise<boolean>;

/**
 * Compiles one `custom` rule: a function, or `{ check, reportOnly }`.
 *
 * @param name - as the option names it, `office-hours`
 * @throws {OptionError}
 */
export function compileCustom(name: string, value: unknown, path: string): Rule {
  if (name.trim() === '') refuse(path, 'needs a name; it goes into the log');
  const { check, reportOnly } = parseCustom(value, path);
  const rule = `custom.${name}`;
  return {
    name: rule,
    inputs: ['anything'],
    reportOnly,
    judge(subject, findings): Verdict | Promise<Verdict> {
      try {
        const answer: unknown = check(inputOf(subject, findings));
        if (!isPromise(answer)) return verdictOf(answer, rule);
        return Promise.resolve(answer).then(
          (settled) => verdictOf(settled, rule),
          (error: unknown) => thrown(rule, error),
        );
      } catch (error) {
        return thrown(rule, error);
      }
    },
  };
}

function parseCustom(value: unknown, path: string): { check: CustomCheck; reportOnly: boolean } {
  if (typeof value === 'function') return { check: value as CustomCheck, reportOnly: false };
  if (!isObject(value)) {
    refuseValue(path, 'a function, or { check } with one', value);
  }
  const options = plainChecks(value, path, ['check', 'reportOnly']);
  return {
    check: func<CustomCheck>(options.check, `${path}.check`),
    reportOnly: optional(options, path, 'reportOnly', false, boolean),
  };
}

function inputOf({ request, token }: Subject, { clientIp, country }: Findings): CustomRuleInput {
  return { request, claims: token === null ? null : token.claims, token, clientIp, country };
}

function verdictOf(answer: unknown, rule: string): Verdict {
  return answer === true ? null : { code: 'custom_rule', rule };
}
