import type { SourceDocument } from './document.ts';
import { DocumentError } from './document-error.ts';
import type { Path } from './place.ts';

/** Levels of a document of which lines are known: more than any format needs. */
const MAX_DEPTH = 12;

/** @throws {DocumentError} for text that is not JSON */
export function jsonDocument(file: string, text: string): SourceDocument {
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch (error) {
    throw new DocumentError(`${file} is not JSON: ${(error as Error).message}`);
  }
  let lines: ReadonlyMap<string, number> | null = null;
  return {
    file,
    root,
    related: new Map(),
    lineOf(path) {
      lines ??= linesOf(text);
      for (let length = path.length; length > 0; length -= 1) {
        const line = lines.get(keyOf(path.slice(0, length)));
        if (line !== undefined) return line;
      }
      return 1;
    },
  };
}

const keyOf = (path: Path): string => JSON.stringify(path);

/** A token of JSON, or a line feed. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],\n]|[^\s{}[\],:"]+/g;

/** The line of each value, by its path. One pass over the tokens of text that is valid JSON. */
function linesOf(text: string): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  const path: (string | number)[] = [];
  let line = 1;
  let expectsName = false;
  for (const [token] of text.matchAll(TOKEN)) {
    const last = path.length - 1;
    if (token === '\n') line += 1;
    else if (token === '{' || token === '[') {
      path.push(token === '{' ? '' : 0);
      expectsName = token === '{';
      if (token === '[') note(lines, path, line);
    } else if (token === '}' || token === ']') {
      path.pop();
      expectsName = false;
    } else if (token === ',') {
      const key = path[last];
      expectsName = typeof key === 'string';
      if (typeof key === 'number') {
        path[last] = key + 1;
        note(lines, path, line);
      }
    } else if (expectsName) {
      path[last] = JSON.parse(token) as string;
      expectsName = false;
      note(lines, path, line);
    }
  }
  return lines;
}

function note(lines: Map<string, number>, path: Path, line: number): void {
  if (path.length <= MAX_DEPTH) lines.set(keyOf(path), line);
}
