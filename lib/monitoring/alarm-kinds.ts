import { FAULTS, type FaultCode, type RefusalCode } from '../decision/codes.ts';
import type { MetricSum } from './metric-queries.ts';

/** What an alarm compares with its threshold. */
export interface AlarmKind {
  readonly logicalId: string;
  readonly description: string;
  readonly threshold: number;
  /** The largest threshold that can be reached, if there is one. */
  readonly highest?: number;
  /** In how many periods of five minutes in a row. */
  readonly periods: number;
  readonly watches: Watched;
}

/**
 * `percentile`: of one metric. `expression`: metric math over sums, each of them named by its ID in the expression.
 *
 * The names of sums in `METRICS("...")` are parts of IDs. A metric that has no data yet is left out by `METRICS`, where an
 * expression that names it would have no value.
 */
export type Watched =
  | { readonly kind: 'percentile'; readonly metric: 'Duration'; readonly percentile: 'p99' }
  | { readonly kind: 'expression'; readonly expression: string; readonly sums: readonly MetricSum[] };

export type AlarmName = 'auth0Unreachable' | 'faults' | 'attack' | 'client' | 'latency' | 'coldStarts';

/** The fault that says that Auth0 is out of reach, not that the authorizer is broken. */
const OUTAGE = 'keys_unavailable' satisfies FaultCode;

/** What forged tokens are refused with. */
const ATTACKS = [
  'invalid_signature',
  'unknown_key',
  'unknown_issuer',
] as const satisfies readonly RefusalCode[];

/** What is refused again and again if a client is set up wrongly. CloudWatch takes ten metrics an alarm. */
const CLIENT_MISTAKES = [
  'opaque_token',
  'id_token',
  'wrong_audience',
  'unsupported_scheme',
  'malformed_token',
  'token_expired',
  'insufficient_scope',
  'insufficient_permissions',
  'sender_constrained_token',
] as const satisfies readonly RefusalCode[];

const faultSums = (Object.keys(FAULTS) as FaultCode[])
  .filter((fault) => fault !== OUTAGE)
  .map((fault): MetricSum => ({ id: `fault_${fault}`, metric: 'Faults', dimensions: { fault } }));

const refusalSums = (codes: readonly RefusalCode[]) =>
  codes.map(
    (refusal): MetricSum => ({ id: `refusal_${refusal}`, metric: 'Refusals', dimensions: { refusal } }),
  );

/** The number of decisions: each has one duration. */
const DECISIONS: MetricSum = {
  id: 'decisions',
  metric: 'Duration',
  dimensions: {},
  statistic: 'SampleCount',
};

/** The parts of the code that an alarm is about, and from when on it rings. */
export const ALARM_KINDS: Readonly<Record<AlarmName, AlarmKind>> = {
  auth0Unreachable: {
    logicalId: 'Auth0UnreachableAlarm',
    description:
      'Keys cannot be fetched from Auth0: requests pass with the keys that are known, until these are too old. See `error` in the log lines, then the status page of Auth0 and the network.',
    threshold: 3,
    periods: 1,
    watches: {
      kind: 'expression',
      expression: 'SUM(METRICS("outage"))',
      sums: [
        { id: 'outage_stale', metric: 'KeysStale', dimensions: {} },
        { id: 'outage_refresh', metric: 'KeyRefreshFailed', dimensions: {} },
        { id: 'outage_fault', metric: 'Faults', dimensions: { fault: OUTAGE } },
      ],
    },
  },
  faults: {
    logicalId: 'AuthorizerFaultsAlarm',
    description:
      'The authorizer could not decide, for another reason than Auth0. See `fault` and `error` in the log lines.',
    threshold: 1,
    periods: 1,
    watches: { kind: 'expression', expression: 'SUM(METRICS("fault"))', sums: faultSums },
  },
  attack: {
    logicalId: 'AuthorizerAttackAlarm',
    description:
      'Many tokens are forged, or come from an issuer that is not configured. See `refusal`, `clientIp` and `issuer` in the log lines.',
    threshold: 25,
    periods: 1,
    watches: { kind: 'expression', expression: 'SUM(METRICS("refusal"))', sums: refusalSums(ATTACKS) },
  },
  client: {
    logicalId: 'AuthorizerClientAlarm',
    description:
      'One refusal makes up a fifth of all decisions: a client is set up wrongly, or was changed. See `refusal`, `client` and `route` in the log lines.',
    threshold: 25,
    periods: 1,
    watches: {
      kind: 'expression',
      expression: 'IF(MAX(METRICS("refusal")) >= 0.2 * decisions, MAX(METRICS("refusal")), 0)',
      sums: [...refusalSums(CLIENT_MISTAKES), DECISIONS],
    },
  },
  latency: {
    logicalId: 'AuthorizerLatencyAlarm',
    description:
      'One decision in a hundred takes longer than a second. See `durationMs` and `keys` in the log lines, and the memory of the function.',
    threshold: 1000,
    periods: 3,
    watches: { kind: 'percentile', metric: 'Duration', percentile: 'p99' },
  },
  coldStarts: {
    logicalId: 'AuthorizerColdStartsAlarm',
    description:
      'One decision in four is the first of its execution environment: see the concurrency of the function and the TTL of the authorizer.',
    threshold: 25,
    highest: 100,
    periods: 3,
    watches: {
      kind: 'expression',
      expression: 'IF(decisions >= 100, 100 * cold / decisions, 0)',
      sums: [{ id: 'cold', metric: 'ColdStart', dimensions: {} }, DECISIONS],
    },
  },
};
