const STAR = 42;
const QUESTION = 63;
const DOLLAR = 36;

/**
 * Whether an IAM pattern matches the whole text.
 *
 * - `*` matches any run of characters, also an empty one, and `/` and `:` too. `?` matches exactly one character.
 * - With `variables` (Version 2012-10-17), `${*}`, `${?}` and `${$}` match those characters themselves. The pattern must
 *   have no other `${...}`: see {@link unknownVariableIn}.
 *
 * Time is bounded by the product of the two lengths.
 */
export function matchesGlob(pattern: string, text: string, variables: boolean): boolean {
  let at = 0;
  let from = 0;
  let afterStar = -1;
  let retryFrom = 0;
  while (from < text.length) {
    const code = pattern.charCodeAt(at);
    if (code === STAR) {
      afterStar = ++at;
      retryFrom = from;
      continue;
    }
    const width = code === DOLLAR && variables ? escapeWidth(pattern, at) : 1;
    const wanted = width === 4 ? pattern.charCodeAt(at + 2) : code;
    if (code === QUESTION || wanted === text.charCodeAt(from)) {
      at += width;
      from++;
    } else if (afterStar >= 0) {
      // The last star takes one more character. Earlier stars need no second try.
      at = afterStar;
      retryFrom = nextPlace(pattern, afterStar, text, retryFrom + 1);
      if (retryFrom === -1) return false;
      from = retryFrom;
    } else {
      return false;
    }
  }
  while (pattern.charCodeAt(at) === STAR) at++;
  return at === pattern.length;
}

/** Where matching goes on after a star: at the next occurrence of the pattern's next character, if that is a plain one. */
function nextPlace(pattern: string, at: number, text: string, from: number): number {
  const wanted = pattern[at];
  if (wanted === undefined || wanted === '?' || wanted === '$') return from;
  return text.indexOf(wanted, from);
}

/** The length of `${*}`, `${?}` and `${$}`, which is 4; else 1. */
function escapeWidth(pattern: string, at: number): 1 | 4 {
  const code = pattern.charCodeAt(at + 2);
  const special = code === STAR || code === QUESTION || code === DOLLAR;
  return special && pattern[at + 1] === '{' && pattern[at + 3] === '}' ? 4 : 1;
}

/** The first `${...}` that is no escape of a character, as it stands in the pattern; `null` if there is none. */
export function unknownVariableIn(pattern: string): string | null {
  let at = pattern.indexOf('${');
  while (at >= 0) {
    const width = escapeWidth(pattern, at);
    if (width === 1) return (/^[^}]*\}?/.exec(pattern.slice(at)) as RegExpExecArray)[0];
    at = pattern.indexOf('${', at + width);
  }
  return null;
}
