import type { CompileTimes } from './compile-times.ts';
import { MODES } from './measure.ts';
import { APIS } from './requests.ts';
import type { Row } from './rows.ts';
import { SESSION_LENGTH } from './sessions.ts';
import { count, exactTable, feltTable, POLICY_NAMES, type PolicyName, timesTable } from './tables.ts';

/** The results of one run. */
export interface PolicyReport {
  readonly tables: number;
  readonly routes: number;
  /** Callers for each table and model. */
  readonly callers: number;
  readonly rows: readonly Row[];
  /** Of this machine: they differ from run to run, unlike all else. */
  readonly times: readonly CompileTimes[];
}

export function policyReport(report: PolicyReport): string {
  const { tables, routes, rows, times, callers } = report;
  const exactness = MODES.flatMap((policy) =>
    APIS.map((api) => `## undeclared: '${policy}', ${api} APIs\n\n${exactTable(rows, policy, api)}`),
  );
  return `# Policies on ${tables} real tables of routes

Written by \`npm run bench:policy\`. The ${count(routes)} routes are those that client libraries of public APIs call:
[routes.json](policy/routes.json). Every figure comes from whole authorizers of this package: events go in, policies come
out. API Gateway's cache, its routing and IAM's evaluation are models, written apart from \`lib/\`.

- **Scopes**: five ways to assign one scope to each route, for each table with ${callers} callers, who hold few, half, most, all
  but one, or one of the scopes.
- **Exact**: one policy within 8 KB is right for all requests of the caller. The values of parameters are ordinary: numbers
  and hexadecimal digits.
- **Partial**: the policy covers some routes of the caller. **One request**: it covers the request that it answers.
- **Own requests refused**: sessions of ${SESSION_LENGTH} requests that the caller may make, drawn from all routes of the caller, with the
  token as the whole cache key and a TTL longer than the session. The share that the cached policy denies.
- **Literal values refused**: the same for requests in which a parameter has a literal of the table as its value, such as
  \`/users/orders\`.
- **Wrong allows**: requests to any route, to paths beside them and with other methods, of which the cached policy allows
  one that the caller may not make. With \`'absent'\`, API Gateway itself answers paths without a route.
- Shares are means over the tables.

${exactness.join('\n\n')}

## What a caller feels

Own requests refused, by scopes, and wrong allows of all scopes together. A policy for \`methodArn\` alone and a wildcard for the stage are what
samples on the web answer.

${feltTable(rows, Object.keys(POLICY_NAMES) as PolicyName[])}

## Compile time

CPU time of the main thread in milliseconds, REST API. First policy of a caller in a fresh process, before V8 has optimised
anything, for the first routes of the tables that are large enough; and what comes before it at start-up: building the
compiler and analysing the table. A machine that does other things as well inflates these times.

${timesTable(times)}
`;
}
