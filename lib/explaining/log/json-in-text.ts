/** The JSON objects in a text, in order, whatever stands between them: a line may begin with a time or a stream. */
export function jsonObjectsIn(text: string): readonly object[] {
  const found: object[] = [];
  for (let start = text.indexOf('{'); start !== -1; ) {
    const end = endOfObject(text, start);
    const value = end === -1 ? null : parsed(text.slice(start, end));
    if (value !== null) found.push(value);
    start = text.indexOf('{', value === null ? start + 1 : end);
  }
  return found;
}

/** Longest object that is looked for. CloudWatch Logs takes 1 MB an event; a log line has some 1000 characters. */
const LONGEST = 1_048_576;

/** The index after the brace that closes the one at `start`; -1 if there is none. */
function endOfObject(text: string, start: number): number {
  let depth = 0;
  let isInString = false;
  const last = Math.min(text.length, start + LONGEST);
  for (let at = start; at < last; at += 1) {
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
