import type { MiddlewareObj, Request } from '@middy/core';
import { admittedCaller, allowOf, decisionOnError } from '../answer/final-decision.ts';
import type { Decision } from '../decision/decision.ts';
import { idleEventOf } from '../gateways/idle-event.ts';
import { type Invocation, invocationOf, type Phase } from '../invocation/invocation.ts';
import type { NoticeSource } from '../invocation/notice.ts';
import { callHook, type DecisionTimes, decisionFacts } from '../observing/decision-hook.ts';
import { DecisionMetrics } from '../observing/decision-metrics.ts';
import { closeTrace, openTrace } from '../observing/tracing.ts';
import { harmless } from '../util/log-text.ts';
import { andThen } from '../util/maybe-promise.ts';
import { plainObject } from '../util/option-checks.ts';
import { ticks } from '../util/ticks.ts';
import { createLogWriter, type LogEntry, type LogWriter } from './decision-log.ts';
import { FROM_OUTSIDE, logLine } from './log-line.ts';
import {
  type DecisionLoggerOptions,
  type DecisionLoggerSettings,
  LOGGER_OPTIONS,
  parseLoggerOptions,
} from './logger-options.ts';
import { lostAnswerLine } from './lost-answer-line.ts';

const MESSAGE = 'authorizer decision';
const LEVELS = { allow: 'info', deny: 'warn', fault: 'error' } as const satisfies Record<
  Decision['outcome'],
  string
>;

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

interface ReportParts {
  readonly settings: DecisionLoggerSettings;
  readonly notices: readonly NoticeSource[];
  readonly write: LogWriter;
  /** Whether no invocation ran in this execution environment before. */
  readonly environment: { isFresh: boolean };
  readonly metrics: DecisionMetrics | null;
}

/** Makes the function that reports the decision on an invocation to the log, the hook, the metrics and the trace. */
function createReport(
  parts: ReportParts,
): (invocation: Invocation, decision: Decision) => void | Promise<void> {
  const { settings, notices, write, environment, metrics } = parts;
  const isCounted = settings.onDecision !== null || metrics !== null;
  return (invocation, decision) => {
    const durationMs = Math.round((ticks() - invocation.startedAt) * 1000) / 1000;
    const times = { coldStart: environment.isFresh, durationMs };
    environment.isFresh = false;
    const earlier = invocation.reported.find(({ by }) => by === parts);
    invocation.reported = [...invocation.reported, { by: parts, outcome: decision.outcome }];
    const entriesNow = () =>
      earlier === undefined
        ? entriesOf(decision, invocation, times, settings, notices)
        : [lostAnswerOf(earlier.outcome, decision, invocation.phase)];
    const entries = settings.logger === false ? [] : entriesNow();
    if (isCounted || invocation.trace !== null) observe(invocation, decision, times, parts);
    const written = write(entries);
    // One line for an invocation: a second decision is counted in the line of the next one.
    if (metrics === null || earlier !== undefined) return written;
    return andThen(written, () => attempt(() => writeMetrics(metrics), 'metrics', write));
  };
}

function writeMetrics(metrics: DecisionMetrics): void {
  const line = metrics.line();
  if (line !== null) process.stdout.write(`${line}\n`);
}

/** Passes a decision to all that want it besides the log. */
function observe(
  invocation: Invocation,
  decision: Decision,
  times: DecisionTimes,
  { settings: { onDecision, tracer }, metrics, write }: ReportParts,
): void {
  const { trace } = invocation;
  const facts = decisionFacts(decision, invocation.phase, times);
  metrics?.onDecision(decision, facts);
  if (tracer !== null && trace !== null) {
    invocation.trace = null;
    attempt(() => closeTrace(tracer, trace, decision, facts), 'tracer', write);
  }
  if (onDecision !== null) {
    callHook(onDecision, decision, facts, (error) => write([failureOf('onDecision', error)]));
  }
}

/** Runs what must not change the decision. What it throws is logged. */
function attempt(work: () => unknown, what: 'metrics' | 'tracer', write: LogWriter): void | Promise<void> {
  try {
    work();
  } catch (error) {
    return write([failureOf(what, error)]);
  }
}

/** The line of the decision, if it gets one, and the notices. */
function entriesOf(
  decision: Decision,
  invocation: Invocation,
  times: DecisionTimes,
  { allowSampleRate, logClaims }: DecisionLoggerSettings,
  notices: readonly NoticeSource[],
): readonly LogEntry[] {
  const { phase } = invocation;
  const entries: LogEntry[] = [];
  if (isLogged(decision, phase, allowSampleRate)) {
    const line = harmless(logLine(decision, invocation, times, logClaims), FROM_OUTSIDE);
    entries.push({ level: LEVELS[decision.outcome], message: MESSAGE, line });
  }
  for (const noticeOn of notices) {
    const notice = noticeOn(phase);
    if (notice !== null) entries.push({ ...notice, line: harmless(notice.line) });
  }
  return entries;
}

function lostAnswerOf(decided: Decision['outcome'], decision: Decision, phase: Phase): LogEntry {
  return {
    level: 'error',
    message: 'authorizer answer lost',
    line: lostAnswerLine(decided, decision, phase),
  };
}

function failureOf(what: 'onDecision' | 'metrics' | 'tracer', error: unknown): LogEntry {
  return { level: 'error', message: `authorizer ${what} failed`, line: { error } };
}

/** Whether the decision gets a line. Sampling leaves out only allows that have nothing to report. */
function isLogged({ outcome }: Decision, { judging }: Phase, allowSampleRate: number): boolean {
  if (outcome !== 'allow' || (judging?.reports ?? []).length > 0) return true;
  return Math.random() < allowSampleRate;
}

/** The allow of a chain without policySerializer. */
function undecidedAllow(phase: Phase): Decision {
  const caller = admittedCaller(phase, 'decisionLogger');
  return allowOf(caller, phase, { principalId: caller.principalId, context: {} });
}
