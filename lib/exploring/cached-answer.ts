import type { ObservedChain } from '../explaining/observed-chain.ts';
import type { ExecuteApiArn } from '../iam/arn.ts';
import { type PolicyRequest, type PolicyVerdict, policyEvaluator } from '../iam/evaluate.ts';
import type { AnsweredPolicy } from '../iam/policy-document.ts';
import type { ExploredAnswer } from './exploration.ts';
import type { SampleRequest } from './sample-requests.ts';

/**
 * The answer to an event, and what it does with each sample request when a cache repeats it.
 *
 * @param request - index of the sample that the event is about
 * @param isAllowed - whether the caller may use a route, by its index
 */
export async function answerTo(
  event: object,
  request: number,
  samples: readonly SampleRequest[],
  chain: ObservedChain,
  isAllowed: (route: number) => boolean,
): Promise<ExploredAnswer> {
  const { invoked } = await chain(event);
  if (invoked.kind === 'error') return FAILED;
  const answer = invoked.response as Answer;
  const bytes = bytesOf(answer);
  const document = answer.policyDocument;
  if (document === undefined) return { kind: 'simple', request, allows: answer.isAuthorized === true, bytes };
  const verdictOn = policyEvaluator(document);
  const cached = samples.map((sample) => LETTERS[verdictOn(requestOf(sample))]).join('');
  return {
    kind: 'policy',
    request,
    document,
    bytes,
    documentBytes: bytesOf(document),
    covers: coverageOf(cached, request, isAllowed),
    cached,
  };
}

const FAILED: ExploredAnswer = {
  kind: 'none',
  reason: 'The invocation fails, and gateways cache no failed invocation.',
};

interface Answer {
  readonly policyDocument?: AnsweredPolicy;
  readonly isAuthorized?: boolean;
}

const LETTERS: Readonly<Record<PolicyVerdict, string>> = {
  allow: 'a',
  'explicit-deny': 'd',
  'implicit-deny': 'i',
};

function requestOf({ request: { arn, clientIp } }: SampleRequest): PolicyRequest {
  return { resource: (arn as ExecuteApiArn).text, sourceIp: clientIp ?? undefined };
}

function coverageOf(
  cached: string,
  request: number,
  isAllowed: (route: number) => boolean,
): 'all' | 'some' | 'route' {
  const allowed = [...cached].map((letter) => letter === 'a');
  if (allowed.every((isCached, route) => isCached || !isAllowed(route))) return 'all';
  return allowed.some((isCached, route) => isCached && route !== request) ? 'some' : 'route';
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
