import type { AuthorizerContext, Decision } from '../../decision/decision.ts';
import { AuthorizerFault } from '../../decision/errors.ts';
import type { PolicyDocument } from '../../iam/policy-document.ts';
import type { GatewayFacts } from '../facts.ts';
import type { Answer, AnswerSettings } from '../gateway.ts';
import { faultAnswer, isThrown, refusalContext, unauthorizedAnswer, withinBudget } from './answers.ts';
import { encodeContext } from './context.ts';

/** How the gateways that are answered with a policy differ. */
type IamFacts = Pick<GatewayFacts, 'context' | 'unauthorized' | 'metersUsage'>;

interface IamResponse {
  readonly principalId: string;
  readonly policyDocument: PolicyDocument;
  context?: AuthorizerContext;
  usageIdentifierKey?: string;
}

const NOBODY = 'anonymous';

/**
 * An IAM policy, with the principal and the context.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
 * @throws {AuthorizerFault} `handler_result` when the context cannot be carried, `internal_error` without a policy
 */
export function iamAnswer(decision: Decision, settings: AnswerSettings, facts: IamFacts): Answer {
  if (decision.outcome === 'fault') return faultAnswer(decision);
  if (decision.outcome === 'deny') {
    if (isThrown(decision, settings, facts.unauthorized)) return unauthorizedAnswer();
    return withinBudget({
      principalId: decision.principalId ?? NOBODY,
      policyDocument: policyOf(settings),
      context: encodeContext(refusalContext(decision), facts.context.form) as AuthorizerContext,
    });
  }
  const { principalId, usageIdentifierKey } = decision;
  const context = encodeContext(decision.context, facts.context.form);
  const response: IamResponse = { principalId, policyDocument: policyOf(settings) };
  if (context !== undefined) response.context = context;
  if (usageIdentifierKey !== undefined && facts.metersUsage) {
    response.usageIdentifierKey = usageIdentifierKey;
  }
  return withinBudget(response);
}

function policyOf({ policy }: AnswerSettings): PolicyDocument {
  if (policy !== null) return policy;
  throw new AuthorizerFault(
    'internal_error',
    'no policy was written for a gateway that is answered with one',
  );
}
