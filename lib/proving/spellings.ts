/** Other spellings of a path that a gateway may take for the same path. */
export const SPELLINGS = [
  'final slash',
  'other case',
  'double slash',
  'encoded slash',
  'final space',
  'star',
] as const;
export type Spelling = (typeof SPELLINGS)[number];

/** Each spelling of a path that can be made from it. The root has none that differs by its segments. */
export function spellingsOf(path: string): readonly (readonly [Spelling, string])[] {
  const last = path.lastIndexOf('/');
  const [head, tail] = [path.slice(0, last), path.slice(last + 1)];
  const spellings: readonly (readonly [Spelling, string])[] = [
    ['final slash', tail === '' ? head : `${path}/`],
    ['other case', swapCase(path)],
    ['double slash', `${head}//${tail}`],
    ['encoded slash', head === '' ? `${path}%2F` : `${head}%2F${tail}`],
    ['final space', `${path}%20`],
    ['star', `${head}/*`],
  ];
  return spellings.filter(([, text]) => text.startsWith('/') && text !== path);
}

/** The path in upper case, or in lower case if it is in upper case. What is percent-encoded stays. */
function swapCase(path: string): string {
  const isUpper = !/[a-z]/.test(path.replace(ENCODED, ''));
  return path.replace(/%[0-9A-Fa-f]{2}|[A-Za-z]/g, (text) => {
    if (text.length > 1) return text;
    return isUpper ? text.toLowerCase() : text.toUpperCase();
  });
}

const ENCODED = /%[0-9A-Fa-f]{2}/g;
