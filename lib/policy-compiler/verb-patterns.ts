import { VERBS } from '../routes/route-key.ts';
import { OTHER } from './route-automaton.ts';

/** A set of verbs, one bit each. */
export type VerbSet = number;

const NAMES: readonly string[] = [...VERBS, OTHER];

/** Every method, those included that no route key can name. */
export const ALL_VERBS: VerbSet = (1 << NAMES.length) - 1;

export function verbSetOf(verbs: readonly string[]): VerbSet {
  return verbs.reduce((set, verb) => set | (1 << NAMES.indexOf(verb)), 0);
}

/** What stands for verbs in a resource. */
export interface VerbPattern {
  readonly text: string;
  readonly verbs: VerbSet;
}

/** A star also matches a verb and the beginning of a path: it crosses `/`. */
const ANY_VERB: VerbPattern = { text: '*', verbs: ALL_VERBS };
const WITH_P: VerbPattern = { text: 'P*', verbs: verbSetOf(['POST', 'PUT', 'PATCH', OTHER]) };
/** As many question marks match these verbs and no other verb that API Gateway routes. */
const OF_THREE: VerbPattern = { text: '???', verbs: verbSetOf(['GET', 'PUT']) };
const OF_FOUR: VerbPattern = { text: '????', verbs: verbSetOf(['HEAD', 'POST']) };
const SINGLE: readonly VerbPattern[] = VERBS.map((verb) => ({
  text: verb,
  verbs: verbSetOf([verb]),
}));

/** Whether the set has several verbs. */
function isSeveral(set: VerbSet): boolean {
  return (set & (set - 1)) !== 0;
}

/**
 * The fewest patterns for a set of verbs. {@link OTHER} is matched by patterns that cross only: nothing else can name it.
 *
 * @param mayCross - whether a pattern that crosses may stand before the glob at hand
 */
export function patternsFor(
  verbs: VerbSet,
  mayCross: (pattern: VerbPattern) => boolean,
): readonly VerbPattern[] {
  if (isSeveral(verbs) && mayCross(ANY_VERB)) return [ANY_VERB];
  const found: VerbPattern[] = [];
  let left = verbs & ~verbSetOf([OTHER]);
  const take = (pattern: VerbPattern) => {
    found.push(pattern);
    left &= ~pattern.verbs;
  };
  if (isSeveral(left & WITH_P.verbs) && mayCross(WITH_P)) take(WITH_P);
  for (const pattern of [OF_THREE, OF_FOUR]) if ((left & pattern.verbs) === pattern.verbs) take(pattern);
  for (const pattern of SINGLE) if ((left & pattern.verbs) !== 0) take(pattern);
  return found;
}

/** For the stage `*`: every verb by its name. */
export function namesOf(verbs: VerbSet): readonly VerbPattern[] {
  return SINGLE.filter((pattern) => (verbs & pattern.verbs) !== 0);
}

/** Characters that a resource has besides its verb and its path, in the short form. */
const OVERHEAD = 43;

/** Numbers of characters of the verbs and their slashes, by set of verbs, as far as they were needed. */
const verbLengths: (readonly number[] | undefined)[] = [];

function verbLengthsOf(verbs: VerbSet): readonly number[] {
  verbLengths[verbs] ??= patternsFor(verbs, () => false).map(({ text }) => text.length + 1);
  return verbLengths[verbs];
}

/** The characters of a glob's resources. */
export function sizeOf(text: string, verbs: VerbSet): number {
  let size = 0;
  for (const length of verbLengthsOf(verbs)) size += length + text.length + OVERHEAD;
  return size;
}
