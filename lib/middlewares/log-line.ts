import { FAULTS, type FaultCode, PATH_REFUSALS, REFUSALS, type RefusalCode } from '../decision/codes.ts';
import type { Decision, Deny, Fault, KeyState, VerifiedBy } from '../decision/decision.ts';
import { apiOf } from '../gateways/api-name.ts';
import type { GatewayKind } from '../gateways/gateway.ts';
import type { DecidedPhase, Invocation, Phase } from '../invocation/invocation.ts';
import type { DecisionTimes } from '../observing/decision-hook.ts';
import type { RuleReport } from '../rules/rule-report.ts';
import { type CallerKind, callerFacts } from '../token/caller-kind.ts';
import { organizationOf } from '../token/organization.ts';
import type { AccessTokenClaims } from '../token/verified-token.ts';

/** The fields of the log line of a decision. What does not apply is absent. Never contains a token. */
export type LogLine = {
  /** The outcome: the request goes on, the caller is refused, or the request could not be judged. */
  decision: 'allow' | 'deny' | 'fault';
  /** Why it was refused. */
  refusal?: RefusalCode;
  /** Why it could not be judged. */
  fault?: FaultCode;
  /** What to do about it, in one sentence. */
  advice?: string;
  /** What was missing or where, without a value of the token. */
  detail?: string;
  /** The rule that refused, or whose function threw: `ip` or `custom.office-hours`. */
  rule?: string;
  /** Rules that would have refused if they were enforced (`reportOnly`), and rules of other routes that failed. */
  reports?: readonly RuleReport[];
  /** Key of the declared route. */
  route?: string;
  /** The gateway's own route, if the request matches no declared route and the event contains it. */
  gatewayRoute?: string;
  /** The kind of gateway that sent the event. */
  gateway?: GatewayKind;
  /** The API that sent the event: `a1b2c3d4e5/prod`; on AppSync, which has no stages, `a1b2c3d4e5`. */
  api?: string;
  /** `sub` of the token, or the choice of the option `principalId`. Also of a token that is refused, if its signature is valid. */
  principalId?: string;
  /** Who calls: see `callerKind`. `unknown` if the token does not show it. */
  caller?: CallerKind;
  /** Who acts for the caller: the outermost `act.sub`; or `sub` of an agent that acts for itself. */
  actor?: string;
  /** The application that the token was issued to: `azp`, else `client_id`. */
  client?: string;
  /** The caller's organization: `org_id`, else `org_name` in lower case. */
  organization?: string;
  /** The gateway's ID of the request: on REST APIs the extended one, since clients can choose the other. */
  requestId?: string;
  /** The configured issuer that the token names, whether the signature is valid or not. */
  issuer?: string;
  /** A key that the issuer published; never a key id that only the token contains. */
  kid?: string;
  /**
   * What the policy covers if not all routes of the caller: `partial` = some, `leftOut` says how many are missing;
   * `request` = this request only.
   */
  policy?: 'partial' | 'request';
  /** How many routes of the caller the cached policy denies at most, in part or wholly. */
  leftOut?: number;
  /** The claims that the default context leaves out, because the answer has no room: `permissions`, `scope` or both. */
  claimsLeftOut?: string;
  /** Where the key came from: `fresh`, `stale` or `pinned` in memory, or `fetched` just now. */
  keys?: KeyState;
  /** The address that the `ip` rule's source gave, else the one that the gateway saw. */
  clientIp?: string;
  /** The country that the `country` rule found, ISO 3166-1 alpha-2. */
  country?: string;
  /** The claims that `logClaims` names. */
  claims?: Record<string, unknown>;
  /** First invocation in this execution environment. */
  coldStart: boolean;
  /** From the arrival of the event to the decision, milliseconds. */
  durationMs: number;
  /** The cause of a fault, with its stack. */
  error?: Error;
};

/** The fields whose text may be that of a client, of a token or of a gateway. All others are of this package or the options. */
export const FROM_OUTSIDE: readonly (keyof LogLine)[] = [
  'principalId',
  'client',
  'requestId',
  'clientIp',
  'actor',
  'organization',
  'detail',
  'gatewayRoute',
  'claims',
];

