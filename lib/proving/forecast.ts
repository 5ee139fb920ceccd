import type { Decision } from '../decision/decision.ts';
import { DECISION_RECORDER } from '../invocation/decision-recorder.ts';
import type { Caching, LambdaFunction } from '../local-gateway/api.ts';
import { type Call, callOf } from '../local-gateway/call.ts';
import {
  type Answered,
  type GatewayModel,
  gatewayModel,
  type ModelOptions,
} from '../local-gateway/gateway-model.ts';
import type { findRoute } from '../local-gateway/routing.ts';
import type { ProofCallers, SeenClient } from './callers.ts';
import type { TokenPlacement } from './place-token.ts';
import type { Outcome, Probe } from './probe.ts';
import { requestOf } from './request-of.ts';

/** What is forecast: the gateway with its cache, the authorizer, and what the stage sees of this computer. */
export interface ForecastSettings {
  readonly gateway: Omit<ModelOptions, 'authorizer'> & { readonly caching: Caching };
  /** With the user's options, for the twins of the tokens. */
  readonly authorizer: LambdaFunction;
  readonly callers: ProofCallers;
  readonly placement: TokenPlacement;
  readonly host: string;
  readonly client: SeenClient;
}

/** How a model differs from what this package takes for the truth about API Gateway. */
export interface ModelChange {
  readonly arnPath?: NonNullable<ModelOptions['arnPath']>;
  /** TTL of the cache, seconds. */
  readonly ttl?: number;
  readonly find?: typeof findRoute;
  /** Changes the answer of the authorizer, an object, before the gateway reads it. */
  readonly answer?: (answer: unknown) => unknown;
  readonly call?: (call: Call) => Call;
}

/** What a model answers to a request. */
export interface Forecast {
  readonly outcome: Outcome;
  /** The code of the refusal, if the authorizer ran and refused. */
  readonly refusal: string | null;
  /** Whether the answer comes from the cache. */
  readonly cached: boolean;
}

/** A model of the stage. It has a cache, so it gets the same requests in the same order as the stage. */
export class Forecaster {
  readonly #settings: ForecastSettings;
  readonly #change: ModelChange;
  readonly #model: GatewayModel;
  #refusal: string | null = null;

  constructor(settings: ForecastSettings, change: ModelChange = {}) {
    this.#settings = settings;
    this.#change = change;
    const authorizer: LambdaFunction = async (event, context) => {
      const answer = await settings.authorizer(event, { ...context, [DECISION_RECORDER]: this.#record });
      return change.answer === undefined ? answer : change.answer(answer);
    };
    const { caching, arnPath = 'as sent', ...gateway } = settings.gateway;
    const { ttl = caching.ttl } = change;
    this.#model = gatewayModel(
      { ...gateway, arnPath: change.arnPath ?? arnPath, caching: { ...caching, ttl }, authorizer },
      change.find,
    );
  }

  readonly #record = (decision: Decision): void => {
    this.#refusal = decision.outcome === 'deny' ? decision.code : null;
  };

  async forecast(probe: Probe): Promise<Forecast> {
    this.#refusal = null;
    const call = this.#callOf(probe);
    const answered = await this.#model.answer(this.#change.call?.(call) ?? call);
    return {
      outcome: outcomeOf(answered),
      refusal: this.#refusal,
      cached: answered.judged?.cached ?? false,
    };
  }

  #callOf(probe: Probe): Call {
    const { callers, placement, host, client } = this.#settings;
    const { method, target, headers } = requestOf(probe, callers.get(probe.caller)?.twin, placement);
    const { ip = '192.0.2.1', country } = client;
    const edge = {
      'CloudFront-Viewer-Address': `${ip}:443`,
      ...(country === undefined ? {} : { 'CloudFront-Viewer-Country': country }),
    };
    const viewer = { address: ip, headers: edge };
    return callOf({ method, target, rawHeaders: headers, host, viewer, time: Date.now(), body: '' });
  }
}

const OUTCOMES = {
  allowed: 'allowed',
  denied: 'denied 403',
  unauthorized: 'denied 401',
  failed: 'unclear',
} as const satisfies Record<string, Outcome>;

function outcomeOf({ judged }: Answered): Outcome {
  return judged === null ? 'no route' : OUTCOMES[judged.outcome.kind];
}
