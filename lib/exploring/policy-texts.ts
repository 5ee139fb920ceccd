/** Bytes that an answer may have: API Gateway's limit for authorizers. */
export { ANSWER_BYTES } from '../gateways/answering/answer-budget.ts';

/** What a document does with a route. */
export type StateLetter = 'a' | 'd' | 'i';

/** A sign and a text for each state: colour alone would not do. */
export const STATES: Readonly<Record<StateLetter, { readonly mark: string; readonly text: string }>> = {
  a: { mark: '✓', text: 'allowed' },
  d: { mark: '✕', text: 'denied explicitly' },
  i: { mark: '–', text: 'denied implicitly' },
};

export const COVERAGE = {
  all: 'The policy covers all routes of this caller.',
  some: 'The policy covers some routes of this caller: a cache denies the others.',
  route: 'The policy covers the route of the request only: a cache denies all others.',
} as const;

/** How many routes are in each state, for the states that occur. */
export function countsOf(
  cached: string,
): readonly { readonly letter: StateLetter; readonly count: number }[] {
  const letters = Object.keys(STATES) as StateLetter[];
  const counts = letters.map((letter) => ({ letter, count: cached.split(letter).length - 1 }));
  return counts.filter(({ count }) => count > 0);
}
