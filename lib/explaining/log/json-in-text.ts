/**
 * How many braces that begin no JSON object are tried: in the whole text, and then in each line. It bounds the time for
 * texts with many braces.
 */
const MOST_FAILURES = 20;

/** The JSON objects in a text, in order, whatever stands between them: a line may begin with a time or a stream. */
export function jsonObjectsIn(text: string): readonly object[] {
  const { found, end } = objectsIn(text);
  // After too many failures objects of one line are found, and no longer ones.
  return end === text.length
    ? found
    : [
        ...found,
        ...text
          .slice(end)
          .split('\n')
          .flatMap((line) => objectsIn(line).found),
      ];
}

/** The objects up to the end, or up to where too many braces began none. */
function objectsIn(text: string): { readonly found: object[]; readonly end: number } {
  const found: object[] = [];
  let failures = 0;
  for (let start = text.indexOf('{'); start !== -1; ) {
    const end = endOfObject(text, start);
    const value = end === -1 ? null : parsed(text.slice(start, end));
    if (value === null) failures += 1;
    else found.push(value);
    if (failures > MOST_FAILURES) return { found, end: start };
    start = text.indexOf('{', value === null ? start + 1 : end);
  }
  return { found, end: text.length };
}

/** The index after the brace that closes the one at `start`; -1 if there is none. */
function endOfObject(text: string, start: number): number {
  let depth = 0;
  let isInString = false;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at];
    if (isInString) {
      if (character === '\\') at += 1;
      else if (character === '"') isInString = false;
    } else if (character === '"') isInString = true;
    else if (character === '{') depth += 1;
    else if (character === '}') {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return -1;
}

function parsed(text: string): object | null {
  try {
    return JSON.parse(text) as object;
  } catch {
    return null;
  }
}
