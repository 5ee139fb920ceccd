import { AuthorizerFault, isRefused } from '../../decision/errors.ts';
import { isObject } from '../../util/is-object.ts';
import { faulted, refused, type Verdict } from '../rule.ts';

/**
 * Calls a function of the options and turns what it returns into a verdict, at once or when its promise settles. If it
 * throws `Unauthorized` or `Forbidden`, the rule refuses; if it throws anything else, the verdict is a fault.
 *
 * @param rule - the rule's name
 */
export function verdictOf(
  rule: string,
  call: () => unknown,
  verdictOn: (result: unknown) => Verdict,
): Verdict | Promise<Verdict> {
  try {
    const result = call();
    if (!isPromise(result)) return verdictOn(result);
    // Never rejects: a rejection that nobody handles would end the process.
    return Promise.resolve(result).then(verdictOn, (error: unknown) => thrown(rule, error));
  } catch (error) {
    return thrown(rule, error);
  }
}

/** {@link verdictOf} for a function that must return at once: a promise is a fault. */
export function verdictAtOnce(
  rule: string,
  call: () => unknown,
  verdictOn: (result: unknown) => Verdict,
): Verdict {
  const verdict = verdictOf(rule, call, verdictOn);
  if (!(verdict instanceof Promise)) return verdict;
  const advice = `the function of rule ${rule} returned a promise; use a custom rule for what takes time`;
  return faulted(new AuthorizerFault('rule_error', advice, { rule }));
}

function thrown(rule: string, error: unknown): Verdict {
  if (isRefused(error)) return refused({ ...error.refusal, rule });
  return faulted(
    new AuthorizerFault('rule_error', `the function of rule ${rule} threw`, { cause: error, rule }),
  );
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return isObject(value) && typeof value['then'] === 'function';
}
