import type { Rule } from './rule.ts';

/**
 * Compiles a value, unless an equal one of the same name was compiled before.
 *
 * @param name - of the rule
 */
export type Intern = (name: string, value: unknown, compile: () => Rule) => Rule;

/** Returns one rule for one value, and for values with the same fingerprint. */
export function createInterner(): Intern {
  const byName = new Map<string, Map<unknown, Rule>>();
  const byFingerprint = new Map<string, Rule>();
  return (name, value, compile) => {
    const byValue = byName.get(name) ?? new Map<unknown, Rule>();
    byName.set(name, byValue);
    let rule = byValue.get(value);
    if (rule === undefined) {
      rule = compile();
      const { fingerprint } = rule;
      if (fingerprint !== undefined) {
        rule = byFingerprint.get(fingerprint) ?? rule;
        byFingerprint.set(fingerprint, rule);
      }
      byValue.set(value, rule);
    }
    return rule;
  };
}

/** Returns one list for the same rules in the same order. */
export function createListInterner(): (rules: ReadonlyMap<string, Rule>) => readonly Rule[] {
  const numbers = new Map<Rule, number>();
  const lists = new Map<string, readonly Rule[]>();
  return (rules) => {
    const list = [...rules.values()];
    const name = list
      .map((rule) => {
        const number = numbers.get(rule) ?? numbers.size;
        numbers.set(rule, number);
        return number;
      })
      .join();
    const same = lists.get(name) ?? Object.freeze(list);
    lists.set(name, same);
    return same;
  };
}
