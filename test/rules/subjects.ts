import type { AuthorizationRequest, GatewayKind } from '../../lib/gateways/gateway.ts';
import type { Findings, Rule, Subject, Verdict } from '../../lib/rules/rule.ts';
import type { VerifiedToken } from '../../lib/token/verified-token.ts';

/** Requests and tokens as the rules see them, and a way to ask one rule. */

export function requestOf(overrides: Partial<AuthorizationRequest> = {}): AuthorizationRequest {
  return {
    gateway: 'rest-request',
    credential: { kind: 'none' },
    headers: Object.assign(Object.create(null), overrides.headers),
    query: Object.create(null),
    clientIp: '198.51.100.7',
    method: 'GET',
    path: '/orders',
    routeTemplate: null,
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
  return {
    claims: { iss: 'https://tenant.eu.auth0.com/', sub: 'auth0|1', exp: 4_000_000_000, ...claims },
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
  return { request: requestOf(request), token: claims === null ? null : tokenOf(claims) };
}

/** What a rule says of a subject, with the findings that it leaves. */
export async function ask(rule: Rule, subject: Subject): Promise<{ verdict: Verdict; findings: Findings }> {
  const findings: Findings = { clientIp: subject.request.clientIp, country: null };
  return { verdict: await rule.judge(subject, findings), findings };
}

/** The refusal's code; `null` = passed. */
export async function codeOf(rule: Rule, subject: Subject): Promise<string | null> {
  return (await ask(rule, subject)).verdict?.code ?? null;
}

export const HTTP_KINDS: readonly GatewayKind[] = [
  'rest-request',
  'http-api-1.0',
  'http-api-2.0',
  'websocket',
];
export const APPSYNC_KINDS: readonly GatewayKind[] = ['appsync-graphql', 'appsync-events'];
