import type { AnsweredQuestion } from './answer-questions.ts';
import type { Difference, Row } from './compare.ts';
import { CALLERS } from './probe.ts';
import type { Proof } from './prove.ts';
import {
  answerText,
  DIFFERENCES,
  dateText,
  evidenceOf,
  expectedText,
  requestText,
  unclearReasons,
} from './report.ts';

/** A proof as a Markdown page. It contains no token. */
export function proofMarkdown(proof: Proof): string {
  const { differences, questions, rows } = proof;
  return `# Proof of ${proof.stage}

${head(proof)}

## Differences

${differences.length === 0 ? 'None.' : differenceTable(differences)}

## Open questions

${questionTable(questions)}

## Declared routes

${routeTable(rows)}

## Other requests

${otherTable(rows)}

## How to read this

- \`allowed\`: the backend answered, by any status that the gateway does not answer itself.
- \`denied 401\`, \`denied 403\`: the gateway refused. REST APIs mark such answers (\`x-amzn-ErrorType\`). HTTP APIs do not: there the body decides, and a backend with the same body looks alike.
- \`no route\`: the API has no route for the method and path.
- \`unclear\`: the answer does not show which of these it is. It counts as no difference.
- \`cached\`: the model of the gateway replays an earlier answer.
`;
}

function head({ date, kind, caching, callers, rows, notSent }: Proof): string {
  const { ttl, identitySources } = caching;
  const cache =
    ttl === 0 ? 'no cache' : `${ttl} s under ${identitySources.map((source) => `\`${source}\``).join(', ')}`;
  const unclear = [...unclearReasons(rows)].map(([reason, count]) => `${count} × ${reason}`);
  return [
    `- Date: ${dateText(date)}`,
    `- API: ${kind}; expected cache: ${cache}`,
    `- Callers with a token: ${callers.join(', ') || 'none'}`,
    `- Requests: ${rows.length} sent${notSent === 0 ? '' : `, ${notSent} left out by the limit`}`,
    `- Unclear answers: ${unclear.join(', ') || 'none'}`,
  ].join('\n');
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n');
}

function differenceTable(differences: readonly Difference[]): string {
  const rows = differences.map(({ kind, row }) => [
    `\`${requestText(row.probe)}\``,
    row.probe.caller,
    row.observed.outcome,
    expectedText(row),
    DIFFERENCES[kind].means,
    DIFFERENCES[kind].advice,
  ]);
  return table(['request', 'caller', 'answered', 'expected', 'what it means', 'what to do'], rows);
}

function questionTable(questions: readonly AnsweredQuestion[]): string {
  const asked = questions.filter(({ result }) => result.kind !== 'by hand');
  const rows = asked.map((answered) => [
    answered.question.question,
    answerText(answered),
    evidenceText(answered),
  ]);
  const left = questions
    .filter(({ result }) => result.kind === 'by hand')
    .map((answered) => `- ${answered.question.question} ${answerText(answered)}`);
  return `${table(['question', 'this stage', 'shown by'], rows)}

No request answers these:

${left.join('\n')}`;
}

/** At most two of the requests that decided. */
function evidenceText(answered: AnsweredQuestion): string {
  const by = evidenceOf(answered);
  const shown = by.slice(0, 2).map((probe) => `\`${requestText(probe)}\` (${probe.caller})`);
  return `${shown.join(', ')}${by.length > 2 ? `, ${by.length - 2} more` : ''}`;
}

/** The first answer to each caller, by route. */
function routeTable(rows: readonly Row[]): string {
  const own = rows.filter(({ probe }) => probe.purpose === 'route');
  const callers = CALLERS.filter((caller) => own.some(({ probe }) => probe.caller === caller));
  const requests = [...new Set(own.map(({ probe }) => requestText(probe)))].sort();
  const lines = requests.map((request) => [
    `\`${request}\``,
    ...callers.map((caller) => {
      const row = own.find(({ probe }) => probe.caller === caller && requestText(probe) === request);
      return row?.observed.outcome ?? '';
    }),
  ]);
  return table(['request', ...callers], lines);
}

function otherTable(rows: readonly Row[]): string {
  const others = rows.filter(({ probe }) => !probe.purpose.startsWith('route'));
  const lines = others.map((row) => [
    `\`${requestText(row.probe)}\``,
    row.probe.purpose,
    row.probe.caller,
    row.observed.outcome,
    expectedText(row),
  ]);
  return table(['request', 'why', 'caller', 'answered', 'expected'], lines);
}
