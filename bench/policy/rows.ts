import { median } from '../statistics.ts';
import type { Outcome } from './measure.ts';
import { APIS, type Api } from './requests.ts';
import { type Felt, sum } from './sessions.ts';

/** One model on all tables. Shares are means over the tables, from 0 to 1. */
export interface Row {
  readonly policy: string;
  readonly api: Api;
  readonly model: string;
  /** Callers whose policy is right for all their requests. */
  readonly exact: number;
  /** The same, on tables of at most {@link SMALL} routes. */
  readonly exactOnSmall: number;
  readonly partial: number;
  /** Callers whose policy covers one request alone. */
  readonly request: number;
  /** Bytes of documents that allow something. */
  readonly bytes: { readonly median: number; readonly largest: number };
  /** Requests of a caller that the cached policy denies, though the caller may make them. */
  readonly refused: number;
  /** The same, of requests with a literal of the table as the value of a parameter. */
  readonly spelledRefused: number;
  readonly felt: Felt;
}

/** Routes of a small table, at most. */
export const SMALL = 130;

/** One row for each policy, kind of API and model, in the order of the outcomes. */
export function rowsOf(outcomes: readonly Outcome[]): readonly Row[] {
  const policies = [...new Set(outcomes.map(({ policy }) => policy))];
  const models = [...new Set(outcomes.map(({ model }) => model))];
  return policies.flatMap((policy) =>
    APIS.flatMap((api) =>
      models.map((model) =>
        rowOf(outcomes.filter((one) => one.policy === policy && one.api === api && one.model === model)),
      ),
    ),
  );
}

/** @param outcomes - of one policy, kind of API and model */
function rowOf(outcomes: readonly Outcome[]): Row {
  const { policy, api, model } = outcomes[0] as Outcome;
  const bytes = outcomes.flatMap((one) => one.bytes);
  const small = outcomes.filter(({ routes }) => routes <= SMALL);
  const withOwn = outcomes.map(({ felt }) => felt).filter(({ own }) => own > 0);
  const withSpelled = withOwn.filter(({ spelled }) => spelled > 0);
  return {
    policy,
    api,
    model,
    exact: mean(outcomes.map((one) => shareOf(one, 'exact'))),
    exactOnSmall: mean(small.map((one) => shareOf(one, 'exact'))),
    partial: mean(outcomes.map((one) => shareOf(one, 'partial'))),
    request: mean(outcomes.map((one) => shareOf(one, 'request'))),
    bytes: { median: Math.round(median(bytes)), largest: Math.max(...bytes) },
    refused: mean(withOwn.map(({ refused, own }) => refused / own)),
    spelledRefused: mean(withSpelled.map(({ spelledRefused, spelled }) => spelledRefused / spelled)),
    felt: sum(outcomes.map(({ felt }) => felt)),
  };
}

function shareOf({ callers }: Outcome, coverage: keyof Outcome['callers']): number {
  return callers[coverage] / (callers.exact + callers.partial + callers.request);
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((total, value) => total + value, 0) / values.length;
}
