import type { Decision, VerifiedBy } from '../decision/decision.ts';
import { credentialOf } from '../gateways/reading/request-view.ts';
import type { Invocation } from '../invocation/invocation.ts';
import type { LogLine } from '../middlewares/log-line.ts';
import { callerFacts } from '../token/caller-kind.ts';
import { defined } from '../util/defined.ts';
import type { ExplainedToken } from './explanation.ts';

type ShownClaims = readonly string[] | 'all';

/** What is known of the token of a request; `null` if the request has none that can be read. */
export function explainedToken(
  { phase, refusedClaims }: Invocation,
  decision: Decision,
  verification: 'keys' | 'resigned',
  shown: ShownClaims,
): ExplainedToken | null {
  const { caller, request } = phase;
  const token = caller?.token ?? null;
  const proven = verification === 'keys' ? 'signature' : 'resigned';
  if (token !== null) return { verified: proven, ...tokenFacts(token, token.claims, shown) };
  if (request === null || credentialOf(request).kind !== 'token') return null;
  const verifiedBy = decision.outcome === 'deny' ? decision.verifiedBy : undefined;
  // There are claims only if the issuer's key was used.
  if (refusedClaims !== null) {
    return { verified: proven, ...tokenFacts(verifiedBy as VerifiedBy, refusedClaims, shown) };
  }
  return {
    verified: 'refused',
    ...defined({ issuer: verifiedBy?.issuer, kid: verifiedBy?.kid }),
    claims: [],
    shown: {},
  };
}

function tokenFacts(
  { issuer, kid, keys }: VerifiedBy,
  claims: Readonly<Record<string, unknown>> & Parameters<typeof callerFacts>[0],
  shown: ShownClaims,
): Omit<ExplainedToken, 'verified'> {
  const names = Object.keys(claims);
  const asked = names.filter((name) => shown === 'all' || shown.includes(name));
  return {
    ...defined({ issuer, kid, keys }),
    caller: callerFacts(claims).kind,
    claims: names,
    shown: Object.fromEntries(asked.map((name) => [name, claims[name]])),
    expiresIn: claims.exp - Math.floor(Date.now() / 1000),
  };
}

/** The fields of the log line that are values of claims. */
const OF_CLAIMS: readonly string[] = ['principalId', 'actor', 'client', 'organization', 'claims'];

/** The log line without values of claims, unless all are asked for. Errors are elsewhere in the explanation. */
export function shownLine(line: LogLine, shown: ShownClaims): Readonly<Partial<LogLine>> {
  const { coldStart: _cold, durationMs: _duration, error: _error, reports, ...rest } = line;
  const shownReports = reports?.map(({ cause: _cause, ...report }) => report);
  const all = defined({ ...rest, reports: shownReports });
  if (shown === 'all') return all;
  return Object.fromEntries(Object.entries(all).filter(([name]) => !OF_CLAIMS.includes(name)));
}
