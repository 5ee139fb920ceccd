import { ADDRESS_LISTS_BYTES } from '../gateways/answering/answer-budget.ts';
import { formatCidr } from '../net/cidr.ts';
import { type CidrList, compileCidrs, compileDenied } from '../net/cidr-list.ts';
import { defined } from '../util/defined.ts';
import { refuse } from '../util/option-checks.ts';
import type { Rule } from './rule.ts';
import type { RuleSet } from './rule-sets.ts';

/**
 * The addresses and CIDR blocks of an `ip` rule, for the conditions of a policy. Conditions compare IPv4 and IPv6 apart, so
 * IPv4-mapped blocks are written as IPv4, and denied IPv4 blocks also as the IPv6 blocks that contain them.
 */
export interface IpLists {
  readonly allowedIps?: readonly string[];
  readonly deniedIps?: readonly string[];
}

/**
 * The lists of the `ip` rule, if the same rule applies to every request.
 *
 * @param rules - the option `rules`
 * @param common - that option compiled
 * @param sets - all sets that requests are judged by
 * @throws {OptionError} if no policy can carry the rule
 */
export function ipForAll(rules: unknown, common: RuleSet, sets: readonly RuleSet[]): IpLists {
  const isShared = (rule: Rule) => sets.every((set) => set.rules.includes(rule));
  if (!common.rules.some((rule) => canBeCarried(rule) && isShared(rule))) {
    const advice =
      'needs an enforced `rules.ip` with the gateway as its source that no route replaces or switches off';
    refuse('conditions.sourceIp', advice);
  }
  const { allow, deny } = (rules as { ip: { allow?: readonly string[]; deny?: readonly string[] } }).ip;
  const lists = defined({
    allowedIps: allow && textsOf(compileCidrs(allow, 'rules.ip.allow')),
    deniedIps: deny && textsOf(compileDenied(deny, 'rules.ip.deny')),
  });
  if (JSON.stringify(lists).length > ADDRESS_LISTS_BYTES) {
    refuse(
      'conditions.sourceIp',
      `is for short lists: at most ${ADDRESS_LISTS_BYTES} bytes fit into a policy`,
    );
  }
  return lists;
}

/** Each block once: the list may itself name the block of an embedded one. */
function textsOf({ blocks, embedded }: CidrList): readonly string[] {
  return [...new Set([...blocks, ...embedded].map(formatCidr))];
}

/** Whether it is the `ip` rule, which alone reads that input, and is enforced. */
function canBeCarried({ inputs, reportOnly }: Rule): boolean {
  return !reportOnly && inputs.join() === 'source-ip';
}
