import { FAULTS, type FaultCode, REFUSALS, type RefusalCode } from '../decision/codes.ts';
import type { Decision } from '../decision/decision.ts';
import { OptionError } from '../decision/errors.ts';
import type { AuthorizationRequest } from '../gateways/gateway.ts';
import { gatewayOfKind, recognise } from '../gateways/index.ts';
import { fieldsOf } from '../gateways/reading/event-fields.ts';
import type { ExecuteApiArn } from '../iam/arn.ts';
import type { PolicyVerdict } from '../iam/evaluate.ts';
import type { ConditionContext } from '../iam/evaluate-condition.ts';
import { DECISION_RECORDER } from '../invocation/decision-recorder.ts';
import { func } from '../util/option-checks.ts';
import { type ReadAnswer, readAnswer } from './answer.ts';
import { invokeAsLambda, type TestedHandler } from './invocation.ts';
import { lambdaContext } from './lambda-context.ts';
import { clientOf, requestPath, verb } from './request-checks.ts';
import type { TestAllow, TestDecision, TestDeny, TestFault } from './test-decision.ts';

/**
 * Invokes an authorizer with an event, as Lambda does, and reads the response as the gateway does that sent the event.
 *
 * @param handler - any authorizer, made with this package or not
 * @param event - of any gateway; its fields show which one
 * @param client - address and time for the conditions of a policy. Default: the address in the event (TOKEN events have
 *   none) and the current time
 * @throws {OptionError} if `handler` or `client` is invalid, and if the policy has an element that `evaluatePolicy` does
 *   not evaluate: a guess could make a test pass that should fail
 * @example
 * const decision = await decide(handler, restRequestEvent({ token: issuer.token(), path: '/orders/7' }));
 * assert.equal(decision.outcome, 'allow');
 */
export async function decide(
  handler: TestedHandler,
  event: unknown,
  client: ConditionContext = {},
): Promise<TestDecision> {
  func(handler, 'handler');
  const checked = clientOf(client);
  let refusal: RefusalCode | undefined;
  const record = (decision: Decision): void => {
    refusal = decision.outcome === 'deny' ? knownRefusal(decision.code) : undefined;
  };
  const context = Object.assign(lambdaContext(), { [DECISION_RECORDER]: record });
  const invocation = await invokeAsLambda(handler, event, { context });
  if (invocation.kind === 'error') return failure(invocation.error, refusal);
  const { response } = invocation;
  try {
    const request = recognise(event).read(event, {});
    return decisionOf(readAnswer(response, request.gateway), request, checked, refusal);
  } catch (error) {
    // An OptionError is about the test, not about the authorizer.
    if (error instanceof OptionError) throw error;
    return faultOf(error as Error);
  }
}

function decisionOf(
  { answer, context, verdict }: ReadAnswer,
  { arn, clientIp, gateway }: AuthorizationRequest,
  client: ConditionContext,
  recorded: RefusalCode | undefined,
): TestAllow | TestDeny {
  const verdictAt = (resource: string, { sourceIp, now }: ConditionContext): PolicyVerdict =>
    verdict({
      resource,
      sourceIp: sourceIp ?? client.sourceIp ?? clientIp ?? undefined,
      now: now ?? client.now,
    });
  const allowsFromCache: TestDecision['allowsFromCache'] = (...request) => {
    const other = otherRequest(...request);
    return verdictAt(resourceOf(arn, other), other.client) === 'allow';
  };
  const found = verdictAt(arn?.text ?? '', {});
  if (found === 'allow') {
    return { outcome: 'allow', principalId: answer.principalId, context, answer, allowsFromCache };
  }
  const { status, keepsContext } = gatewayOfKind(gateway).denial;
  const refusal = recorded ?? (keepsContext ? knownRefusal(context['refusal']) : undefined);
  return { outcome: 'deny', status, refusal, explicit: found === 'explicit-deny', answer, allowsFromCache };
}

/** The decision after a failed invocation. A gateway sees the error's message and compares it letter by letter. */
function failure(error: Error, refusal: RefusalCode | undefined): TestDeny | TestFault {
  if (error.message !== 'Unauthorized') return faultOf(error);
  return {
    outcome: 'deny',
    status: 401,
    refusal,
    explicit: true,
    answer: undefined,
    allowsFromCache: nothingToReplay,
  };
}

function faultOf(error: Error): TestFault {
  return { outcome: 'fault', code: codeOf(error), error, allowsFromCache: nothingToReplay };
}

const nothingToReplay: TestDecision['allowsFromCache'] = (...request) => {
  otherRequest(...request);
  return false;
};

/** By name: a bundled authorizer has a class of its own. */
function codeOf(error: Error): FaultCode | undefined {
  const { code } = fieldsOf(error);
  if (error.name !== 'AuthorizerFault' || typeof code !== 'string') return undefined;
  return Object.hasOwn(FAULTS, code) ? (code as FaultCode) : undefined;
}

function knownRefusal(code: unknown): RefusalCode | undefined {
  return typeof code === 'string' && Object.hasOwn(REFUSALS, code) ? (code as RefusalCode) : undefined;
}

/** A request that may get the answer from the cache. */
interface OtherRequest {
  readonly method: string;
  readonly path: string;
  readonly client: ConditionContext;
}

/** @throws {OptionError} for a request that no client can send */
function otherRequest(method: unknown, path: unknown, client: unknown = {}): OtherRequest {
  return { method: verb(method, 'method'), path: requestPath(path, 'path'), client: clientOf(client) };
}

/** The ARN of another request of the same stage; the same ARN if requests have neither method nor path. */
function resourceOf(arn: ExecuteApiArn | null, { method, path }: OtherRequest): string {
  if (arn === null || arn.verb === null) return arn?.text ?? '';
  return `${arn.stagePrefix}${method}${path}`;
}
