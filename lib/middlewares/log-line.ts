import {
  type Decision,
  FAULTS,
  type FaultCode,
  type KeyState,
  PATH_REFUSALS,
  REFUSALS,
  type RefusalCode,
  type VerifiedBy,
} from '../decision/decision.ts';
import type { GatewayKind } from '../gateways/gateway.ts';
import { principalOf } from '../invocation/auth0-context.ts';
import type { AuthorizationState } from '../invocation/state.ts';
import type { RuleReport } from '../rules/judging.ts';

/** The fields of the one log line a decision. What does not apply is left out. Never holds a token. */
export type LogLine = {
  /** The outcome: the request goes on, the caller is refused, or the request could not be judged. */
  decision: 'allow' | 'deny' | 'fault';
  /** Why it was refused. */
  refusal?: RefusalCode;
  /** Why it could not be judged. */
  fault?: FaultCode;
  /** What to do about it, in one sentence. */
  advice?: string;
  /** What was missing or where, without any value out of the token. */
  detail?: string;
  /** The rule that refused, or whose function threw: `ip` or `custom.office-hours`. */
  rule?: string;
  /** Rules that would have refused, had they been enforced (`reportOnly`). */
  reports?: readonly RuleReport[];
  /** Key of the declared route. */
  route?: string;
  /** Where none of the declared routes was found: the route that the gateway itself took, if it tells. */
  gatewayRoute?: string;
  /** The kind of gateway that sent the event. */
  gateway?: GatewayKind;
  /** `sub` of the token, or the choice of the option `principalId`. */
  principalId?: string;
  /** The gateway's ID of the request: on REST APIs the extended one, since clients can choose the other. */
  requestId?: string;
  /** One of those configured: the one that the token names, whether its signature held or not. */
  issuer?: string;
  /** A key that the issuer has published, never one that the token alone knows. */
  kid?: string;
  /**
   * `narrow` when no policy for all routes was to be had, or had room: the answer covers this request or its route
   * alone.
   */
  policy?: 'narrow';
  /** Where the key came from: `fresh`, `stale` or `pinned` in memory, or `fetched` just now. */
  keys?: KeyState;
  /** The address that the `ip` rule's source gave, else the one that the gateway saw. */
  clientIp?: string;
  /** The country that the `country` rule found, ISO 3166-1 alpha-2. */
  country?: string;
  /** The claims that `logClaims` asked for. */
  claims?: Record<string, unknown>;
  /** First invocation in this execution environment. */
  coldStart: boolean;
  /** From the arrival of the event to the decision, milliseconds. */
  durationMs: number;
  /** The cause of a fault, with its stack. */
  error?: Error;
};

/** What the line says beside the decision. */
export interface LogLineFacts {
  readonly state: AuthorizationState;
  readonly coldStart: boolean;
  readonly logClaims: readonly string[];
  /** Milliseconds of `ticks`. */
  readonly now: number;
}

export function logLine(decision: Decision, facts: LogLineFacts): LogLine {
  const line: LogLine = { decision: decision.outcome, coldStart: facts.coldStart, durationMs: 0 };
  addOutcome(line, decision, facts.state);
  addRequest(line, facts.state);
  addToken(line, facts.state, facts.logClaims);
  addJudging(line, facts.state);
  line.durationMs = Math.round((facts.now - facts.state.startedAt) * 1000) / 1000;
  return line;
}

function addOutcome(line: LogLine, decision: Decision, state: AuthorizationState): void {
  if (decision.outcome === 'allow') {
    line.principalId = decision.principalId;
  } else if (decision.outcome === 'deny') {
    line.refusal = decision.code;
    line.advice = REFUSALS[decision.code].advice;
    if (decision.rule !== undefined) line.rule = decision.rule;
    if (decision.detail !== undefined) line.detail = decision.detail;
    if (decision.principalId !== null) line.principalId = decision.principalId;
    if (decision.verifiedBy !== undefined) addVerifiedBy(line, decision.verifiedBy);
    if (PATH_REFUSALS.has(decision.code)) addGatewayRoute(line, state.request);
  } else {
    line.fault = decision.code;
    line.advice = FAULTS[decision.code];
    if (decision.rule !== undefined) line.rule = decision.rule;
    if (state.token !== undefined && state.token !== null) line.principalId = principalOf(state);
    line.error =
      decision.cause instanceof Error
        ? decision.cause
        : new Error(
            'something other than an Error was thrown, by a middleware such as http-error-handler, maybe',
          );
  }
}

function addGatewayRoute(line: LogLine, request: AuthorizationState['request']): void {
  const template = request?.routeTemplate ?? null;
  if (template !== null) line.gatewayRoute = template;
}

function addRequest(line: LogLine, { request, judging }: AuthorizationState): void {
  if (request === undefined) return;
  line.gateway = request.gateway;
  if (request.requestId !== null) line.requestId = request.requestId;
  const clientIp = judging?.findings.clientIp ?? request.clientIp;
  if (clientIp !== null) line.clientIp = clientIp;
}

function addToken(line: LogLine, { token }: AuthorizationState, logClaims: readonly string[]): void {
  if (token === undefined || token === null) return;
  addVerifiedBy(line, token);
  if (logClaims.length === 0) return;
  const asked = logClaims.filter((name) => Object.hasOwn(token.claims, name));
  line.claims = Object.fromEntries(asked.map((name) => [name, token.claims[name]]));
}

function addVerifiedBy(line: LogLine, { issuer, kid, keys }: VerifiedBy): void {
  line.issuer = issuer;
  if (kid !== undefined) line.kid = kid;
  if (keys !== undefined) line.keys = keys;
}

function addJudging(line: LogLine, { judging, policyNarrowed, request }: AuthorizationState): void {
  if (policyNarrowed === true) line.policy = 'narrow';
  if (judging === undefined) return;
  const { route, routesDiffer, findings, reports } = judging;
  if (route !== null) line.route = route;
  else if (routesDiffer) addGatewayRoute(line, request);
  if (findings.country !== null) line.country = findings.country;
  if (reports.length > 0) line.reports = reports;
}
