import type { VerifiedToken } from '../token/verified-token.ts';
import { type Rule, refused, type Verdict } from './rule.ts';
import type { UserCalls } from './user-calls.ts';

/** A rule that reads the token alone, so that policies cached under the token may carry its verdict. */
interface TokenRule extends Omit<Rule, 'inputs' | 'judge'> {
  judge(token: VerifiedToken, calls: UserCalls): Verdict;
}

/**
 * Makes a rule of one over the token.
 *
 * @param withoutToken - the verdict on a request without a token; by default it is refused (`missing_token`)
 */
export function tokenRule(
  { judge, ...rule }: TokenRule,
  withoutToken: Verdict = refused({ code: 'missing_token', rule: rule.name }),
): Rule {
  return {
    ...rule,
    inputs: [],
    judge: ({ token, calls }) => (token === null ? withoutToken : judge(token, calls)),
  };
}
