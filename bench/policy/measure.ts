import { isAllow } from '../../lib/iam/policy-document.ts';
import type { Requirement } from '../../lib/policy-compiler/policy-table.ts';
import { createTestIssuer, type TestIssuer } from '../../lib/testing.ts';
import { randomFrom } from '../fleet/random.ts';
import {
  type Authorizer,
  type Caller,
  type Coverage,
  ownArnAuthorizer,
  packageAuthorizer,
  type Undeclared,
  wildcardAuthorizer,
} from './authorizers.ts';
import { callersOf, SCOPE_MODELS } from './callers.ts';
import type { RealTable } from './real-tables.ts';
import { type Api, requestPool } from './requests.ts';
import { type Felt, replay, type Session, sessionOf, sum } from './sessions.ts';

export const MODES = ['absent', 'deny', 'rules'] as const satisfies readonly Undeclared[];

/** The callers of one table and model, with policies of one kind. */
export interface Outcome {
  readonly table: string;
  readonly routes: number;
  readonly api: Api;
  /** A key of `SCOPE_MODELS`. */
  readonly model: string;
  /** The value of `undeclared`, or the policy of a sample: `methodArn`, `wildcard`. */
  readonly policy: string;
  /** Number of callers by what their policy covers. */
  readonly callers: Readonly<Record<Coverage, number>>;
  /** Sizes of the documents that allow something, as JSON. */
  readonly bytes: readonly number[];
  readonly felt: Felt;
}

export interface Job {
  readonly table: RealTable;
  readonly api: Api;
  /** Number of callers for each model. */
  readonly callers: number;
  readonly seed: number;
}

/** Measures one table on one kind of API: each model, with each value of `undeclared` and with the policies of samples. */
export async function measure({ table, api, callers: count, seed }: Job): Promise<readonly Outcome[]> {
  const random = randomFrom(seed);
  const pool = requestPool(table.keys, api, random);
  const issuer = createTestIssuer({ algorithm: 'ES256' });
  const outcomes: Outcome[] = [];
  for (const [model, requirementOf] of Object.entries(SCOPE_MODELS)) {
    const requirements = table.keys.map(requirementOf);
    const callers = callersWith(requirements, count, issuer);
    const visits = callers.map((caller) => ({ caller, session: sessionOf(caller, pool, random) }));
    const setup = { keys: table.keys, permissions: permissionsOf(requirements), api, issuer };
    const common = { table: table.name, routes: table.keys.length, api, model };
    for (const undeclared of MODES) {
      const authorize = packageAuthorizer({ ...setup, undeclared });
      outcomes.push({ ...common, policy: undeclared, ...(await visited(visits, authorize, undeclared)) });
    }
    // Their answers do not depend on `undeclared`. Paths without a route are left out for them.
    for (const [policy, authorize] of Object.entries(SAMPLES)) {
      outcomes.push({ ...common, policy, ...(await visited(visits, authorize, 'absent')) });
    }
  }
  return outcomes;
}

const SAMPLES = { methodArn: ownArnAuthorizer, wildcard: wildcardAuthorizer };

/** A caller and the session that goes through the cache. */
interface Visit {
  readonly caller: Caller;
  readonly session: Session;
}

async function visited(visits: readonly Visit[], authorize: Authorizer, undeclared: Undeclared) {
  const callers = { exact: 0, partial: 0, request: 0 };
  const bytes: number[] = [];
  const felt: Felt[] = [];
  for (const { caller, session } of visits) {
    const { document, coverage } = await authorize(caller, session.first);
    callers[coverage] += 1;
    if (document.Statement.some(isAllow)) bytes.push(JSON.stringify(document).length);
    felt.push(replay(session, document, caller, undeclared));
  }
  return { callers, bytes, felt: sum(felt) };
}

/** By route, a short name for its requirement: a token with a thousand long ones would be too long. */
function permissionsOf(requirements: readonly Requirement[]): readonly (string | null)[] {
  const distinct = [...new Set(requirements)];
  return requirements.map((one) => (one === true ? null : `p${distinct.indexOf(one)}`));
}

function callersWith(requirements: readonly Requirement[], count: number, issuer: TestIssuer): Caller[] {
  const permissions = permissionsOf(requirements);
  return callersOf(requirements, count).map((scopes) => {
    const granted = requirements.map((one) => one === true || scopes.has(one));
    const held = new Set(permissions.filter((permission, index) => permission !== null && granted[index]));
    return { token: issuer.token({ permissions: [...held] }), granted };
  });
}
