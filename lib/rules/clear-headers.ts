import { isAmbiguous } from '../gateways/reading/headers.ts';
import { type Rule, refused } from './rule.ts';

const HEADER = 'header:';

/**
 * Adds to a rule that reads headers the refusal of requests in which one of them is ambiguous (`ambiguous_header`). Other
 * rules are returned as they are.
 */
export function withClearHeaders(rule: Rule): Rule {
  const refusals = rule.inputs
    .filter((input) => input.startsWith(HEADER))
    .map((input) => {
      const name = input.slice(HEADER.length);
      const detail = `the header ${name} is in the event in two spellings or with two values`;
      return { name, verdict: refused({ code: 'ambiguous_header', rule: rule.name, detail }) };
    });
  if (refusals.length === 0) return rule;
  return {
    ...rule,
    judge(subject, findings) {
      const { headers } = subject.request;
      const refusal = refusals.find(({ name }) => isAmbiguous(headers, name));
      return refusal === undefined ? rule.judge(subject, findings) : refusal.verdict;
    },
  };
}
