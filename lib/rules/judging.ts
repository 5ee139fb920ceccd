import type { Refusal } from '../decision/decision.ts';
import type { AuthorizationRequest } from '../gateways/gateway.ts';
import type { FoundBy } from '../routes/find-route.ts';
import type { VerifiedToken } from '../token/verified-token.ts';
import { defined } from '../util/defined.ts';
import { ticks } from '../util/ticks.ts';
import type { Grants, GrantsReader } from './grants.ts';
import { type Findings, faulted, PASSED, type Rule, refused, type Subject, type Verdict } from './rule.ts';
import { type RuleReport, reportOn } from './rule-report.ts';
import type { RuleSet } from './rule-sets.ts';
import { UserCalls } from './user-calls.ts';

/** The rules that apply to a request, or the refusal if no rules can apply: `ambiguous_path`, `route_not_found`. */
export type FoundRules = RuleSet | { readonly kind: 'refused'; readonly refusal: Refusal };

/** What a judging takes from its rule book. */
export interface JudgingTerms {
  /** Whether routes differ in their rules, so that the verdict on one is not the verdict on the stage. */
  readonly routesDiffer: boolean;
  /** Whether the verdict on one request is that on all with the same cache key. Not if a rule reads `anything`. */
  readonly isForStage: boolean;
  /** The routes that a caller may use. */
  grantsOf: GrantsReader;
  /** The key of a route that has the rule; `null` if only undeclared paths have it. */
  routeWith(rule: Rule): string | null;
}

/**
 * The judging of one request. It remembers the verdict of each rule, and has two readings of them: the verdict on the
 * request, and the routes that the caller may use. No rule is judged twice, no function of the options called twice.
 */
export class Judging implements Subject, Findings {
  declare readonly request: AuthorizationRequest;
  declare readonly token: VerifiedToken | null;
  declare clientIp: string | null;
  declare country: string | null;
  /** The rules that apply. */
  declare readonly rules: FoundRules;
  /** Key of the declared route whose rules apply, `GET /users/{id}`; `null` if there is none. */
  declare readonly route: string | null;
  declare readonly foundBy: FoundBy;
  declare readonly routesDiffer: boolean;
  /** Whether this is the verdict on all requests of the caller with the same cache key: all routes have the same rules. */
  declare readonly isForStage: boolean;
  /** Of the rules judged so far, for the verdict and for the grants. */
  declare reports: readonly RuleReport[];
  readonly #terms: JudgingTerms;
  #calls: UserCalls | null = null;
  /** Of the rules that apply, in their order, as far as they are judged. */
  #verdicts: Verdict[] | null = null;
  #verdict: Verdict | null = null;
  #grants: Grants | null = null;
  /** When nobody waits for rules that only report any more, by `ticks()`; set when one takes time. */
  #reportsDueAt: number | null = null;

  constructor(
    request: AuthorizationRequest,
    token: VerifiedToken | null,
    rules: FoundRules,
    foundBy: FoundBy,
    terms: JudgingTerms,
  ) {
    this.rules = rules;
    this.route = rules.kind === 'refused' ? null : rules.route;
    this.foundBy = foundBy;
    this.reports = NO_REPORTS;
    this.routesDiffer = terms.routesDiffer;
    this.isForStage = terms.isForStage;
    this.request = request;
    this.token = token;
    this.clientIp = request.clientIp;
    this.country = null;
    this.#terms = terms;
  }

  /** Whether a policy for all routes may have the path. Not if the event named the route, or it has encoded slashes. */
  get isCovered(): boolean {
    return this.foundBy === 'path' || this.foundBy === 'both';
  }

  get isShifted(): boolean {
    return this.foundBy === 'both' || this.foundBy === 'event';
  }

  get calls(): UserCalls {
    this.#calls ??= new UserCalls();
    return this.#calls;
  }

  /** Why the rules refuse the request; `null` if they do not, or are not judged yet. */
  get refusal(): Refusal | null {
    return this.#verdict?.kind === 'refused' ? this.#verdict.refusal : null;
  }

  /** The verdicts so far, of the rules that apply, in their order; for tools that explain a decision. */
  get verdicts(): readonly Verdict[] {
    return this.#verdicts ?? [];
  }

