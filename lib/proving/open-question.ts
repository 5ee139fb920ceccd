import type { ModelChange } from './forecast.ts';

/** One possible answer to a question, and the model of a gateway of which it is true. */
export interface PossibleAnswer {
  readonly answer: string;
  readonly model: ModelChange;
}

/** Which APIs a question is about. */
export type QuestionScope = 'REST and HTTP APIs' | 'REST APIs' | 'HTTP APIs' | 'other APIs';

/** Something about AWS that its documentation does not settle, and on which decisions of this package rest. */
export interface OpenQuestion {
  readonly id: string;
  readonly scope: QuestionScope;
  readonly question: string;
  /** What goes wrong if this package has it wrong. */
  readonly matters: string;
  /** What this package does so that neither answer opens anything. */
  readonly safeSide: string;
  /** How to find the answer: by probes, of which each possible answer has another forecast, or by hand. */
  readonly found:
    | {
        readonly kind: 'by prove';
        /** Whether only the route of a request counts, or its outcome. */
        readonly by: 'route' | 'outcome';
        readonly answers: readonly PossibleAnswer[];
      }
    | { readonly kind: 'by hand'; readonly experiment: string };
}

type Possible = readonly [answer: string, model: ModelChange];

/** Answered by probes whose outcomes have different forecasts. */
export function byOutcome(...answers: readonly Possible[]): OpenQuestion['found'] {
  return { kind: 'by prove', by: 'outcome', answers: answers.map(([answer, model]) => ({ answer, model })) };
}

/** Answered by probes whose routes have different forecasts. */
export function byRoute(...answers: readonly Possible[]): OpenQuestion['found'] {
  return { kind: 'by prove', by: 'route', answers: answers.map(([answer, model]) => ({ answer, model })) };
}

/** Answered by an experiment that `prove` cannot make. */
export function byHand(experiment: string): OpenQuestion['found'] {
  return { kind: 'by hand', experiment };
}
