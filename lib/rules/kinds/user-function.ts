import { AuthorizerFault, Refused } from '../../decision/errors.ts';
import { isObject } from '../../util/is-object.ts';
import type { Verdict } from '../rule.ts';

/** How what a user's function threw ends: `Unauthorized` and `Forbidden` refuse, all else is a fault. */
export function thrown(rule: string, error: unknown): Verdict {
  if (error instanceof Refused) return { ...error.refusal, rule };
  throw new AuthorizerFault('rule_error', `the function of rule ${rule} threw`, { cause: error, rule });
}

export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return isObject(value) && typeof value['then'] === 'function';
}