  /**
   * The verdict on the request: that of the first enforced rule, in order, that does not pass. Judges each rule at most
   * once; without waiting unless a rule takes time.
   */
  verdict(): Verdict | Promise<Verdict> {
    if (this.#verdict !== null) return this.#verdict;
    const { rules } = this;
    if (rules.kind === 'refused') return this.#conclude(rules);
    if (this.token === null && rules.token === 'required') return this.#conclude(MISSING_TOKEN);
    return this.#judgeFrom(0, rules.rules);
  }

  /**
   * The routes that the caller may use, by the rules whose inputs a cache can be keyed by. Right for all routes at once
   * unless the rule book's `inputs` include `anything`. A rule whose function throws does not grant its routes, and is
   * reported.
   */
  grants(): Grants {
    this.#grants ??= this.#terms.grantsOf(this);
    return this.#grants;
  }

  /**
   * Whether the grants include the request: each of its routes, if several apply, with the texts of the caller in the path;
   * never if its path was refused.
   */
  grantsRequest(): boolean {
    const { rules } = this;
    if (rules.kind !== 'refused' && rules.rules.some((rule) => isOfPath(rule) && !this.passes(rule)))
      return false;
    const { routes, undeclared } = this.grants();
    switch (rules.kind) {
      case 'route':
        return routes[rules.index] === 1;
      case 'routes':
        return rules.indexes.every((index) => routes[index] === 1) && (!rules.undeclared || undeclared);
      case 'undeclared':
        return undeclared;
      case 'refused':
        return false;
    }
  }

  /** Whether the rule passes. Only for synchronous rules, of any route. */
  passes(rule: Rule): boolean {
    const known = this.rules.kind === 'refused' ? -1 : this.rules.rules.indexOf(rule);
    const verdict = this.#verdicts?.[known] ?? this.#judgeElsewhere(rule);
    return verdict.kind === 'passed';
  }

  #judgeFrom(start: number, rules: readonly Rule[]): Verdict | Promise<Verdict> {
    for (let at = start; at < rules.length; at++) {
      const rule = rules[at] as Rule;
      const verdict = this.#judge(rule, this);
      if (verdict instanceof Promise) {
        return verdict.then((settled) => this.#weigh(rule, settled) ?? this.#judgeFrom(at + 1, rules));
      }
      const end = this.#weigh(rule, verdict);
      if (end !== null) return end;
    }
    return this.#conclude(PASSED);
  }

  /** A verdict, never an exception. */
  #judge(rule: Rule, findings: Findings): Verdict | Promise<Verdict> {
    try {
      const verdict = rule.judge(this, findings);
      if (!(verdict instanceof Promise)) return verdict;
      return (rule.reportOnly ? this.#inTime(verdict, rule) : verdict).catch(faulted);
    } catch (error) {
      return faulted(error);
    }
  }

  /** The verdict on the request if this one ends the judging; `null` if the next rule is to be judged. */
  #weigh(rule: Rule, verdict: Verdict): Verdict | null {
    this.#verdicts ??= [];
    this.#verdicts.push(verdict);
    if (verdict.kind === 'passed') return null;
    if (!rule.reportOnly) return this.#conclude(verdict);
    this.reports = [...this.reports, reportOn(rule, verdict)];
    return null;
  }

  #conclude(verdict: Verdict): Verdict {
    this.#verdict = verdict;
    return verdict;
  }

  /** Judges a rule only for the grants: its findings do not belong to this request's route. */
  #judgeElsewhere(rule: Rule): Verdict {
    const findings = { clientIp: this.request.clientIp, country: null };
    // Never a promise: rules that may take time read `anything`, and grants do not depend on those.
    const verdict = this.#judge(rule, findings) as Verdict;
    if (verdict.kind === 'fault') {
      const route = this.#terms.routeWith(rule);
      const report = { ...reportOn(rule, verdict), ...defined({ route: route ?? undefined }) };
      this.reports = [...this.reports, report];
    }
    return verdict;
  }

  /** The verdict, or a rejection if it takes too long: a rule that is not enforced must not bring an API down. */
  #inTime(verdict: Promise<Verdict>, { name }: Rule): Promise<Verdict> {
    this.#reportsDueAt ??= ticks() + REPORT_PATIENCE_MS;
    const patience = Math.max(0, this.#reportsDueAt - ticks());
    return new Promise((resolve, reject) => {
      const late = () => reject(new Error(`rule ${name} took too long to report`));
      const timer = setTimeout(late, patience);
      verdict.then(resolve, reject).finally(() => clearTimeout(timer));
    });
  }
}

function isOfPath({ binding, reportOnly }: Rule): boolean {
  return binding !== undefined && !reportOnly;
}

/** How long all rules of a request that only report may hold it up together, milliseconds. */
const REPORT_PATIENCE_MS = 1000;

const MISSING_TOKEN = refused({ code: 'missing_token' });

/** Shared by all requests that have none. */
const NO_REPORTS: readonly RuleReport[] = Object.freeze([]);
