import type { AccessTokenClaims } from '../../token/verified-token.ts';
import { defined } from '../../util/defined.ts';
import { isObject } from '../../util/is-object.ts';
import {
  boolean,
  nonEmptyList,
  plainMap,
  refuse,
  refuseEmpty,
  refuseValue,
  syncFunc,
} from '../../util/option-checks.ts';
import { PASSED, type Rule, refused, type Verdict } from '../rule.ts';
import { tokenRule } from '../token-rule.ts';
import { UserCalls } from '../user-calls.ts';
import { holderOfList } from './held-values.ts';
import { verdictAtOnce } from './user-function.ts';

/**
 * Decides by the value of one claim, at once: `true` passes, anything else refuses. It is not called for a claim that is
 * absent or `null`: such a claim refuses. To admit tokens without a claim, write `{ absent: true }`.
 *
 * A request calls it at most once for the same claim, however many routes use it. It is called for the request's own
 * route, and also for the other routes if the policy covers them: if routes have different rules, and no enforced rule
 * is a custom rule or a country function. Nothing is remembered from one request to the next.
 *
 * If it throws `Unauthorized` or `Forbidden`, its route is refused. If it throws anything else, or returns a promise:
 *
 * - on the request's own route, the outcome is a fault (`rule_error`, a 5xx);
 * - on any other route, the caller is not granted that route, and the log line lists the fault under `reports`.
 *
 * @example
 * const options: AuthorizerOptions = { rules: { claims: { org_id: (value) => String(value).startsWith('org_') } } };
 */
export type ClaimPredicate = (value: unknown) => boolean;

/**
 * Whether a token has a claim: `{ absent: true }` demands that it has none, `{ present: true }` that it has one, of any
 * value. A claim that is `null` is absent.
 *
 * @example
 * const options: AuthorizerOptions = {
 *   rules: { claims: { 'https://example.com/suspended': { absent: true }, org_id: { present: true } } },
 * };
 */
export type ClaimPresence =
  | {
      /** The token must not have the claim. */
      readonly absent: true;
    }
  | {
      /** The token must have the claim, with any value. */
      readonly present: true;
    };

/** A claim's value, or one of several, or a predicate on it, or whether the token has the claim. */
export type ClaimExpectation =
  | string
  | number
  | boolean
  | readonly (string | number | boolean)[]
  | ClaimPredicate
  | ClaimPresence;

/**
 * Expected values of claims, by the full names of the claims.
 *
 * A predicate is called at most once a request for the same claim. {@link ClaimPredicate} describes when it is called and
 * how its errors are handled. The name `reportOnly` is reserved: with `reportOnly: true` the rule is judged and logged, not
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

type Scalar = string | number | boolean;

interface Expectation {
  readonly claim: string;
  readonly expected: readonly Scalar[] | ClaimPredicate | 'absent' | 'present';
  /** What it comes to if the claim is absent, or not as expected. */
  readonly absent: Verdict;
  readonly different: Verdict;
}

/** Not the name of a claim in this option. */
const RESERVED = 'reportOnly';

/**
 * Compiles `claims`: each named claim must be present and equal the value, or one of the values, or satisfy the
 * predicate; or it must be absent, or present, as {@link ClaimPresence} says. A claim that is an array passes if one of
 * its items does. Names are plain keys, also with dots, slashes or colons they contain.
 *
 * @throws {OptionError}
 */
export function compileClaims(value: unknown, path: string): Rule {
  const map = plainMap(value, path);
  const names = Object.keys(map).filter((name) => name !== RESERVED);
  refuseEmpty(names, path, 'claim');
  const expectations = names.map((claim) => parseExpectation(claim, map[claim], `${path}['${claim}']`));
  const reportOnly = Object.hasOwn(map, RESERVED) && boolean(map[RESERVED], `${path}.${RESERVED}`);
  const isPure = expectations.every(({ expected }) => typeof expected !== 'function');
  const judgeAll = (claims: AccessTokenClaims, calls: UserCalls): Verdict => {
    for (const expectation of expectations) {
      const verdict = judgeClaim(expectation, claims, calls);
      if (verdict.kind !== 'passed') return verdict;
    }
    return PASSED;
  };
  return tokenRule({
    name: 'claims',
    reportOnly,
    ...defined({
      memo: isPure ? (claims: AccessTokenClaims) => judgeAll(claims, NO_CALLS).kind : undefined,
      fingerprint: isPure ? `claims ${JSON.stringify({ reportOnly, expectations })}` : undefined,
    }),
    judge: ({ claims }, calls) => judgeAll(claims, calls),
  });
}

/** For rules without a function. */
const NO_CALLS = new UserCalls();

function parseExpectation(claim: string, value: unknown, path: string): Expectation {
  const expected = parseExpected(value, path);
  const mismatch = (what: string) =>
    refused({ code: 'claim_mismatch', rule: 'claims', detail: `${claim} is ${what}` });
  const different = mismatch(expected === 'absent' ? 'present' : 'different');
  return { claim, expected, absent: mismatch('absent'), different };
}

function parseExpected(value: unknown, path: string): Expectation['expected'] {
  if (typeof value === 'function') return syncFunc<ClaimPredicate>(value, path, 'a rule under `custom`');
  if (Array.isArray(value)) return nonEmptyList(value, path, scalar);
  return isObject(value) ? presence(value, path) : [scalar(value, path)];
}

const PRESENCE = '{ absent: true } or { present: true }';

function presence(value: { readonly [name: string]: unknown }, path: string): 'absent' | 'present' {
  const [name, ...others] = Object.keys(value);
  const isOne = others.length === 0 && (name === 'absent' || name === 'present') && value[name] === true;
  return isOne ? name : refuse(path, `must be ${PRESENCE} if it is an object`);
}

function scalar(value: unknown, path: string): Scalar {
  if (typeof value === 'boolean' || (typeof value === 'string' && value !== '')) return value;
  if (Number.isFinite(value)) return value as number;
  refuseValue(
    path,
    `a non-empty string, a number, a boolean, a list of such, a predicate, ${PRESENCE}`,
    value,
  );
}

function judgeClaim(
  { claim, expected, absent, different }: Expectation,
  claims: AccessTokenClaims,
  calls: UserCalls,
): Verdict {
  const actual = Object.hasOwn(claims, claim) ? (claims[claim] ?? null) : null;
  if (expected === 'absent') return actual === null ? PASSED : different;
  if (actual === null) return absent;
  if (expected === 'present') return PASSED;
  if (typeof expected === 'function') {
    const call = () => calls.once(expected, `claim ${claim}`, () => expected(actual));
    return verdictAtOnce('claims', call, (result) => (result === true ? PASSED : different));
  }
  const holds = holderOfList(claims, claim);
  const passed = holds === null ? expected.includes(actual as Scalar) : expected.some(holds);
  return passed ? PASSED : different;
}
