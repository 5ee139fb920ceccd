import { defined } from '../../util/defined.ts';
import { boolean, nonEmptyList, plainMap, refuse, refuseValue, syncFunc } from '../../util/option-checks.ts';
import { PASSED, type Rule, refused, type Subject, type Verdict } from '../rule.ts';
import { verdictAtOnce } from './user-function.ts';

/**
 * Decides by the value of one claim, at once: `true` passes, anything else refuses. It is not called if the claim is
 * absent.
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

type Scalar = string | number | boolean;

interface Expectation {
  readonly claim: string;
  readonly expected: readonly Scalar[] | ClaimPredicate;
  /** What it comes to unless the claim is as expected. */
  readonly refused: Verdict;
}

/** Not the name of a claim in this option. */
const RESERVED = 'reportOnly';

/**
 * Compiles `claims`: each named claim must be present and equal the value, or one of the values, or satisfy the
 * predicate. A claim that is an array passes if one of its items does. Names are plain keys, also with dots, slashes or
 * colons they contain.
 *
 * @throws {OptionError}
 */
export function compileClaims(value: unknown, path: string): Rule {
  const map = plainMap(value, path);
  const names = Object.keys(map).filter((name) => name !== RESERVED);
  if (names.length === 0) refuse(path, 'has no claim: name one, or leave the rule out');
  const expectations = names.map((claim) => parseExpectation(claim, map[claim], `${path}['${claim}']`));
  const reportOnly = Object.hasOwn(map, RESERVED) && boolean(map[RESERVED], `${path}.${RESERVED}`);
  const isPure = expectations.every(({ expected }) => typeof expected !== 'function');
  return {
    name: 'claims',
    inputs: [],
    reportOnly,
    ...defined({
      claims: isPure ? names : undefined,
      fingerprint: isPure ? `claims ${JSON.stringify({ reportOnly, expectations })}` : undefined,
    }),
    judge(subject): Verdict {
      if (subject.token === null) return refused({ code: 'missing_token', rule: 'claims' });
      for (const expectation of expectations) {
        const verdict = judgeClaim(expectation, subject.token.claims, subject);
        if (verdict.kind !== 'passed') return verdict;
      }
      return PASSED;
    },
  };
}

function parseExpectation(claim: string, value: unknown, path: string): Expectation {
  const mismatch = refused({ code: 'claim_mismatch', rule: 'claims', detail: claim });
  if (typeof value === 'function') {
    const expected = syncFunc<ClaimPredicate>(value, path, 'a rule under `custom`');
    return { claim, expected, refused: mismatch };
  }
  const expected = Array.isArray(value) ? nonEmptyList(value, path, scalar) : [scalar(value, path)];
  return { claim, expected, refused: mismatch };
}

function scalar(value: unknown, path: string): Scalar {
  if (typeof value === 'boolean' || (typeof value === 'string' && value !== '')) return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  refuseValue(path, 'a non-empty string, a number, a boolean, a list of such, or a predicate', value);
}

function judgeClaim(
  { claim, expected, refused }: Expectation,
  claims: Readonly<Record<string, unknown>>,
  { calls }: Subject,
): Verdict {
  if (!Object.hasOwn(claims, claim)) return refused;
  const actual = claims[claim];
  if (typeof expected === 'function') {
    const call = () => calls.once(expected, claim, () => expected(actual));
    return verdictAtOnce('claims', call, (result) => (result === true ? PASSED : refused));
  }
  const passed = Array.isArray(actual)
    ? actual.some((item) => expected.includes(item))
    : expected.includes(actual as Scalar);
  return passed ? PASSED : refused;
}
