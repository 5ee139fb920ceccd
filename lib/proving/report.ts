import type { AnsweredQuestion } from './answer-questions.ts';
import type { DifferenceKind, Row } from './compare.ts';
import type { Probe } from './probe.ts';
import type { Proof } from './prove.ts';

/** What a difference means and what to do. */
export const DIFFERENCES: Readonly<
  Record<DifferenceKind, { readonly means: string; readonly advice: string }>
> = {
  opens: {
    means: 'The stage lets a request pass that the options refuse.',
    advice:
      'Attach the authorizer to the route. If it is attached, compare the identity sources and the TTL with `identitySources`.',
  },
  missing: {
    means: 'The API has no route for a declared route.',
    advice: 'Remove the route from the options or add it to the API, and check the address and its stage.',
  },
  refuses: {
    means: 'The stage refuses a request that the options allow.',
    advice:
      'Check that the stage runs these options, and compare the identity sources and the TTL with `identitySources`.',
  },
  status: {
    means: 'The stage refuses the request by another status.',
    advice: 'Check the identity sources, the gateway responses and the option `unauthorized`.',
  },
  preflight: {
    means: 'A browser cannot call the route from another origin.',
    advice: 'Configure CORS, or add an OPTIONS route without the authorizer.',
  },
};

/** The request of a probe in one line. */
export function requestText({ method, path }: Pick<Probe, 'method' | 'path'>): string {
  return `${method} ${path}`;
}

/** Names the time of a proof, `2026-11-29T10:00:00Z`. */
export function dateText(date: number): string {
  return new Date(date).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** What the options expect of a request, with the code of the refusal. */
export function expectedText({ expected, fresh }: Row): string {
  const code = fresh.refusal === null || expected.outcome === 'allowed' ? '' : ` (${fresh.refusal})`;
  return `${expected.outcome}${code}${expected.cached ? ', cached' : ''}`;
}

/** What the stage said about a question. */
export function answerText({ result }: AnsweredQuestion): string {
  switch (result.kind) {
    case 'answered':
      return result.answer;
    case 'contradicted':
      return 'none of the possible answers explains this stage';
    case 'undecided':
      return 'not decided by these requests';
    case 'by hand':
      return `By hand: ${result.experiment}`;
  }
}

/** The requests that decided a question. */
export function evidenceOf({ result }: AnsweredQuestion): readonly Probe[] {
  return result.kind === 'answered' || result.kind === 'contradicted' ? result.by : [];
}

/** How many answers were unclear, by reason. */
export function unclearReasons(rows: readonly Row[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { observed } of rows) {
    if (observed.outcome !== 'unclear') continue;
    counts.set(observed.reason, (counts.get(observed.reason) ?? 0) + 1);
  }
  return counts;
}

/** Whether a proof found something: a difference, or a stage of which no answer is clear. */
export function hasFinding({ rows, differences }: Proof): boolean {
  return differences.length > 0 || rows.every(({ observed }) => observed.outcome === 'unclear');
}

/** A proof as JSON. It contains no token. */
export function proofJson(proof: Proof): object {
  const { stage, kind, date, caching, callers, rows, notSent, differences, questions } = proof;
  return {
    stage,
    gateway: kind,
    date: dateText(date),
    caching,
    callers,
    requests: { sent: rows.length, notSent, unclear: Object.fromEntries(unclearReasons(rows)) },
    differences: differences.map(({ kind: difference, row }) => ({
      kind: difference,
      ...DIFFERENCES[difference],
      ...rowJson(row),
    })),
    questions: questions.map((answered) => ({
      id: answered.question.id,
      question: answered.question.question,
      result: answered.result.kind,
      answer: answerText(answered),
      by: evidenceOf(answered).map((probe) => ({ caller: probe.caller, request: requestText(probe) })),
    })),
    answers: rows.map(rowJson),
  };
}

function rowJson({ probe, observed, expected, fresh }: Row): object {
  const { purpose, caller, route } = probe;
  return {
    request: requestText(probe),
    purpose,
    caller,
    route,
    answered: observed.outcome,
    status: observed.status,
    certainty: observed.certainty,
    reason: observed.reason,
    expected: expected.outcome,
    cached: expected.cached,
    judged: fresh.outcome,
    refusal: fresh.refusal,
  };
}
