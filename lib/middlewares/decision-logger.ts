import type { MiddlewareObj, Request } from '@middy/core';
import { admittedCaller, allowOf, decisionOnError } from '../answer/final-decision.ts';
import type { Decision } from '../decision/decision.ts';
import { invocationOf, type Phase, subjectOf } from '../invocation/invocation.ts';
import type { Notice, Teller } from '../invocation/notice.ts';
import { isObject } from '../util/is-object.ts';
import { nonEmptyStrings, optional, plainObject, refuseValue, share } from '../util/option-checks.ts';
import { ticks } from '../util/ticks.ts';
import { type LogLine, logLine } from './log-line.ts';
import { loadPowertools } from './powertools.ts';

/** The part of a Powertools Logger that is used; a `Logger` of `@aws-lambda-powertools/logger` fits as it is. */
export interface DecisionLog {
  /** Allows. */
  info(message: string, line: LogLine | Notice['line']): void;
  /** Denials. */
  warn(message: string, line: LogLine | Notice['line']): void;
  /** Faults. */
  error(message: string, line: LogLine): void;
}

export interface DecisionLoggerOptions {
  /**
   * Your own Powertools `Logger`, with its persistent keys, level and formatter, or `false` for no line at all. Whatever
   * else takes `(message, fields)` will do, too: Pino does not, and needs an adapter.
   *
   * @default a Powertools `Logger` of its own
   */
  readonly logger?: DecisionLog | false;
  /**
   * Names of claims that the log line shows under `claims`.
   *
   * @default none
   */
  readonly logClaims?: readonly string[];
  /**
   * Fraction of the allows that is logged, from 0 to 1, each chosen by chance. Denials, faults, and allows that a rule
   * with `reportOnly` would have refused are logged whatever it says. Not to be confused with the sample rate of
   * Powertools, which adds lines of level `DEBUG` and leaves none out.
   *
   * @default 1: all of them
   */
  readonly sampleAllows?: number;
}

export interface DecisionLoggerSettings {
  readonly logger: DecisionLog | false | undefined;
  readonly logClaims: readonly string[];
  readonly sampleAllows: number;
}

const OPTIONS = ['logger', 'logClaims', 'sampleAllows'] as const;

const MESSAGE = 'authorizer decision';
const LEVELS = { allow: 'info', deny: 'warn', fault: 'error' } as const satisfies Record<
  Decision['outcome'],
  string
>;

/**
 * Writes one structured line a decision. Stands first in the chain: Middy runs `after` and `onError` backwards, so
 * the first sees the final word.
 * @example
 * const chain = middy().use(decisionLogger({ logClaims: ['org_id'] }));
 */
export function decisionLogger(options: DecisionLoggerOptions = {}): MiddlewareObj {
  return decisionLoggerWith(parseLoggerOptions(plainObject(options, '', OPTIONS)));
}

export function parseLoggerOptions(options: {
  logger?: unknown;
  logClaims?: unknown;
  sampleAllows?: unknown;
}): DecisionLoggerSettings {
  const { logger } = options;
  return {
    logger: logger === undefined || logger === false ? logger : decisionLog(logger),
    logClaims: optional(options, '', 'logClaims', [], nonEmptyStrings),
    sampleAllows: optional(options, '', 'sampleAllows', 1, share),
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
 * @param tellers - who may have something to say besides
 */
export function decisionLoggerWith(
  settings: DecisionLoggerSettings,
  tellers: readonly Teller[] = [],
): MiddlewareObj {
  const { logger, logClaims, sampleAllows } = settings;
  // Loading starts now, in Lambda's init phase; with a logger of yours, or none, Powertools is never loaded.
  let log = logger ?? defaultLog();
  let coldStart = true;

  /** @param line - `null` where this decision is left out */
  function tell(to: DecisionLog, { outcome }: Decision, line: LogLine | null, phase: Phase): void {
    if (line !== null) emit(to, LEVELS[outcome], MESSAGE, line);
    for (const teller of tellers) {
      const notice = teller(phase);
      if (notice !== null) emit(to, notice.level, notice.message, notice.line);
    }
  }

  function write(request: Request, decision: Decision): void | Promise<void> {
    if (log === false) return;
    const { phase, startedAt } = invocationOf(request);
    const durationMs = Math.round((ticks() - startedAt) * 1000) / 1000;
    const facts = { phase, coldStart, durationMs, logClaims };
    const line = isLeftOut(decision, phase, sampleAllows) ? null : logLine(decision, facts);
    coldStart = false;
    if (!(log instanceof Promise)) return tell(log, decision, line, phase);
    return log.then((loaded) => {
      log = loaded;
      tell(loaded, decision, line, phase);
    });
  }

  return {
    before: function decisionLoggerBefore(request: Request): void {
      invocationOf(request);
    },
    after: function decisionLoggerAfter(request: Request): void | Promise<void> {
      const { phase } = invocationOf(request);
      return write(request, phase.kind === 'decided' ? phase.decision : undecidedAllow(phase));
    },
    onError: function decisionLoggerOnError(request: Request): void | Promise<void> {
      const { phase } = invocationOf(request);
      const decision = phase.kind === 'decided' ? phase.decision : decisionOnError(request.error, phase);
      return write(request, decision);
    },
  };
}

/** Whether chance leaves the line out: never that of a denial or a fault, or one that has something to report. */
function isLeftOut({ outcome }: Decision, { judging }: Phase, sampleAllows: number): boolean {
  if (outcome !== 'allow' || (judging?.reports ?? []).length > 0) return false;
  return Math.random() >= sampleAllows;
}

/** A logger that fails must not turn a decision into another one. */
function emit(
  to: DecisionLog,
  level: keyof DecisionLog,
  message: string,
  line: LogLine | Notice['line'],
): void {
  try {
    const written: unknown = Reflect.apply(to[level], to, [message, line]);
    if (written instanceof Promise) written.catch(() => undefined);
  } catch {
    // There is no other place to say it.
  }
}

/** The allow of a chain without policySerializer. */
function undecidedAllow(phase: Phase): Decision {
  const caller = admittedCaller(phase, 'decisionLogger');
  return allowOf(caller, phase, { principalId: subjectOf(caller), context: {} });
}

async function defaultLog(): Promise<DecisionLog> {
  const { Logger } = await loadPowertools();
  return new Logger();
}
