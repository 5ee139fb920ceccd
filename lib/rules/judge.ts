import type { Refusal } from '../decision/decision.ts';
import { AuthorizerFault } from '../decision/errors.ts';
import { ticks } from '../util/ticks.ts';
import type { Findings, Rule, Subject, Verdict } from './rule.ts';
import type { RuleSet } from './rule-sets.ts';

/** What became of a request before its rules. */
export interface Judged {
  /** Of the first enforced rule that said no; `null` = all passed. */
  readonly refusal: Refusal | null;
  /** Rules that would have refused, were they enforced. */
  readonly reports: readonly RuleReport[];
  /** The client's address as the `ip` rule found it, else the gateway's. */
  readonly clientIp: string | null;
  /** The client's country where a `country` rule told it. */
  readonly country: string | null;
}

/** A rule with `reportOnly` that would have refused. */
export interface RuleReport {
  readonly rule: string;
  /** The refusal's code, or `rule_error` when the rule's function threw. */
  readonly code: string;
  /** What it threw. */
  readonly cause?: unknown;
}

/** What is known half-way. */
interface Progress extends Findings {
  reports: RuleReport[];
  /** When nobody waits for rules that only report any more, by `ticks()`; set when one takes time. */
  reportsDueAt?: number;
}

/**
 * Judges a request by its rules, in order, up to the first refusal. Without waiting unless a rule takes time.
 *
 * @throws {AuthorizerFault} `rule_error` when a function of an enforced rule threw
 */
export function judgeAll(ruleSet: RuleSet, subject: Subject): Judged | Promise<Judged> {
  const progress: Progress = { reports: [], clientIp: subject.request.clientIp, country: null };
  if (subject.token === null && ruleSet.token === 'required')
    return conclude(progress, { code: 'missing_token' });
  return judgeFrom(0, ruleSet.rules, subject, progress);
}

function judgeFrom(
  start: number,
  rules: readonly Rule[],
  subject: Subject,
  progress: Progress,
): Judged | Promise<Judged> {
  for (let at = start; at < rules.length; at++) {
    const rule = rules[at] as Rule;
    const verdict = ask(rule, subject, progress);
    if (verdict instanceof Promise) {
      return verdict.then((settled) => {
        const refusal = weigh(rule, settled, progress);
        return refusal === null ? judgeFrom(at + 1, rules, subject, progress) : conclude(progress, refusal);
      });
    }
    const refusal = weigh(rule, verdict, progress);
    if (refusal !== null) return conclude(progress, refusal);
  }
  return conclude(progress, null);
}

/** What the rule says. A fault of a rule that only reports is a report, too. */
function ask(rule: Rule, subject: Subject, progress: Progress): Verdict | Promise<Verdict> {
  if (!rule.reportOnly) return rule.judge(subject, progress);
  try {
    const verdict = rule.judge(subject, progress);
    return verdict instanceof Promise
      ? inTime(verdict, rule, progress).catch((error) => reportFault(rule, error, progress))
      : verdict;
  } catch (error) {
    return reportFault(rule, error, progress);
  }
}

/** How long rules that only report may hold up a request, all of them together, milliseconds. */
const REPORT_PATIENCE = 1000;

/** The verdict, or a rejection when it takes too long: what is not enforced yet must not bring an API down. */
function inTime(verdict: Promise<Verdict>, { name }: Rule, progress: Progress): Promise<Verdict> {
  progress.reportsDueAt ??= ticks() + REPORT_PATIENCE;
  const patience = Math.max(0, progress.reportsDueAt - ticks());
  return new Promise((resolve, reject) => {
    const late = () => reject(new Error(`rule ${name} was too slow to report`));
    const timer = setTimeout(late, patience);
    verdict.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function reportFault(rule: Rule, error: unknown, progress: Progress): null {
  const cause = error instanceof AuthorizerFault ? error.cause : error;
  progress.reports.push({ rule: rule.name, code: 'rule_error', cause });
  return null;
}

/** The refusal that is to be enforced; `null` goes on. */
function weigh(rule: Rule, verdict: Verdict, progress: Progress): Refusal | null {
  if (verdict === null || !rule.reportOnly) return verdict;
  progress.reports.push({ rule: rule.name, code: verdict.code });
  return null;
}

function conclude({ reports, clientIp, country }: Progress, refusal: Refusal | null): Judged {
  return { refusal, reports, clientIp, country };
}
