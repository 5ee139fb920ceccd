import { AuthorizerFault } from '../decision/errors.ts';
import type { Rule, Verdict } from './rule.ts';

/**
 * A rule that has something to report without refusing the request: a rule with `reportOnly` that would have refused, or
 * a rule of another route whose function threw while the policy for that route was decided.
 */
export interface RuleReport {
  readonly rule: string;
  /** The refusal's code, or `rule_error` if the rule's function threw. */
  readonly code: string;
  /** A route that has the rule; only for a rule that was judged for the policy, not for the request. */
  readonly route?: string;
  /** What the function threw. */
  readonly cause?: unknown;
}

/** Reports a verdict that is not to refuse the request. */
export function reportOn({ name }: Rule, verdict: Exclude<Verdict, { kind: 'passed' }>): RuleReport {
  if (verdict.kind === 'refused') return { rule: name, code: verdict.refusal.code };
  const { error } = verdict;
  return {
    rule: name,
    code: 'rule_error',
    cause: (error instanceof AuthorizerFault ? error.cause : undefined) ?? error,
  };
}
