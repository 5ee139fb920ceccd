import type { AuthorizationRequest } from '../../gateways/gateway.ts';
import type { AccessTokenClaims, VerifiedToken } from '../../token/verified-token.ts';
import { isObject } from '../../util/is-object.ts';
import { boolean, func, optional, plainChecks, refuse, refuseValue } from '../../util/option-checks.ts';
import { type Findings, PASSED, type Rule, refused, type Subject, type Verdict } from '../rule.ts';
import { verdictOf } from './user-function.ts';

/** The argument of a custom check. */
export interface CustomRuleInput {
  /** The request. Do not log its headers, query or event whole: they contain the caller's credential. */
  readonly request: AuthorizationRequest;
  /** The verified token's claims; `null` for an anonymous caller on a route with `token: 'optional'`. */
  readonly claims: AccessTokenClaims | null;
  /** The verified token: claims, issuer, key id, algorithm; `null` for an anonymous caller. */
  readonly token: VerifiedToken | null;
  /** The address that the route's `ip` rule found, else the gateway's. */
  readonly clientIp: string | null;
  /** The country that the route's `country` rule found, else `null`. */
  readonly country: string | null;
}

/**
 * Decides whether a request passes, synchronously or with a promise.
 *
 * - `true` passes. Anything else refuses.
 * - `Unauthorized` or `Forbidden` of this package refuses the request. Any other error is a fault (`rule_error`, a 5xx).
 * - Called for the request's own route only, at most once a request.
 * - With an enforced custom rule, answers cover one request and must not be cached: the result may depend on anything, so
 *   no policy can apply it to another request.
 *
 * @example
 * const options: AuthorizerOptions = { rules: { custom: { beta: ({ claims }) => claims?.org_id === 'org_beta' } } };
 */
export type CustomCheck = (input: CustomRuleInput) => boolean | Promise<boolean>;

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

/**
 * Compiles one `custom` rule: a function, or `{ check, reportOnly }`.
 *
 * @param name - the key of the option, `office-hours`
 * @throws {OptionError}
 */
export function compileCustom(name: string, value: unknown, path: string): Rule {
  if (name.trim() === '') refuse(path, 'needs a name; it goes into the log');
  const { check, reportOnly } = parseCustom(value, path);
  const rule = `custom.${name}`;
  const verdictOn = (result: unknown): Verdict =>
    result === true ? PASSED : refused({ code: 'custom_rule', rule, detail: `returned ${shown(result)}` });
  return {
    name: rule,
    inputs: ['anything'],
    reportOnly,
    judge(subject, findings): Verdict | Promise<Verdict> {
      const call = () => subject.calls.once(check, 'custom', () => check(inputOf(subject, findings)));
      return verdictOf(rule, call, verdictOn);
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

/** A result without its value, which may be one of the token. */
function shown(result: unknown): string {
  return result === false || result === null ? String(result) : typeof result;
}

function inputOf({ request, token }: Subject, { clientIp, country }: Findings): CustomRuleInput {
  return { request, claims: token === null ? null : token.claims, token, clientIp, country };
}
