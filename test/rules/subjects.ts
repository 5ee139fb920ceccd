import type { Refusal } from '../../lib/decision/decision.ts';
import type { AuthorizationRequest, GatewayKind } from '../../lib/gateways/gateway.ts';
import type { Findings, Rule, Subject, Verdict } from '../../lib/rules/rule.ts';
import { UserCalls } from '../../lib/rules/user-calls.ts';
import type { VerifiedToken } from '../../lib/token/verified-token.ts';

/** Requests and tokens for rules, and a way to judge one rule. */

export function requestOf(overrides: Partial<AuthorizationRequest> = {}): AuthorizationRequest {
  return {
    gateway: 'rest-request',
    headers: Object.assign(Object.create(null), overrides.headers),
    query: Object.create(null),
    clientIp: '198.51.100.7',
    method: 'GET',
    path: '/orders',
    otherMethod: null,
    otherPaths: [],
    routeTemplate: null,
    apiId: null,
    stage: 'prod',
    arn: null,
    requestId: 'r-1',
    clientCertificate: null,
    domainName: 'api.example.com',
    event: {},
    ...overrides,
  };
}

export function tokenOf(claims: Readonly<Record<string, unknown>> = {}): VerifiedToken {
  const { aud = [] } = claims;
  return {
    claims: { iss: 'https://tenant.eu.auth0.com/', sub: 'auth0|1', exp: 4_000_000_000, ...claims },
    audiences: [aud].flat() as readonly string[],
    issuer: 'https://tenant.eu.auth0.com/',
    kid: 'k1',
    algorithm: 'RS256',
    keys: 'fresh',
  };
}

export function subjectOf(
  request: Partial<AuthorizationRequest> = {},
  claims: Readonly<Record<string, unknown>> | null = {},
): Subject {
  const token = claims === null ? null : tokenOf(claims);
  return { request: requestOf(request), token, calls: new UserCalls(), isShifted: false };
}

/** What one rule comes to for a subject, with the findings that it leaves. */
export async function judge(rule: Rule, subject: Subject) {
  const findings: Findings = { clientIp: subject.request.clientIp, country: null };
  return { refusal: refusalIn(await rule.judge(subject, findings)), findings };
}

/** Why a verdict refuses; `null` = it passed. A fault is thrown. */
export function refusalIn(verdict: Verdict): Refusal | null {
  if (verdict.kind === 'fault') throw verdict.error;
  return verdict.kind === 'refused' ? verdict.refusal : null;
}

/** The refusal's code; `null` = passed. */
export async function codeOf(rule: Rule, subject: Subject): Promise<string | null> {
  return (await judge(rule, subject)).refusal?.code ?? null;
}

/** The error of a rule that comes to a fault, at once or later. */
export async function faultOf(rule: Rule, subject: Subject): Promise<unknown> {
  const verdict = await rule.judge(subject, { clientIp: null, country: null });
  return verdict.kind === 'fault' ? verdict.error : null;
}

export const HTTP_KINDS: readonly GatewayKind[] = [
  'rest-request',
  'http-api-1.0',
  'http-api-2.0',
  'websocket',
];
export const APPSYNC_KINDS: readonly GatewayKind[] = ['appsync-graphql', 'appsync-events'];
