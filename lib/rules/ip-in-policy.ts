import { refuse } from '../util/option-checks.ts';
import type { Rule } from './rule.ts';
import type { RuleSet } from './rule-sets.ts';

/** Addresses and CIDR blocks as an `ip` rule lists them, for the conditions of a policy. */
export interface IpLists {
  readonly allowedIps?: readonly string[];
  readonly deniedIps?: readonly string[];
}

/** Bytes of JSON. A policy states the lists twice, and the whole answer has 8 KB. */
const MAX_BYTES = 1500;

/**
 * The lists of the one `ip` rule that holds everywhere.
 *
 * @param rules - the option `rules`
 * @param common - that option compiled
 * @param sets - all sets that requests are judged by
 * @throws {OptionError} when there is none that a policy could carry
 */
export function ipForAll(rules: unknown, common: RuleSet, sets: readonly RuleSet[]): IpLists {
  const shared = common.rules.find(({ name }) => name === 'ip');
  if (shared === undefined || !canBeCarried(shared) || !sets.every((set) => set.rules.includes(shared))) {
    const advice =
      'needs an enforced `rules.ip` with the gateway as its source that no route replaces or switches off';
    refuse('conditions.sourceIp', advice);
  }
  const { allow, deny } = (rules as { ip: { allow?: readonly string[]; deny?: readonly string[] } }).ip;
  const lists = {
    ...(allow === undefined ? {} : { allowedIps: [...allow] }),
    ...(deny === undefined ? {} : { deniedIps: [...deny] }),
  };
  if (JSON.stringify(lists).length > MAX_BYTES) {
    refuse('conditions.sourceIp', `is for short lists: at most ${MAX_BYTES} bytes fit into a policy`);
  }
  return lists;
}

function canBeCarried({ inputs, reportOnly }: Rule): boolean {
  return !reportOnly && inputs.length === 1 && inputs[0] === 'source-ip';
}
