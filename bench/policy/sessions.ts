import type { PolicyDocument } from '../../lib/iam/policy-document.ts';
import type { Random } from '../fleet/random.ts';
import { type Caller, PREFIX, type Undeclared } from './authorizers.ts';
import { evaluatorOf } from './iam.ts';
import type { RequestPool, SentRequest } from './requests.ts';

/** Requests of one caller in the order of arrival, all within the TTL and under one cache key, the token. */
export interface Session {
  /** The only one that invokes the authorizer. */
  readonly first: SentRequest;
  /** Requests that the caller may make, {@link first} included. Empty if there are none. */
  readonly own: readonly SentRequest[];
  /** Requests that the caller may make, with a literal of the table as the value of a parameter. */
  readonly spelled: readonly SentRequest[];
  /** Requests to any route, and to none. */
  readonly probes: readonly SentRequest[];
}

/** Counts of sessions. */
export interface Felt {
  /** Requests that the caller may make, and those that the cached policy denies. */
  readonly own: number;
  readonly refused: number;
  /** The same, of requests with a literal of the table as the value of a parameter. */
  readonly spelled: number;
  readonly spelledRefused: number;
  /** Requests that the policy was evaluated for, and those that it allows although the caller may not make them. */
  readonly replays: number;
  readonly wrong: number;
}

export const SESSION_LENGTH = 50;
const SPELLED = 5;
const PROBES = 80;

/** Draws a session of a caller. */
export function sessionOf({ granted }: Caller, pool: RequestPool, random: Random): Session {
  const draw = <Item>(items: readonly Item[], count: number): readonly Item[] =>
    items.length === 0
      ? []
      : Array.from({ length: count }, () => items[Math.floor(random() * items.length)] as Item);
  const isOwn = ({ routes }: SentRequest) => routes.every((route) => route !== null && granted[route]);
  const own = draw(pool.ordinary.filter(isOwn), SESSION_LENGTH);
  const spelled = draw(pool.spelled.filter(isOwn), SPELLED);
  const probes = [
    ...draw(pool.ordinary, PROBES / 2),
    ...draw(pool.spelled, PROBES / 5),
    ...draw(pool.odd, (3 * PROBES) / 10),
  ];
  return { first: own[0] ?? (draw(pool.ordinary, 1)[0] as SentRequest), own, spelled, probes };
}

/** Replays a session with the policy that its first request was answered with. */
export function replay(
  { own, spelled, probes }: Session,
  document: PolicyDocument,
  { granted }: Caller,
  undeclared: Undeclared,
): Felt {
  const evaluate = evaluatorOf(document, PREFIX);
  const isAllowed = ({ verb, path }: SentRequest) => evaluate(`${verb}${path}`);
  const isDenied = (request: SentRequest) => !isAllowed(request);
  const mayUse = (route: number | null) => (route === null ? undeclared === 'rules' : granted[route]);
  // With `absent` the API has no such route: API Gateway answers by itself.
  const arrives = ({ routes }: SentRequest) => undeclared !== 'absent' || routes.every((one) => one !== null);
  const arrived = probes.filter(arrives);
  return {
    own: own.length,
    refused: own.filter(isDenied).length,
    spelled: spelled.length,
    spelledRefused: spelled.filter(isDenied).length,
    replays: own.length + spelled.length + arrived.length,
    wrong: arrived.filter((request) => !request.routes.every(mayUse) && isAllowed(request)).length,
  };
}

export const NOTHING_FELT: Felt = {
  own: 0,
  refused: 0,
  spelled: 0,
  spelledRefused: 0,
  replays: 0,
  wrong: 0,
};

export function sum(felt: readonly Felt[]): Felt {
  return felt.reduce(
    (total, one) => ({
      own: total.own + one.own,
      refused: total.refused + one.refused,
      spelled: total.spelled + one.spelled,
      spelledRefused: total.spelledRefused + one.spelledRefused,
      replays: total.replays + one.replays,
      wrong: total.wrong + one.wrong,
    }),
    NOTHING_FELT,
  );
}
