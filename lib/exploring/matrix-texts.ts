import type { ExploredAnswer, ExploredColumn, ExploredVerdict } from './exploration.ts';

/** What a cell of the matrix shows. */
export interface MatrixCell {
  /** `allow`, or the code. */
  readonly text: string;
  /** For the colour: `allow`, `deny-401`, `deny-403`, `fault`. */
  readonly kind: string;
  /** What a cached answer does if it does something else; `null` if it does the same, or nothing is cached. */
  readonly cached: 'allows' | 'denies' | null;
}

/** The cell of a route in a caller's column. */
export function matrixCell(
  { fresh, answer }: ExploredColumn,
  route: number,
  verdicts: readonly ExploredVerdict[],
): MatrixCell {
  const verdict = verdicts[fresh[route] as number] as ExploredVerdict;
  const isAllowed = verdict.kind === 'allow';
  const text = isAllowed ? 'allow' : verdict.code;
  const kind = verdict.kind === 'deny' ? `deny-${verdict.status}` : verdict.kind;
  const repeated = repeatedVerdict(answer, route);
  const differs = repeated !== null && repeated !== isAllowed;
  return { text, kind, cached: differs ? (isAllowed ? 'denies' : 'allows') : null };
}

/** Whether the cached answer lets the route pass; `null` if nothing is cached. */
function repeatedVerdict(answer: ExploredAnswer, route: number): boolean | null {
  switch (answer.kind) {
    case 'policy':
      return answer.cached[route] === 'a';
    case 'simple':
      return answer.allows;
    case 'none':
      return null;
  }
}

/** A sentence on a fresh verdict: who decided, and why. */
export function reasonOf(verdict: ExploredVerdict): string {
  switch (verdict.kind) {
    case 'allow':
      return verdict.unless.length === 0
        ? 'All rules pass.'
        : `Passes unless ${verdict.unless.join(' or ')} refuses: the page does not call ${verdict.unless.length > 1 ? 'them' : 'it'}.`;
    case 'deny': {
      const rule = verdict.rule === null ? '' : `Rule ${verdict.rule}. `;
      const detail = verdict.detail === null ? '' : `${sentence(verdict.detail)} `;
      return `${rule}${detail}${verdict.advice}`;
    }
    case 'fault':
      return `${verdict.rule === null ? '' : `Rule ${verdict.rule}. `}${verdict.advice}`;
  }
}

/** A sentence on what a cached answer does with the route, if the token alone is the cache key. */
export function cachedText(
  cell: MatrixCell,
  answer: ExploredAnswer,
  keyOf: (route: number) => string,
): string {
  if (answer.kind === 'none') return answer.reason;
  const source = `the cached answer to ${keyOf(answer.request)}`;
  if (cell.cached === null) return `The same from the cache (${source}).`;
  return `Under the token alone, ${source} ${cell.cached} it. Make the route part of the cache key, or do not cache.`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
