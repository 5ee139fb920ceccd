import type { Judging } from '../rules/judging.ts';
import type { Rule, Verdict } from '../rules/rule.ts';
import { defined } from '../util/defined.ts';
import type { ExplainedRule } from './explanation.ts';

/**
 * The rules that apply to a request, each with its verdict. A rule that was not judged, because an earlier one ended the
 * judging, is judged now, unless it calls a function of the options that no other verdict needs.
 *
 * @param isJudged - whether the chain judged the rules; if not, the token was refused before
 * @param optionOf - the dotted path of the option that declares a rule
 */
export function judgedRules(
  judging: Judging,
  isJudged: boolean,
  optionOf: (rule: string) => string | null,
): readonly ExplainedRule[] {
  const { rules, verdicts } = judging;
  if (rules.kind === 'refused') return [];
  const needsToken = judging.token === null && rules.token === 'required';
  return rules.rules.map((rule, index) => {
    const verdict = verdicts[index];
    const optionPath = optionOf(rule.name);
    if (verdict !== undefined) return explained(rule, optionPath, verdict, 'judged');
    if (!isJudged || needsToken || rule.inputs.includes('anything')) {
      return explained(rule, optionPath, null, 'no');
    }
    return explained(rule, optionPath, judgeAfter(rule, judging), 'after');
  });
}

/**
 * Its findings are not those of the request. Never a promise: a rule that may take time reads `anything`. Never an exception:
 * rules turn what a function of the options throws into a verdict.
 */
function judgeAfter(rule: Rule, judging: Judging): Verdict {
  return rule.judge(judging, { clientIp: judging.request.clientIp, country: null }) as Verdict;
}

function explained(
  { name, inputs, reportOnly }: Rule,
  option: string | null,
  verdict: Verdict | null,
  judged: ExplainedRule['judged'],
): ExplainedRule {
  const refusal = verdict?.kind === 'refused' ? verdict.refusal : null;
  return defined({
    rule: name,
    option,
    verdict: verdict === null ? ('not reached' as const) : verdict.kind,
    enforced: !reportOnly,
    judged,
    code: refusal?.code,
    detail: refusal?.detail,
    reads: inputs,
  });
}
