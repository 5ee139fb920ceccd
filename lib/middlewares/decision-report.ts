import type { Decision } from '../decision/decision.ts';
import type { Invocation } from '../invocation/invocation.ts';
import type { NoticeSource } from '../invocation/notice.ts';
import { callHook, type DecisionTimes, decisionFacts } from '../observing/decision-hook.ts';
import type { DecisionMetrics } from '../observing/decision-metrics.ts';
import { closeTrace } from '../observing/tracing.ts';
import { andThen } from '../util/maybe-promise.ts';
import { ticks } from '../util/ticks.ts';
import { entriesOf, failureOf, lostAnswerOf } from './decision-entries.ts';
import type { LogWriter } from './decision-log.ts';
import type { DecisionLoggerSettings } from './logger-options.ts';

/** What a decision is reported by. */
export interface ReportParts {
  readonly settings: DecisionLoggerSettings;
  readonly notices: readonly NoticeSource[];
  readonly write: LogWriter;
  /** Whether no invocation ran in this execution environment before. */
  readonly environment: { isFresh: boolean };
  readonly metrics: DecisionMetrics | null;
}

/** Makes the function that reports the decision on an invocation to the log, the hook, the metrics and the trace. */
export function createReport(
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
export function attempt(
  work: () => unknown,
  what: 'metrics' | 'tracer',
  write: LogWriter,
): void | Promise<void> {
  try {
    work();
  } catch (error) {
    return write([failureOf(what, error)]);
  }
}
