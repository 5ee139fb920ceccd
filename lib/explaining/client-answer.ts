import type { GatewayFacts } from '../gateways/facts.ts';
import type { AuthorizationRequest, GatewayKind } from '../gateways/gateway.ts';
import { gatewayOfKind } from '../gateways/index.ts';
import { refusalAnswer } from '../local-gateway/answers.ts';
import { failureOf, type Outcome } from '../local-gateway/result.ts';
import { type ReadAnswer, readAnswer } from '../testing/answer.ts';
import type { Invocation } from '../testing/invocation.ts';
import type { Credential } from '../token/credential.ts';
import type { ExplainedClient } from './explanation.ts';

/** The answer of an authorizer as its gateway reads it; `null` if it failed. */
export interface GatewayReading {
  readonly answer: ReadAnswer | null;
  readonly outcome: Outcome;
}

/** Reads the answer of an authorizer as the gateway does that sent the request. */
export function readAsGateway(
  invoked: Invocation,
  { gateway, arn, clientIp }: AuthorizationRequest,
  httpApiResponse: 'iam' | 'simple',
): GatewayReading {
  if (invoked.kind === 'error') {
    return { answer: null, outcome: failureOf({ kind: gateway }, invoked.error) };
  }
  const answer = readAnswer(invoked.response, gateway, { httpApiResponse });
  const verdict = answer.verdict({ resource: arn?.text ?? '', sourceIp: clientIp ?? undefined });
  const outcome: Outcome =
    verdict === 'allow' ? { kind: 'allowed' } : { kind: 'denied', explicit: verdict === 'explicit-deny' };
  return { answer, outcome };
}

/** What the client gets, if the gateway has its own responses (no gateway responses of the API, no CORS). */
export function clientAnswer(
  { outcome }: GatewayReading,
  gateway: GatewayKind,
  credential: Credential,
): ExplainedClient {
  const note = noteOn(gatewayOfKind(gateway), credential);
  const more = note === null ? {} : { note };
  if (outcome.kind === 'allowed') {
    return { from: 'backend', status: null, headers: {}, body: null, ...more };
  }
  const { status, headers, body } = refusalAnswer({ kind: gateway }, outcome);
  return { from: 'gateway', status, headers, body: body.trimEnd(), ...more };
}

/** An event of an unknown gateway fails the invocation, which every gateway answers so. */
export const UNREADABLE: ExplainedClient = {
  from: 'gateway',
  status: 500,
  headers: {},
  body: null,
  note: 'The event is not one of a Lambda authorizer. Every gateway answers a failed authorizer with a 500; AppSync with a 401.',
};

function noteOn({ cache }: GatewayFacts, credential: Credential): string | null {
  if (credential.kind !== 'none' || cache.kind === 'none') return null;
  return 'If the token is an identity source, the gateway answers 401 by itself, without a log line: the authorizer is not invoked.';
}
