import { FAULTS, type FaultCode, REFUSALS, type RefusalCode } from '../../decision/codes.ts';
import { defined } from '../../util/defined.ts';
import { isObject } from '../../util/is-object.ts';
import { type Remedy, remediesFor } from '../remedies.ts';
import { type KnownFailure, knownFailuresIn } from './known-failures.ts';
import { findingsIn, type LogFinding } from './log-findings.ts';
import { logLinesIn } from './log-lines.ts';

type Members = Readonly<Record<string, unknown>>;

/** What a log says. Plain JSON. Contains no value that the log line has of a caller. */
export interface ExplainedLog {
  readonly decisions: number;
  readonly allows: number;
  /** Denials and faults that are alike, the most frequent first. */
  readonly problems: readonly LogProblem[];
  /** What else the lines say: partial policies, stale keys, rules that only report. */
  readonly findings: readonly LogFinding[];
  /** Lines with another message, such as `authorizer set-up`, each once. */
  readonly notices: readonly LogNotice[];
  /** Failures without a decision. */
  readonly failures: readonly KnownFailure[];
}

export interface LogProblem {
  readonly outcome: 'deny' | 'fault';
  readonly code: string;
  /** Of the client; `null` for a code of another version. */
  readonly status: number | null;
  readonly count: number;
  /** What the code means and what to do. */
  readonly advice: string;
  readonly remedies: readonly Remedy[];
  /** Of the first of these lines. */
  readonly rule?: string;
  readonly detail?: string;
  readonly error?: string;
  readonly routes: readonly string[];
  readonly gateways: readonly string[];
  readonly first?: string;
  readonly last?: string;
  /** The ID of one request, to find it in the access log. */
  readonly requestId?: string;
}

export interface LogNotice {
  readonly message: string;
  readonly count: number;
  readonly advice?: string;
}

/**
 * Explains the lines of this package in a log, in any form that AWS exports.
 *
 * @example
 * const { problems } = explainLog(fs.readFileSync('events.json', 'utf8'));
 */
export function explainLog(text: string): ExplainedLog {
  const { decisions: logged, notices, metrics } = logLinesIn(text);
  // Metrics count the same decisions once more.
  const decisions = logged.length > 0 ? logged : metrics.flatMap(decisionOfMetrics);
  const isProblem = ({ decision }: Members) => decision !== 'allow';
  return {
    decisions: decisions.length,
    allows: decisions.filter((line) => !isProblem(line)).length,
    problems: problemsIn(decisions.filter(isProblem)),
    findings: findingsIn(decisions),
    notices: noticesIn(notices),
    failures: knownFailuresIn(text),
  };
}

/** The dimensions of a metric line as the fields of a log line; nothing for other metrics. */
function decisionOfMetrics({ outcome, refusal, fault }: Members): readonly Members[] {
  if (typeof refusal === 'string') return [{ decision: 'deny', refusal }];
  if (typeof fault === 'string') return [{ decision: 'fault', fault }];
  return outcome === 'allow' ? [{ decision: 'allow' }] : [];
}

/** The denials and faults that have the same code, rule and detail together. */
function problemsIn(lines: readonly Members[]): readonly LogProblem[] {
  const groups = new Map<string, Members[]>();
  for (const line of lines) {
    const name = JSON.stringify([codeOf(line), line['rule'], line['detail']]);
    groups.set(name, [...(groups.get(name) ?? []), line]);
  }
  return [...groups.values()].map(problemOf).toSorted((one, other) => other.count - one.count);
}

function problemOf(lines: readonly Members[]): LogProblem {
  const first = lines[0] as Members;
  const code = codeOf(first);
  const times = textsOf(lines, 'timestamp').toSorted();
  return defined({
    outcome: first['decision'] === 'fault' ? ('fault' as const) : ('deny' as const),
    code,
    ...factsOf(code),
    count: lines.length,
    rule: textOf(first['rule']),
    detail: textOf(first['detail']),
    error: errorOf(first),
    routes: textsOf(lines, 'route'),
    gateways: textsOf(lines, 'gateway'),
    first: times[0],
    last: times.at(-1),
    requestId: textOf(first['requestId']),
  });
}

function codeOf({ refusal, fault }: Members): string {
  return textOf(refusal) ?? textOf(fault) ?? 'no code';
}

function factsOf(code: string): Pick<LogProblem, 'status' | 'advice' | 'remedies'> {
  if (isRefusal(code)) return { ...REFUSALS[code], remedies: remediesFor(code) };
  if (isFault(code)) return { status: 500, advice: FAULTS[code], remedies: remediesFor(code) };
  return {
    status: null,
    advice: 'This version of the package has no such code: use the version that logged it.',
    remedies: [],
  };
}

function isRefusal(code: string): code is RefusalCode {
  return Object.hasOwn(REFUSALS, code);
}

function isFault(code: string): code is FaultCode {
  return Object.hasOwn(FAULTS, code);
}

/** The message of the error; an export may have it as text. */
function errorOf({ error, 'error.message': message }: Members): string | undefined {
  return textOf(isObject(error) ? error['message'] : (error ?? message));
}

/** Powertools writes `timestamp`, an export `@timestamp`. Each text once. */
function textsOf(lines: readonly Members[], name: string): readonly string[] {
  return [...new Set(lines.flatMap((line) => textOf(line[name] ?? line[`@${name}`]) ?? []))];
}

/** The text without tokens, which an error of a user's function may contain. */
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value.replace(TOKENS, '[token]') : undefined;
}

const TOKENS = /eyJ[\w-]+\.[\w.-]+/g;

function noticesIn(lines: readonly Members[]): readonly LogNotice[] {
  const byMessage = new Map<string, Members[]>();
  for (const line of lines) {
    const name = JSON.stringify([line['message'], line['advice'], line['gateway']]);
    byMessage.set(name, [...(byMessage.get(name) ?? []), line]);
  }
  return [...byMessage.values()].map(([line = {}, ...others]) =>
    defined({
      message: String(line['message']),
      count: others.length + 1,
      advice: textOf(line['advice']) ?? textOf(line['warning']),
    }),
  );
}
