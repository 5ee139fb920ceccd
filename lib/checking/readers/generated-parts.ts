import type { OpenQuestion } from '../deployed-api.ts';
import type { Cursor } from '../documents/cursor.ts';

/**
 * The members of a map, of resources or events for example, that the deployment makes: by a macro or a loop among the
 * members (`Fn::Transform`, `Fn::ForEach::Name`), by a condition in the place of one, or all of them. They may be routes.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html
 */
export function generatedParts(map: Cursor): readonly OpenQuestion[] {
  if (map.undecided !== null) return [questionOn(map, map.undecided.text)];
  return map.members.flatMap(([name, { undecided, place }]) => {
    if (name.startsWith('Fn::')) return [questionOn({ place }, name)];
    return undecided === null ? [] : [questionOn({ place }, undecided.text)];
  });
}

/** Whether the deployment may add members to a map: the document lacks it, or a macro or a loop is among its members. */
export function hasGeneratedMembers({ undecided, members }: Cursor): boolean {
  return undecided !== null || members.some(([name]) => name.startsWith('Fn::'));
}

function questionOn({ place }: Pick<Cursor, 'place'>, maker: string): OpenQuestion {
  return { place, text: `What ${maker} makes here, perhaps a route, is not in the document` };
}
