import { Logger } from '@aws-lambda-powertools/logger';
import type { LogLine, SetUpLine } from '../lib/index.ts';
import {
  type Exchange,
  type LambdaFunction,
  type LocalGateway,
  startLocalGateway,
} from '../lib/local-gateway/local-gateway.ts';
import { APIS, type ApiName, authorizerOf, type DemoApi } from './apis.ts';
import { divertMetrics } from './metrics.ts';
import { AUDIENCE } from './personas.ts';
import { RevocationStore } from './revocation-store.ts';
import { type Auth0StandIn, startAuth0StandIn } from './stand-in.ts';

/** A running API. */
export interface RunningApi {
  readonly title: string;
  readonly kind: DemoApi['gateway']['kind'];
  readonly url: string;
  /** Replaces the execution environment: the next request finds nothing in memory. */
  coldStart(): void;
}

/** One request as the gateway saw it, with the authorizer's log lines. */
export interface Witness {
  readonly api: ApiName;
  readonly exchange: Exchange;
  readonly line: LoggedLine | null;
  /** The line of the decision's metrics. */
  readonly metrics: string | null;
  /** The notice on the set-up of the cache, which the authorizer logs once. */
  readonly setUp: LoggedLine | null;
}

/** A log line as written, and its fields. */
export interface LoggedLine {
  readonly text: string;
  readonly fields: Partial<LogLine & SetUpLine>;
}

/** The stand-in for Auth0, and all APIs. */
export interface World {
  readonly auth0: Auth0StandIn;
  readonly apis: Readonly<Record<ApiName, RunningApi>>;
  /** The lines of metrics of all requests so far. */
  readonly metrics: readonly string[];
  /** Holds the list of revoked tokens. */
  readonly revocations: RevocationStore;
  /** Called after each request to any of the APIs. */
  onWitness: (witness: Witness) => void;
  close(): Promise<void>;
}

/** @param port - of the first API, the others listen on the ports after it; 0 = free ports */
export async function startWorld(port: number): Promise<World> {
  const auth0 = await startAuth0StandIn();
  const gateways: LocalGateway[] = [];
  const apis = {} as Record<ApiName, RunningApi>;
  const revocations = new RevocationStore();
  const metrics: string[] = [];
  const endMetrics = divertMetrics((line) => metrics.push(line));
  const world: World = {
    auth0,
    apis,
    metrics,
    revocations,
    onWitness: () => {},
    close: async () => {
      endMetrics();
      await Promise.all([auth0.close(), ...gateways.map((gateway) => gateway.close())]);
    },
  };
  try {
    for (const [index, name] of (Object.keys(APIS) as ApiName[]).entries()) {
      const witness = (seen: Omit<Witness, 'api'>) => world.onWitness({ api: name, ...seen });
      const outside = { issuer: auth0.issuer, revocations, metrics, port: port === 0 ? 0 : port + index };
      const started = await startApi(APIS[name], outside, witness);
      gateways.push(started.gateway);
      apis[name] = started.api;
    }
  } catch (error) {
    await world.close();
    throw error;
  }
  return world;
}

/** What an API needs of the world. */
interface Outside {
  readonly issuer: string;
  readonly revocations: RevocationStore;
  /** The lines so far. */
  readonly metrics: readonly string[];
  readonly port: number;
}

async function startApi(
  definition: DemoApi,
  { issuer, revocations, metrics, port }: Outside,
  witness: (seen: Omit<Witness, 'api'>) => void,
): Promise<{ gateway: LocalGateway; api: RunningApi }> {
  let line: LoggedLine | null = null;
  let setUp: LoggedLine | null = null;
  const logger = new WitnessedLogger((logged) => {
    if (logged.fields.decision === undefined) setUp = logged;
    else line = logged;
  });
  const refreshEvery = definition.revocationsEvery;
  const revoked = refreshEvery === undefined ? {} : { revocations: { store: revocations, refreshEvery } };
  const environment = () =>
    authorizerOf(definition, { issuer, audience: AUDIENCE, logger, metrics: true, ...revoked });
  let lambda: LambdaFunction = environment();
  const gateway = await startLocalGateway({
    ...definition.gateway,
    port,
    authorizer: (event, context) => lambda(event, context),
    onExchange: (exchange) => {
      const { invoked } = exchange;
      const measured = invoked ? (metrics.at(-1) ?? null) : null;
      witness({ exchange, line: invoked ? line : null, metrics: measured, setUp });
      line = null;
      setUp = null;
    },
  });
  const coldStart = () => {
    lambda = environment();
  };
  return {
    gateway,
    api: { title: definition.title, kind: definition.gateway.kind, url: gateway.url, coldStart },
  };
}

/** The Powertools Logger, which passes its lines to the demo instead of to CloudWatch. */
class WitnessedLogger extends Logger {
  private readonly onLine: (line: LoggedLine) => void;

  constructor(onLine: (line: LoggedLine) => void) {
    super({ serviceName: 'demo', logLevel: 'INFO' });
    this.onLine = onLine;
  }

  protected override printLog(_level: number, item: { getAttributes(): object }): void {
    const text = JSON.stringify(item.getAttributes(), this.getJsonReplacer());
    this.onLine({ text, fields: JSON.parse(text) });
  }
}
