import type { MiddlewareObj, Request } from '@middy/core';
import { admittedCaller, allowOf, decisionOnError } from '../answer/final-decision.ts';
import type { Decision } from '../decision/decision.ts';
import { idleEventOf } from '../gateways/idle-event.ts';
import { invocationOf, type Phase } from '../invocation/invocation.ts';
import type { NoticeSource } from '../invocation/notice.ts';
import { DecisionMetrics } from '../observing/decision-metrics.ts';
import { openTrace } from '../observing/tracing.ts';
import { plainObject } from '../util/option-checks.ts';
import { createLogWriter } from './decision-log.ts';
import { attempt, createReport } from './decision-report.ts';
import {
  type DecisionLoggerOptions,
  type DecisionLoggerSettings,
  LOGGER_OPTIONS,
  parseLoggerOptions,
} from './logger-options.ts';

/**
 * Writes one structured log line for each decision, and calls `onDecision`. Put it first in the chain: Middy runs `after`
 * and `onError` backwards, so the first middleware gets the final decision.
 *
 * Answers an event without a request, a warm-up ping or a schedule, with nothing: the rest of the chain does not run.
 *
 * On its own, in a chain without policySerializer, it takes a request that no middleware refused for an allow.
 *
 * @throws {OptionError} at start-up, for options that make no sense
 * @throws {AuthorizerFault} `configuration` if no token was verified
 * @example
 * const chain = middy().use(decisionLogger({ logClaims: ['org_id'] }));
 */
export function decisionLogger(options: DecisionLoggerOptions = {}): MiddlewareObj {
  return decisionLoggerWith(parseLoggerOptions(plainObject(options, '', LOGGER_OPTIONS)));
}

/** What an authorizer adds to the logger. */
export interface LoggerParts {
  /** Each may add a line after a decision. */
  readonly notices?: readonly NoticeSource[];
  /** See {@link createLogWriter}. */
  readonly isAwaited?: () => boolean;
  /** Counts what happens between the decisions too; by default the settings' own. */
  readonly metrics?: DecisionMetrics | null;
}

/** The metrics that the settings describe; `null` for none. */
export function metricsOf({ metrics }: DecisionLoggerSettings): DecisionMetrics | null {
  return metrics === null ? null : new DecisionMetrics(metrics);
}

/** The middleware for options that are parsed already. */
export function decisionLoggerWith(
  settings: DecisionLoggerSettings,
  { notices = [], isAwaited, metrics = metricsOf(settings) }: LoggerParts = {},
): MiddlewareObj {
  const write = settings.logger === false ? () => undefined : createLogWriter(settings.logger, isAwaited);
  const environment = { isFresh: true };
  const report = createReport({ settings, notices, write, environment, metrics });
  const { tracer } = settings;
  return {
    before: function decisionLoggerBefore(request: Request): void | Promise<void> {
      // The time of arrival.
      const invocation = invocationOf(request);
      const event = idleEventOf(request.event);
      if (event === null) {
        if (tracer !== null) attempt(() => (invocation.trace = openTrace(tracer)), 'tracer', write);
        return;
      }
      environment.isFresh = false;
      request.earlyResponse = undefined;
      return write([{ level: 'debug', message: 'authorizer idle event', line: { event } }]);
    },
    after: function decisionLoggerAfter(request: Request): void | Promise<void> {
      const invocation = invocationOf(request);
      const { phase } = invocation;
      return report(invocation, phase.kind === 'decided' ? phase.decision : undecidedAllow(phase));
    },
    onError: function decisionLoggerOnError(request: Request): void | Promise<void> {
      const invocation = invocationOf(request);
      const { phase } = invocation;
      const decision = phase.kind === 'decided' ? phase.decision : decisionOnError(request.error, phase);
      return report(invocation, decision);
    },
  };
}

/** The allow of a chain without policySerializer. */
function undecidedAllow(phase: Phase): Decision {
  const caller = admittedCaller(phase, 'decisionLogger');
  return allowOf(caller, phase, { principalId: caller.principalId, context: {} });
}
