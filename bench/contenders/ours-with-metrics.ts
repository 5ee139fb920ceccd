import fs from 'node:fs';
import { Metrics } from '@aws-lambda-powertools/metrics';
import middy from '@middy/core';
import { type AuthorizerOptions, auth0Authorizer, type DecisionTracer } from '../../lib/index.ts';
import type { Handler } from './contender.ts';

/** What is switched on besides the options, as JSON. */
export interface MetricsSettings {
  readonly options: AuthorizerOptions;
  readonly kind: 'nothing' | 'metrics' | 'Powertools Metrics' | 'tracer that is off';
}

const ignore = () => undefined;

/** A Tracer as it is outside of Lambda, and with POWERTOOLS_TRACE_ENABLED=false. */
const OFF: DecisionTracer = {
  isTracingEnabled: () => false,
  getSegment: ignore,
  setSegment: ignore,
  addErrorAsMetadata: ignore,
  getRootXrayTraceId: ignore,
};

/** This package with metrics, whose lines are written to /dev/null, each with a call of the system. */
export function create({ options, kind }: MetricsSettings): Handler {
  const nowhere = fs.openSync('/dev/null', 'w');
  process.stdout.write = ((line: string) => fs.writeSync(nowhere, line) > 0) as typeof process.stdout.write;
  const more = {
    nothing: {},
    metrics: { metrics: true },
    'Powertools Metrics': { metrics: new Metrics({ namespace: 'Bench', serviceName: 'authorizer' }) },
    'tracer that is off': { tracer: OFF },
  }[kind];
  return middy().use(auth0Authorizer({ ...options, logger: false, ...more })) as unknown as Handler;
}
