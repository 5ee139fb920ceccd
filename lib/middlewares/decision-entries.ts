import type { Decision } from '../decision/decision.ts';
import type { Invocation, Phase } from '../invocation/invocation.ts';
import type { NoticeSource } from '../invocation/notice.ts';
import type { DecisionTimes } from '../observing/decision-hook.ts';
import { harmless } from '../util/log-text.ts';
import type { LogEntry } from './decision-log.ts';
import { FROM_OUTSIDE, logLine } from './log-line.ts';
import type { DecisionLoggerSettings } from './logger-options.ts';
import { lostAnswerLine } from './lost-answer-line.ts';

const MESSAGE = 'authorizer decision';
const LEVELS = { allow: 'info', deny: 'warn', fault: 'error' } as const satisfies Record<
  Decision['outcome'],
  string
>;

/** The line of the decision, if it gets one, and the notices. */
export function entriesOf(
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

/** The line for a decision whose answer another middleware replaced. */
export function lostAnswerOf(decided: Decision['outcome'], decision: Decision, phase: Phase): LogEntry {
  return {
    level: 'error',
    message: 'authorizer answer lost',
    line: lostAnswerLine(decided, decision, phase),
  };
}

/** The line for a hook, metrics or a tracer that failed. */
export function failureOf(what: 'onDecision' | 'metrics' | 'tracer', error: unknown): LogEntry {
  return { level: 'error', message: `authorizer ${what} failed`, line: { error } };
}

/** Whether the decision gets a line. Sampling leaves out only allows that have nothing to report. */
function isLogged({ outcome }: Decision, { judging }: Phase, allowSampleRate: number): boolean {
  if (outcome !== 'allow' || (judging?.reports ?? []).length > 0) return true;
  return Math.random() < allowSampleRate;
}
