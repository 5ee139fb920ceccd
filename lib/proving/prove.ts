import type { GatewayKind } from '../gateways/gateway.ts';
import { isHttpApi } from '../local-gateway/api.ts';
import { type AnsweredQuestion, answerQuestion, questionsFor } from './answer-questions.ts';
import { type Difference, differencesIn, type Row } from './compare.ts';
import { type Forecast, Forecaster, type ForecastSettings, type ModelChange } from './forecast.ts';
import { AS_MODELLED, NOT_CACHED, WITH_CATCH_ALL } from './model-changes.ts';
import { observe } from './observe.ts';
import type { OpenQuestion } from './open-question.ts';
import { OPEN_QUESTIONS } from './open-questions.ts';
import { type PlanSettings, planProbes } from './plan.ts';
import type { Caller, Outcome, Probe } from './probe.ts';
import { requestOf } from './request-of.ts';
import type { Sender } from './send.ts';

/** What a proof is made of. */
export interface ProofSettings extends ForecastSettings {
  readonly plan: Pick<PlanSettings, 'routes' | 'parameters' | 'methods'>;
  readonly maxRequests: number;
  /** Requests a second. */
  readonly rate: number;
  /** Whether a handler may refuse what the rules allow. */
  readonly handlerDecides: boolean;
  /** What the stage is: not sent, shown in the report. */
  readonly stage: string;
}

/** The clock, which tests replace. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(milliseconds: number): Promise<unknown>;
}

/** The result of a proof. */
export interface Proof {
  readonly stage: string;
  readonly kind: GatewayKind;
  /** When it began, milliseconds since the epoch. */
  readonly date: number;
  readonly caching: ForecastSettings['gateway']['caching'];
  readonly callers: readonly Caller[];
  readonly rows: readonly Row[];
  /** Requests of the plan that the limit left out. */
  readonly notSent: number;
  readonly differences: readonly Difference[];
  readonly questions: readonly AnsweredQuestion[];
}

/** How long after `exp` a token has expired for everybody: the default of `clockTolerance`, and two clocks. */
const GRACE_S = 10;

/** The requests, in their order, without sending any. */
export function planOf(settings: ProofSettings): Promise<readonly Probe[]> {
  const { callers, placement, plan } = settings;
  const fresh = new Forecaster(settings, NOT_CACHED);
  const expiring = callers.get('expiring');
  return planProbes({
    ...plan,
    callers: [...callers.keys()],
    hasHeader: placement.isHeader,
    expiry: expiring === undefined ? null : expiring.expires + GRACE_S,
    allows: async (probe) => (await fresh.forecast(probe)).outcome === 'allowed',
  });
}

/** Sends the requests of the plan one after the other, and compares each answer with the forecasts. */
export async function prove(settings: ProofSettings, sender: Sender, clock: Clock): Promise<Proof> {
  const date = clock.now();
  const planned = await planOf(settings);
  const probes = planned.slice(0, settings.maxRequests);
  const { kind, caching } = settings.gateway;
  const models = new Models(settings);
  const rows: Row[] = [];
  const pause = 1000 / settings.rate;
  for (const probe of probes) {
    await clock.sleep(Math.max(pause, 1000 * (probe.notBefore ?? 0) - clock.now()));
    const forecasts = await models.forecast(probe);
    const token = settings.callers.get(probe.caller)?.token;
    const received = await sender.send(requestOf(probe, token, settings.placement));
    rows.push({ probe, observed: observe(received, isHttpApi(kind), probe.method), ...forecasts });
  }
  return {
    stage: settings.stage,
    kind,
    date,
    caching,
    callers: [...settings.callers.keys()],
    rows,
    notSent: planned.length - probes.length,
    differences: differencesIn(rows, settings.handlerDecides),
    questions: models.asked.map(({ question, outcomes }) => answerQuestion(question, rows, outcomes)),
  };
}

/** A question, and what its possible answers forecast for each request so far. */
interface Asked {
  readonly question: OpenQuestion;
  readonly models: readonly ModelChange[];
  readonly outcomes: Outcome[][];
}

/** The models that forecast each request: those for comparing, and one for each possible answer to a question. */
class Models {
  readonly asked: readonly Asked[];
  /** Answers to several questions share a model. */
  readonly #forecasters: ReadonlyMap<ModelChange, Forecaster>;

  constructor(settings: ForecastSettings) {
    this.asked = questionsFor(OPEN_QUESTIONS, settings.gateway.kind).map((question) => ({
      question,
      models: modelsOf(question),
      outcomes: [],
    }));
    const models = [AS_MODELLED, NOT_CACHED, WITH_CATCH_ALL, ...this.asked.flatMap((asked) => asked.models)];
    this.#forecasters = new Map(models.map((model) => [model, new Forecaster(settings, model)]));
  }

  async forecast(probe: Probe): Promise<Pick<Row, 'expected' | 'fresh' | 'caught'>> {
    const forecasts = new Map<ModelChange, Forecast>();
    for (const [model, forecaster] of this.#forecasters)
      forecasts.set(model, await forecaster.forecast(probe));
    const by = (model: ModelChange) => forecasts.get(model) as Forecast;
    for (const { models, outcomes } of this.asked) outcomes.push(models.map((model) => by(model).outcome));
    return { expected: by(AS_MODELLED), fresh: by(NOT_CACHED), caught: by(WITH_CATCH_ALL) };
  }
}

function modelsOf({ found }: OpenQuestion): readonly ModelChange[] {
  return found.kind === 'by prove' ? found.answers.map(({ model }) => model) : [];
}
