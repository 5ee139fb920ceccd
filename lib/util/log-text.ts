import { isPlain } from './kind-of.ts';
import { visibleText } from './visible-text.ts';

/**
 * Control characters that JSON leaves as they are (C1), and characters that are invisible or change the direction of text:
 * a part of what {@link visibleText} escapes, without the joiners of letters and emoji.
 */
const HARMFUL = /[\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/;

/**
 * The object with harmful characters escaped in its texts, as `\u202e`, so that no reader of a log is misled. The same object
 * if it has none, which is quick to find. Errors stay as they are.
 *
 * @param names - the members to look at, at best those whose text comes from outside
 */
export function harmless<Line extends object>(
  line: Line,
  names: readonly string[] = Object.keys(line),
): Line {
  let copy: Record<string, unknown> | undefined;
  for (const name of names) {
    const value = (line as Record<string, unknown>)[name];
    if (value === undefined) continue;
    const clean = harmlessValue(value);
    if (clean === value) continue;
    copy ??= { ...line } as Record<string, unknown>;
    copy[name] = clean;
  }
  return (copy as Line | undefined) ?? line;
}

function harmlessValue(value: unknown): unknown {
  if (typeof value === 'string') return HARMFUL.test(value) ? visibleText(value) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const clean = value.map(harmlessValue);
    return clean.every((item, index) => item === value[index]) ? value : clean;
  }
  return isPlain(value) ? harmless(value as object) : value;
}
