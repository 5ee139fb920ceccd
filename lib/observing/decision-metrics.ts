import type { Decision } from '../decision/decision.ts';
import type { KeyEvent } from '../jwks/key-events.ts';
import type { RevocationEvent } from '../revocations/revocations-options.ts';
import type { DecisionFacts } from './decision-hook.ts';
import type { DividedValue, EmfWriter } from './emf-writer.ts';
import type { DividedMetric, PlainMetric } from './metric-names.ts';
import type { MetricsSettings } from './metrics-options.ts';

/** The most values of a metric in one line. */
const MOST_VALUES = 100;

/**
 * Counts what the hooks report and turns it into lines, one for each invocation.
 *
 * - What happens between two decisions, such as a refresh of the keys that failed, is counted in the next line.
 * - A line has room for one value of each dimension. The others wait for the next lines, the largest count first: a second
 *   rule that reports on the same request, and a fault after an answer.
 */
export class DecisionMetrics {
  readonly #settings: MetricsSettings;
  #writer: EmfWriter | null = null;
  readonly #plain = new Map<PlainMetric, number>();
  /** Of all but the first of the decisions that have no line yet, milliseconds. */
  readonly #moreDurations: number[] = [];
  readonly #divided = new Map<DividedMetric, Map<string, number>>();
  /** When the keys in memory were fetched, epoch milliseconds, by address. */
  readonly #keysFrom = new Map<string, number>();
  /** When the list of revocations in memory was read, epoch milliseconds. */
  #revocationsFrom: number | null = null;

  constructor(settings: MetricsSettings) {
    this.#settings = settings;
  }

  onDecision(decision: Decision, facts: DecisionFacts): void {
    this.#add('Decisions', decision.outcome);
    if (decision.outcome === 'deny') this.#add('Refusals', decision.code);
    if (decision.outcome === 'fault') this.#add('Faults', decision.code);
    const rules = new Set(facts.reports?.map(({ rule }) => plain(rule)));
    for (const rule of rules) this.#add('Reports', rule);
    this.#addDuration(facts.durationMs);
    if (facts.coldStart) this.#count('ColdStart');
    if (facts.policy !== undefined) this.#count('PolicyPartial');
    if (facts.keys === 'stale') this.#count('KeysStale');
  }

  onKeyEvent(event: KeyEvent): void {
    if (event.type === 'store_failed') return this.onStoreFailed();
    if (event.type === 'refresh_failed') {
      // Freezes are usual: an alarm on Auth0 must not ring for them.
      if (!event.wasCutOff) this.#count('KeyRefreshFailed');
      return;
    }
    // Never `null` after a refresh.
    this.#keysFrom.set(event.uri, Number(event.status.fetchedAt));
  }

  onRevocationEvent(event: RevocationEvent): void {
    if (event.type === 'refreshed') this.#revocationsFrom = Date.now() - event.durationMs;
    else if (event.type === 'refresh_failed' && !event.wasCutOff) this.onStoreFailed();
  }

  onStoreFailed(): void {
    this.#count('StoreFailed');
  }

  /**
   * The line for what was counted since the last one, at most one after each decision. `null` if that was nothing: the line
   * of another decision, made at the same time, has it.
   */
  line(): string | null {
    this.#writer ??= this.#settings.createWriter();
    const now = Date.now();
    const plain = this.#plain;
    const divided = [];
    for (const [name, counts] of this.#divided) if (counts.size > 0) divided.push(takeLargest(name, counts));
    if (plain.size === 0 && divided.length === 0) return null;
    if (this.#keysFrom.size > 0) plain.set('KeysAge', ageOf(Math.min(...this.#keysFrom.values()), now));
    if (this.#revocationsFrom !== null) plain.set('RevocationsAge', ageOf(this.#revocationsFrom, now));
    const line = this.#writer.line(divided, plain, this.#moreDurations, now);
    plain.clear();
    this.#moreDurations.length = 0;
    return line;
  }

  /** Each decision is a sample. A writer that always fails must not fill the memory with them. */
  #addDuration(durationMs: number): void {
    if (!this.#plain.has('Duration')) this.#plain.set('Duration', durationMs);
    else if (this.#moreDurations.length < MOST_VALUES - 1) this.#moreDurations.push(durationMs);
  }

  #count(name: PlainMetric): void {
    this.#plain.set(name, (this.#plain.get(name) ?? 0) + 1);
  }

  #add(name: DividedMetric, by: string): void {
    let counts = this.#divided.get(name);
    if (counts === undefined) {
      counts = new Map();
      this.#divided.set(name, counts);
    }
    counts.set(by, (counts.get(by) ?? 0) + 1);
  }
}

function takeLargest(name: DividedMetric, counts: Map<string, number>): DividedValue {
  let by = '';
  let count = 0;
  for (const [other, value] of counts) {
    if (value > count) {
      by = other;
      count = value;
    }
  }
  counts.delete(by);
  return { name, by, count };
}

/** Seconds between two moments in epoch milliseconds; 0 if the clock was set back. */
function ageOf(from: number, now: number): number {
  return Math.max(0, Math.round((now - from) / 1000));
}

/** The name of a rule as CloudWatch and JSON accept it as it is: the user chooses those of custom rules. */
function plain(rule: string): string {
  return rule.replace(/[^ !#-[\]-~]/g, '?').slice(0, 1024);
}
