import { AuthorizerFault } from '../../decision/errors.ts';
import { boolean, nonEmptyList, plainMap, refuse, refuseValue, syncFunc } from '../../util/option-checks.ts';
import type { Rule, Verdict } from '../rule.ts';
import { isPromise, thrown } from './user-function.ts';

/** Decides by a claim's value alone, at once. Anything but `true` is a no. Not asked when the claim is absent. */
export type ClaimPredicate = (value: unknown) => boolean;

type Scalar = string | number | boolean;

interface Expectation {
  readonly claim: string;
  readonly expected: readonly Scalar[] | ClaimPredicate;
  readonly refusal: Verdict;
}

/** Not a claim's name here: `reportOnly` says how the rule is enforced. */
const RESERVED = 'reportOnly';

/**
 * Compiles `claims`: each named claim must be there and have the value, one of the values, or please the predicate. A
 * claim that is an array has a value when it holds it. Names are plain keys, whatever dots, slashes or colons they hold.
 *
 * @throws {OptionError}
 */
export function compileClaims(value: unknown, path: string): Rule {
  const map = plainMap(value, path);
  const names = Object.keys(map).filter((name) => name !== RESERVED);
  if (names.length === 0) refuse(path, 'names no claim; name one, or leave the rule out');
  const expectations = names.map((claim) => parseExpectation(claim, map[claim], `${path}['${claim}']`));
  const reportOnly = Object.hasOwn(map, RESERVED) && boolean(map[RESERVED], `${path}.${RESERVED}`);
  const hasPredicate = expectations.some(({ expected }) => typeof expected === 'function');
  return {
    name: 'claims',
    inputs: [],
    reportOnly,
    ...(hasPredicate
      ? {}
      : { claims: names, fingerprint: `claims ${JSON.stringify({ reportOnly, expectations })}` }),
    judge({ token }): Verdict {
      if (token === null) return { code: 'missing_token', rule: 'claims' };
      for (const expectation of expectations) {
        const verdict = judgeClaim(expectation, token.claims);
        if (verdict !== null) return verdict;
      }
      return null;
    },
  };
}

function parseExpectation(claim: string, value: unknown, path: string): Expectation {
  const refusal = { code: 'claim_mismatch', rule: 'claims', detail: claim } as const;
  if (typeof value === 'function') {
    return { claim, expected: syncFunc<ClaimPredicate>(value, path, 'a rule under `custom`'), refusal };
  }
  const expected = Array.isArray(value) ? nonEmptyList(value, path, scalar) : [scalar(value, path)];
  return { claim, expected, refusal };
}

function scalar(value: unknown, path: string): Scalar {
  if (typeof value === 'boolean' || (typeof value === 'string' && value !== '')) return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  refuseValue(path, 'a non-empty string, a number, a boolean, a list of such, or a predicate', value);
}

function judgeClaim(
  { claim, expected, refusal }: Expectation,
  claims: Readonly<Record<string, unknown>>,
): Verdict {
  if (!Object.hasOwn(claims, claim)) return refusal;
  const actual = claims[claim];
  if (typeof expected === 'function') return ask(expected, actual, refusal);
  const passed = Array.isArray(actual)
    ? actual.some((item) => expected.includes(item))
    : expected.includes(actual as Scalar);
  return passed ? null : refusal;
}

function ask(predicate: ClaimPredicate, actual: unknown, refusal: Verdict): Verdict {
  let answer: unknown;
  let takesTime: boolean;
  try {
    answer = predicate(actual);
    takesTime = isPromise(answer);
  } catch (error) {
    return thrown('claims', error);
  }
  if (takesTime) {
    // Not by its own `then`, which need not behave.
    Promise.resolve(answer).catch(() => undefined);
    const advice = 'a predicate of rule claims returned a promise; use a custom rule for what takes time';
    throw new AuthorizerFault('rule_error', advice, { rule: 'claims' });
  }
  return answer === true ? null : refusal;
}
