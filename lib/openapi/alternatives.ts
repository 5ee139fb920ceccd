/** Names of which a caller needs all of one alternative: an OR of ANDs. */
export type Alternatives = readonly ReadonlySet<string>[];

/** The names that a rule requires: all of `all`, and one of `any` unless that is empty. */
export interface Factored {
  readonly all: readonly string[];
  readonly any: readonly string[];
}

/**
 * Turns an OR of ANDs into one AND with at most one OR in it, which is what the rule `scopes` can say:
 * `(a and b) or (a and c)` is `a and (b or c)`.
 *
 * @param alternatives - at least one
 * @returns `null` if there is no such form: `(a and b) or c`
 */
export function factored(alternatives: Alternatives): Factored | null {
  const least = withoutSupersets(alternatives);
  const [first, ...others] = least as [ReadonlySet<string>, ...ReadonlySet<string>[]];
  const all = [...first].filter((name) => others.every((other) => other.has(name)));
  if (others.length === 0) return { all, any: [] };
  const rests = least.map((names) => [...names].filter((name) => !all.includes(name)));
  return rests.every((rest) => rest.length === 1) ? { all, any: rests.flat() } : null;
}

/** The alternatives that no other one includes: `a or (a and b)` is `a`. */
function withoutSupersets(alternatives: Alternatives): Alternatives {
  return alternatives.filter((names, index) =>
    alternatives.every((other, at) => {
      if (at === index || ![...other].every((name) => names.has(name))) return true;
      // Of two equal alternatives, the first stays.
      return other.size === names.size && index < at;
    }),
  );
}

/** The opposite: the alternatives that together mean the same. */
export function alternativesOf({ all, any }: Factored): readonly (readonly string[])[] {
  return any.length === 0 ? [all] : any.map((name) => [...all, name]);
}
