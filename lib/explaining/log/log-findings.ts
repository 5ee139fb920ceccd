import { isObject } from '../../util/is-object.ts';

type Members = Readonly<Record<string, unknown>>;

/** What lines say besides their decisions. */
export interface LogFinding {
  readonly finding: string;
  readonly count: number;
  readonly change: string;
}

interface Sign extends Omit<LogFinding, 'count'> {
  isIn(line: Members): boolean;
}

const SIGNS: readonly Sign[] = [
  {
    finding: 'policies that leave out routes of their caller (`policy: "partial"`)',
    change:
      'A cached answer denies those routes until its TTL ends: set the cache up as `identitySources` says. `explain` and `check` name the routes.',
    isIn: ({ policy }) => policy === 'partial',
  },
  {
    finding: 'policies for one request alone (`policy: "request"`)',
    change:
      'A cached answer denies every other path: set a TTL of 0, or make the path part of the key, as `identitySources` says.',
    isIn: ({ policy }) => policy === 'request',
  },
  {
    finding: 'tokens that were verified with stale keys (`keys: "stale"`)',
    change: 'Auth0 could not be reached, and the last good keys served. If it lasts, check the network.',
    isIn: ({ keys }) => keys === 'stale',
  },
  {
    finding: 'rules that would have refused, or failed for another route (`reports`)',
    change: 'Compare the rules in `reports` with the tokens before you enforce them.',
    isIn: ({ reports }) => isReported(reports),
  },
  {
    finding: 'claims that the answer had no room for (`claimsLeftOut`)',
    change: 'Let `context` choose what the backend needs, or give the caller fewer permissions.',
    isIn: ({ claimsLeftOut }) => isText(claimsLeftOut),
  },
  {
    finding: 'allowed requests on routes of the API that are not declared (`gatewayRoute`)',
    change: 'Declare these routes: only the common rules apply to them.',
    isIn: ({ decision, gatewayRoute }) => decision === 'allow' && isText(gatewayRoute),
  },
];

/** A list in the log line; text in a CSV export. */
function isReported(reports: unknown): boolean {
  return isObject(reports) || isText(reports);
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

/** What lines of decisions say besides the decision, each finding once. */
export function findingsIn(lines: readonly Members[]): readonly LogFinding[] {
  return SIGNS.map(({ finding, change, isIn }) => ({
    finding,
    count: lines.filter(isIn).length,
    change,
  })).filter(({ count }) => count > 0);
}
