/** Characters that a reader does not see, or that change the direction of the text around them. */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** The text with invisible characters escaped, as `\u202e`, which JSON and JavaScript allow in strings. */
export function visibleText(text: string): string {
  return text.replace(INVISIBLE, (character) =>
    Array.from({ length: character.length }, (_, at) => {
      return `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`;
    }).join(''),
  );
}
