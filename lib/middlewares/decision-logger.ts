import type { MiddlewareObj, Request } from '@middy/core';
import { admittedCaller, allowOf, decisionOnError } from '../answer/final-decision.ts';
import type { Decision } from '../decision/decision.ts';
import { idleEventOf } from '../gateways/idle-event.ts';
import { type Invocation, invocationOf, type Phase } from '../invocation/invocation.ts';
import type { NoticeSource } from '../invocation/notice.ts';
import { isObject } from '../util/is-object.ts';
import { func, nonEmptyStrings, optional, plainObject, refuseValue, share } from '../util/option-checks.ts';
import { ticks } from '../util/ticks.ts';
import { callHook, type DecisionHook, decisionFacts } from './decision-hook.ts';
import { createLogWriter, type DecisionLog, type LogEntry, type LogWriter } from './decision-log.ts';
import { type LogTimes, logLine } from './log-line.ts';

export interface DecisionLoggerOptions {
  /**
   * Your own Powertools `Logger`, with its persistent keys, level and formatter, or `false` for no lines at all. Any other
   * logger that takes `(message, fields)` works too; Pino does not, and needs an adapter.
   *
   * @default a Powertools `Logger` of its own
   */
  readonly logger?: DecisionLog | false;
  /**
   * Names of claims that the log line contains under `claims`.
   *
   * @default none
   */
  readonly logClaims?: readonly string[];
  /**
   * Fraction of the allows that is logged, from 0 to 1, each chosen at random. Denials, faults, and allows that have rule
   * reports are always logged. Not the sample rate of Powertools, which adds lines of level `DEBUG` and drops none.
   *
   * @default 1: all of them
   */
  readonly allowSampleRate?: number;
  /**
   * Called with each decision, for metrics: also if `logger` is `false` and if the line of an allow is not sampled. It
   * must return at once: a promise is not awaited. What it throws, or rejects, is logged as one line of level `ERROR` and
   * changes nothing. Called once an invocation; a second time, with the fault, if a middleware before the authorizer
   * fails after the answer.
   *
   * @default none
   */
  readonly onDecision?: DecisionHook;
}

export interface DecisionLoggerSettings {
  readonly logger: DecisionLog | false | undefined;
  readonly logClaims: readonly string[];
  readonly allowSampleRate: number;
  readonly onDecision: DecisionHook | null;
}

/** The options of decisionLogger. */
export const LOGGER_OPTIONS = [
  'logger',
  'logClaims',
  'allowSampleRate',
  'onDecision',
] as const satisfies readonly (keyof DecisionLoggerOptions)[];

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

export function parseLoggerOptions(
  options: { readonly [key in keyof DecisionLoggerOptions]?: unknown },
): DecisionLoggerSettings {
  const { logger } = options;
  return {
    logger: logger === undefined || logger === false ? logger : decisionLog(logger),
    logClaims: optional(options, '', 'logClaims', [], nonEmptyStrings),
    allowSampleRate: optional(options, '', 'allowSampleRate', 1, share),
    onDecision: optional(options, '', 'onDecision', null, func<DecisionHook>),
  };
}

function decisionLog(value: unknown): DecisionLog {
  for (const level of Object.values(LEVELS)) {
    if (!isObject(value) || typeof value[level] !== 'function') {
      refuseValue('logger', 'a Powertools Logger, or false for none', value);
    }
  }
  return value as unknown as DecisionLog;
}

/**
 * The middleware for options that are parsed already.
 *
 * @param notices - may add a line after each decision
 * @param isAwaited - see {@link createLogWriter}
 */
export function decisionLoggerWith(
  settings: DecisionLoggerSettings,
  notices: readonly NoticeSource[] = [],
  isAwaited?: () => boolean,
): MiddlewareObj {
  const write = settings.logger === false ? () => undefined : createLogWriter(settings.logger, isAwaited);
  const environment = { isFresh: true };
  const report = createReport(settings, notices, write, environment);
  return {
    before: function decisionLoggerBefore(request: Request): void | Promise<void> {
      // The time of arrival.
      invocationOf(request);
      const event = idleEventOf(request.event);
      if (event === null) return;
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

/**
 * Makes the function that reports the decision on an invocation to the log and to `onDecision`.
 *
 * @param environment - whether no invocation ran in this execution environment before
 */
function createReport(
  settings: DecisionLoggerSettings,
  notices: readonly NoticeSource[],
  write: LogWriter,
  environment: { isFresh: boolean },
): (invocation: Invocation, decision: Decision) => void | Promise<void> {
  const { logger, onDecision } = settings;
  return (invocation, decision) => {
    const { phase, startedAt } = invocation;
    const durationMs = Math.round((ticks() - startedAt) * 1000) / 1000;
    const times = { coldStart: environment.isFresh, durationMs };
    environment.isFresh = false;
    const entries = logger === false ? [] : entriesOf(decision, invocation, times, settings, notices);
    if (onDecision !== null) {
      const facts = decisionFacts(phase, times.coldStart, durationMs);
      callHook(onDecision, decision, facts, (error) => write([hookFailure(error)]));
    }
    return write(entries);
  };
}

/** The line of the decision, if it gets one, and the notices. */
function entriesOf(
  decision: Decision,
  invocation: Invocation,
  times: LogTimes,
  { allowSampleRate, logClaims }: DecisionLoggerSettings,
  notices: readonly NoticeSource[],
): readonly LogEntry[] {
  const { phase } = invocation;
  const entries: LogEntry[] = [];
  if (isLogged(decision, phase, allowSampleRate)) {
    const line = logLine(decision, invocation, times, logClaims);
    entries.push({ level: LEVELS[decision.outcome], message: MESSAGE, line });
  }
  for (const noticeOn of notices) {
    const notice = noticeOn(phase);
    if (notice !== null) entries.push(notice);
  }
  return entries;
}

function hookFailure(error: unknown): LogEntry {
  return { level: 'error', message: 'authorizer onDecision failed', line: { error } };
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
