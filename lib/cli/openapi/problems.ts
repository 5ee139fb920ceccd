import { type OpenApiProblem, problemLine } from '../../openapi/problem.ts';
import { coloured, type Output } from '../output.ts';

/** How many problems of one kind are printed. */
const SHOWN = 20;

/** Writes problems by their kinds, at most 20 of each, and their number. */
export function writeProblems(problems: readonly OpenApiProblem[], err: Output): void {
  for (const kind of new Set(problems.map(({ code }) => code))) {
    const ofKind = problems.filter(({ code }) => code === kind);
    for (const problem of ofKind.slice(0, SHOWN)) {
      err.write(coloured('red', kind), ` ${inOneLine(problemLine(problem))}\n`);
    }
    const rest = ofKind.length - SHOWN;
    if (rest > 0) err.write(coloured('red', kind), ` and ${rest} more: --json lists all\n`);
  }
  if (problems.length > 0) err.write(`${counted(problems.length)}: nothing is written\n`);
}

/** Paths and names of a document may contain line feeds, which would look like further problems. */
function inOneLine(text: string): string {
  return text.replaceAll('\n', '\\u000a');
}

function counted(count: number): string {
  return count === 1 ? '1 problem' : `${count} problems`;
}
