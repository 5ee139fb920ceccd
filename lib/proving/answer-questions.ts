import type { GatewayKind } from '../gateways/gateway.ts';
import { isHttpApi } from '../local-gateway/api.ts';
import type { Row } from './compare.ts';
import type { OpenQuestion } from './open-question.ts';
import type { Outcome, Probe } from './probe.ts';

/** What a stage says about an open question. */
export type QuestionAnswer =
  | { readonly kind: 'answered'; readonly answer: string; readonly by: readonly Probe[] }
  /** No request with a clear answer separates the possible answers. */
  | { readonly kind: 'undecided' }
  /** The stage does what no possible answer explains. */
  | { readonly kind: 'contradicted'; readonly by: readonly Probe[] }
  | { readonly kind: 'by hand'; readonly experiment: string };

/** A question about a kind of API, and the answer of the stage. */
export interface AnsweredQuestion {
  readonly question: OpenQuestion;
  readonly result: QuestionAnswer;
}

/** The questions about this kind of API. */
export function questionsFor(questions: readonly OpenQuestion[], kind: GatewayKind): readonly OpenQuestion[] {
  const own = isHttpApi(kind) ? 'HTTP APIs' : 'REST APIs';
  return questions.filter(({ scope }) => scope === own || scope === 'REST and HTTP APIs');
}

/**
 * Answers a question by the rows of which the possible answers have different forecasts.
 *
 * @param outcomes - for each row, the forecast by each possible answer
 */
export function answerQuestion(
  question: OpenQuestion,
  rows: readonly Row[],
  outcomes: readonly (readonly Outcome[])[],
): AnsweredQuestion {
  const { found } = question;
  if (found.kind === 'by hand') return { question, result: found };
  if (found.by === 'route' && rows.some(isOfHiddenRoute)) return { question, result: { kind: 'undecided' } };
  const read = found.by === 'route' ? routeIn : (outcome: Outcome) => outcome;
  const telling = rows.flatMap(({ probe, observed }, at) => {
    const forecasts = (outcomes[at] as readonly Outcome[]).map(read);
    const differ = new Set(forecasts).size > 1;
    return differ && observed.outcome !== 'unclear'
      ? [{ probe, outcome: read(observed.outcome), forecasts }]
      : [];
  });
  const by = telling.map(({ probe }) => probe);
  if (by.length === 0) return { question, result: { kind: 'undecided' } };
  const left = found.answers.filter((_, answer) =>
    telling.every(({ outcome, forecasts }) => forecasts[answer] === outcome),
  );
  const [first] = left;
  if (first === undefined) return { question, result: { kind: 'contradicted', by } };
  const answer = left.map((possible) => possible.answer).join(', or ');
  return { question, result: { kind: 'answered', answer, by } };
}

function routeIn(outcome: Outcome): 'no route' | 'a route' {
  return outcome === 'no route' ? outcome : 'a route';
}

/** Whether the API has a catch-all that the options do not declare: then every path has a route. */
function isOfHiddenRoute({ probe, observed, expected }: Row): boolean {
  const isRouted = observed.outcome !== 'unclear' && observed.outcome !== 'no route';
  return probe.purpose === 'undeclared path' && isRouted && expected.outcome === 'no route';
}
