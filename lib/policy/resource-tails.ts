import type { GroupGlobs } from './grant-solver.ts';
import { VERBS, type Verb } from './route-automaton.ts';
import type { GlobElements } from './segment-glob.ts';

/** Verbs of the same length: as many question marks match them and no other verb that API Gateway routes. */
const SAME_LENGTH: readonly { readonly marks: string; readonly verbs: readonly Verb[] }[] = [
  { marks: '???', verbs: ['GET', 'PUT'] },
  { marks: '????', verbs: ['HEAD', 'POST'] },
  { marks: '?????', verbs: ['PATCH'] },
  { marks: '??????', verbs: ['DELETE'] },
  { marks: '???????', verbs: ['OPTIONS'] },
];

/**
 * What follows `stage/` in the Allows. Question marks stand for verbs only where the whole group shares its routes.
 *
 * @param spelledOut - whether question marks must not stand for verbs
 */
export function allowTails(solved: readonly GroupGlobs[], spelledOut: boolean): readonly string[] {
  if (solved.every(({ allow }) => allow[0]?.[0] === '*' && allow[0].length === 1)) return ['*'];
  const tails = (verbs: readonly Verb[], text: string) =>
    spelledOut ? verbs.map((verb) => `${verb}/${text}`) : tailsFor(verbs, text);
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

function tailsFor(verbs: readonly Verb[], text: string): readonly string[] {
  return SAME_LENGTH.flatMap(({ marks, verbs: alike }) => {
    const present = alike.filter((verb) => verbs.includes(verb));
    const together = present.length > 1 ? [marks] : present;
    return together.map((verb) => `${verb}/${text}`);
  });
}
