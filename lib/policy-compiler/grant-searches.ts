import { type RememberedSearch, rememberedSearch } from './glob-hits.ts';
import { type Grant, STATUS } from './grant.ts';
import type { StepBudget } from './step-budget.ts';

/** The searches that one grant needs. They remember what they found, so one document is compiled with the same ones. */
export interface GrantSearches {
  readonly closed: RememberedSearch;
  /** Searches for labels of at least this status. */
  readonly from: (status: number) => RememberedSearch;
}

export function grantSearches(grant: Grant, budget: StepBudget): GrantSearches {
  const searches = new Map<number, RememberedSearch>();
  return {
    closed: rememberedSearch((label) => grant(label) === STATUS.closed, budget),
    from(status) {
      const search = searches.get(status) ?? rememberedSearch((label) => grant(label) >= status, budget);
      searches.set(status, search);
      return search;
    },
  };
}
