import { VERBS, type Verb } from '../routes/route-key.ts';
import type { GroupGlobs } from './grant-solver.ts';
import type { GlobElements } from './segment-glob.ts';

/** From `GET` to `OPTIONS`. */
const LENGTHS = [3, 4, 5, 6, 7];

/**
 * What follows `stage/` in the Allows. Question marks stand for verbs only where the whole group shares its routes. A star
 * for all verbs only where nothing is denied: it would let in methods that no Deny names.
 *
 * @param spelledOut - whether question marks must not stand for verbs
 */
export function allowTails(solved: readonly GroupGlobs[], spelledOut: boolean): readonly string[] {
  const tails = (verbs: readonly Verb[], text: string) =>
    spelledOut ? verbs.map((verb) => `${verb}/${text}`) : tailsFor(verbs, text);
  const isWhole = solved.every(({ allow }) => allow[0]?.[0] === '*' && allow[0].length === 1);
  if (isWhole) return solved.every(({ deny }) => deny.length === 0) ? ['*'] : tails(VERBS, '*');
  return solved.flatMap(({ group, allow }) => allow.flatMap((glob) => tails(group.verbs, textOf(glob))));
}

/**
 * What follows `stage/` in the Denies.
 *
 * @param anyVerb - whether the glob may be written for any verb at once; `*` crosses `/` there too
 */
export function denyTails(
  solved: readonly GroupGlobs[],
  anyVerb: (glob: GlobElements) => boolean,
): readonly string[] {
  const verbsOf = new Map<string, { glob: GlobElements; verbs: Verb[] }>();
  for (const { group, deny } of solved) {
    for (const glob of deny) {
      const text = textOf(glob);
      const known = verbsOf.get(text) ?? { glob, verbs: [] };
      known.verbs.push(...group.verbs);
      verbsOf.set(text, known);
    }
  }
  return [...verbsOf].flatMap(([text, { glob, verbs }]) => {
    if (text === '*' && verbs.length === VERBS.length) return ['*'];
    const tails = tailsFor(verbs, text);
    return tails.length > 1 && anyVerb(glob) ? [`*/${text}`] : tails;
  });
}

function textOf(glob: GlobElements): string {
  return glob.join('/');
}

/** Verbs of the same length together: as many question marks match them and no other verb that API Gateway routes. */
function tailsFor(verbs: readonly Verb[], text: string): readonly string[] {
  return LENGTHS.flatMap((length) => {
    const present = VERBS.filter((verb) => verb.length === length && verbs.includes(verb));
    const together = present.length > 1 ? ['?'.repeat(length)] : present;
    return together.map((verb) => `${verb}/${text}`);
  });
}
