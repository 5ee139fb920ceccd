import { isObject } from '../../util/is-object.ts';
import { csvRows } from './csv.ts';
import { jsonObjectsIn } from './json-in-text.ts';

type Members = Readonly<Record<string, unknown>>;

/** The lines of this package in a log. */
export interface LogLines {
  /** Lines of decisions. */
  readonly decisions: readonly Members[];
  /** Lines with another message of this package, such as `authorizer set-up`. */
  readonly notices: readonly Members[];
  /** Metrics of decisions (CloudWatch EMF). */
  readonly metrics: readonly Members[];
}

/** How deep an export wraps its lines at most. */
const DEEPEST = 8;

/**
 * Finds the lines of this package in a text: lines of the log with whatever stands before them, the output of `aws logs tail`,
 * `filter-log-events` or `get-query-results`, and exports of Logs Insights as JSON or CSV.
 */
export function logLinesIn(text: string): LogLines {
  const lines = { decisions: [] as Members[], notices: [] as Members[], metrics: [] as Members[] };
  const collect = (value: unknown, depth: number): void => {
    if (depth > DEEPEST) return;
    if (typeof value === 'string') {
      for (const found of jsonObjectsIn(value)) collect(found, depth + 1);
      return;
    }
    if (!isObject(value)) return;
    const members = withoutFieldPairs(value);
    const kind = kindOfLine(members);
    if (kind === null) for (const member of Object.values(members)) collect(member, depth + 1);
    else lines[kind].push(members);
  };
  for (const part of csvRows(text) ?? parsedWhole(text) ?? jsonObjectsIn(text)) collect(part, 0);
  return lines;
}

/** A JSON list is one value; a text with several JSON objects is none. */
function parsedWhole(text: string): readonly unknown[] | null {
  try {
    return [JSON.parse(text)];
  } catch {
    return null;
  }
}

/** The answer of `get-query-results` has each row as a list of `{ field, value }`. */
function withoutFieldPairs(value: Members): Members {
  if (!Array.isArray(value) || !value.every((pair) => isObject(pair) && typeof pair['field'] === 'string')) {
    return value;
  }
  return Object.fromEntries(value.map((pair: Members) => [pair['field'], pair['value']]));
}

const OUTCOMES: readonly unknown[] = ['allow', 'deny', 'fault'];

function kindOfLine(line: Members): keyof LogLines | null {
  if (isObject(line['_aws'])) return 'metrics';
  if (OUTCOMES.includes(line['decision'])) return 'decisions';
  const { message } = line as { message?: unknown };
  return typeof message === 'string' && /^authorizer [a-z]/.test(message) ? 'notices' : null;
}
