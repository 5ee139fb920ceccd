import { FAULTS, type FaultCode, REFUSALS, type RefusalCode } from '../decision/decision.ts';
import { OptionError } from '../decision/errors.ts';
import type { AuthorizationRequest } from '../gateways/gateway.ts';
import { recognise } from '../gateways/index.ts';
import { fieldsOf } from '../gateways/reading/event-fields.ts';
import type { ExecuteApiArn } from '../iam/arn.ts';
import type { PolicyVerdict } from '../iam/evaluate.ts';
import type { ConditionContext } from '../iam/evaluate-condition.ts';
import { func } from '../util/option-checks.ts';
import { type ReadAnswer, readAnswer, verdictOn } from './answer.ts';
import { invokeAsLambda, type TestedHandler } from './invocation.ts';
import { clientOf, requestPath, verb } from './request-checks.ts';
import type { TestAllow, TestDecision, TestDeny, TestFault } from './test-decision.ts';

/**
 * Invokes an authorizer with an event, as Lambda does, and reads what it did as the gateway does that sent the event.
 *
 * @param handler - any authorizer, made with this package or not
 * @param event - of any gateway; its kind is told by its fields
 * @param client - what a policy's conditions are evaluated with where the event does not tell: the events of TOKEN
 *   authorizers have no address. Default: the address in the event, the time of the clock
 * @throws {OptionError} for a handler or a client that is none; when the policy has what `evaluatePolicy` does not
 *   judge, since a guess would make a test pass that should not
 * @example
 * const decision = await decide(handler, restRequestEvent({ token: issuer.token(), path: '/orders/7' }));
 */
export async function decide(
  handler: TestedHandler,
  event: unknown,
  client: ConditionContext = {},
): Promise<TestDecision> {
  func(handler, 'handler');
  const asked = clientOf(client);
  const invocation = await invokeAsLambda(handler, event);
  if (invocation.kind === 'error') return failure(invocation.error);
  const { response } = invocation;
  try {
    const request = recognise(event).read(event, {});
    return decisionOf(readAnswer(response, request.gateway), request, asked);
  } catch (error) {
    // That is about the test, not about the authorizer.
    if (error instanceof OptionError) throw error;
    return faultOf(error as Error);
  }
}

function decisionOf(
  { answer, word, context }: ReadAnswer,
  { arn, clientIp, gateway }: AuthorizationRequest,
  client: ConditionContext,
): TestAllow | TestDeny {
  const verdictAt = (resource: string, { sourceIp, now }: ConditionContext): PolicyVerdict =>
    verdictOn(word, {
      resource,
      sourceIp: sourceIp ?? client.sourceIp ?? clientIp ?? undefined,
      now: now ?? client.now,
    });
  const allowsFromCache: TestDecision['allowsFromCache'] = (...asked) => {
    const question = questionOf(...asked);
    return verdictAt(resourceOf(arn, question), question.client) === 'allow';
  };
  const verdict = verdictAt(arn?.text ?? '', {});
  if (verdict === 'allow') {
    return { outcome: 'allow', principalId: answer.principalId, context, answer, allowsFromCache };
  }
  const explicit = verdict === 'explicit-deny';
  const denied = gateway.startsWith('appsync')
    ? ({ status: 401, refusal: undefined } as const)
    : ({ status: 403, refusal: refusalIn(context) } as const);
  return { outcome: 'deny', ...denied, explicit, answer, allowsFromCache };
}

/** What became of an invocation that failed. Gateways are told the message of the error, and compare it letter by letter. */
function failure(error: Error): TestDeny | TestFault {
  if (error.message !== 'Unauthorized') return faultOf(error);
  return {
    outcome: 'deny',
    status: 401,
    refusal: undefined,
    explicit: true,
    answer: undefined,
    allowsFromCache: nothingToReplay,
  };
}

function faultOf(error: Error): TestFault {
  return { outcome: 'fault', code: codeOf(error), error, allowsFromCache: nothingToReplay };
}

const nothingToReplay: TestDecision['allowsFromCache'] = (...asked) => {
  questionOf(...asked);
  return false;
};

/** By name: a bundle has a class of its own. */
function codeOf(error: Error): FaultCode | undefined {
  const { code } = fieldsOf(error);
  if (error.name !== 'AuthorizerFault' || typeof code !== 'string') return undefined;
  return Object.hasOwn(FAULTS, code) ? (code as FaultCode) : undefined;
}

function refusalIn({ refusal }: ReadAnswer['context']): RefusalCode | undefined {
  return typeof refusal === 'string' && Object.hasOwn(REFUSALS, refusal)
    ? (refusal as RefusalCode)
    : undefined;
}

interface Question {
  readonly method: string;
  readonly path: string;
  readonly client: ConditionContext;
}

/** @throws {OptionError} for what no client can ask */
function questionOf(method: unknown, path: unknown, client: unknown = {}): Question {
  return { method: verb(method, 'method'), path: requestPath(path, 'path'), client: clientOf(client) };
}

/** The ARN of another request of the same stage; the same one where requests have neither method nor path. */
function resourceOf(arn: ExecuteApiArn | null, { method, path }: Question): string {
  if (arn === null || arn.verb === null) return arn?.text ?? '';
  return `${arn.stagePrefix}${method}${path}`;
}
