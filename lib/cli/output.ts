import { visibleText } from '../util/visible-text.ts';

const COLOURS = { red: 31, green: 32, yellow: 33, cyan: 36, bold: 1, dim: 2 } as const;

/** Text in a colour, if the output has colours. */
export interface Coloured {
  readonly colour: keyof typeof COLOURS;
  readonly text: string;
}

/** Where a command writes. Escapes what a terminal obeys, whatever the text contains. */
export interface Output {
  write(...parts: readonly (string | Coloured)[]): unknown;
}

/** A stream as Node.js has it. */
export interface Stream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

/** The environment variables that switch colours on and off. */
export interface ColourEnvironment {
  readonly NO_COLOR?: string | undefined;
  readonly FORCE_COLOR?: string | undefined;
  readonly TERM?: string | undefined;
}

/**
 * The text in a colour, where the output has colours.
 *
 * @example
 * out.write(coloured('red', 'deny'), ' ', route, '\n');
 */
export function coloured(colour: Coloured['colour'], text: string): Coloured {
  return { colour, text };
}

/** The output for a stream: in colours on a terminal only, and never with a character that a terminal obeys. */
export function outputTo(stream: Stream, environment: ColourEnvironment): Output {
  const inColours = hasColours(stream, environment);
  const shown = (part: string | Coloured) => {
    if (typeof part === 'string') return printable(part);
    const text = printable(part.text);
    return inColours ? `\u001b[${COLOURS[part.colour]}m${text}\u001b[0m` : text;
  };
  return { write: (...parts) => stream.write(parts.map(shown).join('')) };
}

/**
 * Whether the output has colours. `FORCE_COLOR` and `NO_COLOR` come before what the stream is; an empty variable is as
 * good as none.
 *
 * @see https://no-color.org
 */
function hasColours({ isTTY = false }: Stream, { NO_COLOR, FORCE_COLOR, TERM }: ColourEnvironment): boolean {
  if (FORCE_COLOR) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  return !NO_COLOR && isTTY && TERM !== 'dumb';
}

/**
 * The text without what a terminal would obey: control characters, C1, bidirectional and other invisible characters are
 * escaped as `\u202e`, which JSON and JavaScript allow in strings. Line feeds stay.
 */
export function printable(text: string): string {
  return text.split('\n').map(visibleText).join('\n');
}