export function logLine(
  decision: Decision,
  { phase, refusedClaims }: Invocation,
  { coldStart, durationMs }: DecisionTimes,
  logClaims: readonly string[],
): LogLine {
  const line: LogLine = { decision: decision.outcome, coldStart, durationMs };
  addOutcome(line, decision, phase);
  addRequest(line, phase);
  const token = phase.caller?.token ?? null;
  if (token !== null) addVerifiedBy(line, token);
  const claims = token === null ? refusedClaims : token.claims;
  if (claims !== null) addClaims(line, claims, logClaims);
  addJudging(line, phase);
  return line;
}

function addOutcome(line: LogLine, decision: Decision, phase: Phase): void {
  switch (decision.outcome) {
    case 'allow':
      line.principalId = decision.principalId;
      return;
    case 'deny':
      return addDenial(line, decision, phase);
    case 'fault':
      return addFault(line, decision, phase);
  }
}

function addDenial(line: LogLine, denial: Deny, { request }: Phase): void {
  line.refusal = denial.code;
  line.advice = REFUSALS[denial.code].advice;
  if (denial.rule !== undefined) line.rule = denial.rule;
  if (denial.detail !== undefined) line.detail = denial.detail;
  if (denial.principalId !== null) line.principalId = denial.principalId;
  if (denial.verifiedBy !== undefined) addVerifiedBy(line, denial.verifiedBy);
  if (PATH_REFUSALS.has(denial.code)) addGatewayRoute(line, request);
}

function addFault(line: LogLine, { code, rule, cause }: Fault, { caller }: Phase): void {
  line.fault = code;
  line.advice = FAULTS[code];
  if (rule !== undefined) line.rule = rule;
  if (caller !== null && caller.token !== null) line.principalId = caller.principalId;
  line.error = cause instanceof Error ? cause : new Error(NO_ERROR);
}

const NO_ERROR =
  'a value that is not an Error was thrown, perhaps by a middleware such as http-error-handler';

function addGatewayRoute(line: LogLine, request: Phase['request']): void {
  const template = request?.routeTemplate ?? null;
  if (template !== null) line.gatewayRoute = template;
}

function addRequest(line: LogLine, { request, judging }: Phase): void {
  if (request === null) return;
  line.gateway = request.gateway;
  const api = apiOf(request);
  if (api !== null) line.api = api;
  if (request.requestId !== null) line.requestId = request.requestId;
  const clientIp = judging?.clientIp ?? request.clientIp;
  if (clientIp !== null) line.clientIp = clientIp;
}

/** Who calls, and the claims that were asked for; of a refused token, too, if its signature is valid. */
function addClaims(line: LogLine, claims: AccessTokenClaims, logClaims: readonly string[]): void {
  const { kind, actor } = callerFacts(claims);
  const client = claims.azp ?? claims.client_id;
  const organization = organizationOf(claims);
  if (line.principalId === undefined && claims.sub !== undefined) line.principalId = claims.sub;
  line.caller = kind;
  if (actor !== null) line.actor = actor;
  if (client !== undefined) line.client = client;
  if (organization !== undefined) line.organization = organization;
  if (logClaims.length === 0) return;
  const present = logClaims.filter((name) => Object.hasOwn(claims, name));
  line.claims = Object.fromEntries(present.map((name) => [name, claims[name]]));
}

function addVerifiedBy(line: LogLine, { issuer, kid, keys }: VerifiedBy): void {
  line.issuer = issuer;
  if (kid !== undefined) line.kid = kid;
  if (keys !== undefined) line.keys = keys;
}

function addAnswer(line: LogLine, { shortfall, claimsLeftOut }: DecidedPhase): void {
  if (claimsLeftOut !== null) line.claimsLeftOut = claimsLeftOut;
  if (shortfall === null) return;
  line.policy = shortfall.kind;
  if (shortfall.kind === 'partial') line.leftOut = shortfall.leftOut;
}

function addJudging(line: LogLine, phase: Phase): void {
  if (phase.kind === 'decided') addAnswer(line, phase);
  const { request, judging } = phase;
  if (judging === null) return;
  const { route, routesDiffer, country, reports } = judging;
  if (route !== null) line.route = route;
  else if (routesDiffer) addGatewayRoute(line, request);
  if (country !== null) line.country = country;
  if (reports.length > 0) line.reports = reports;
}
