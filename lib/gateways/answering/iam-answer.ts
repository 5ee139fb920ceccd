import type { AuthorizerContext, Decision } from '../../decision/decision.ts';
import { AuthorizerFault } from '../../decision/errors.ts';
import type { PolicyDocument } from '../../iam/policy-document.ts';
import type { GatewayFacts } from '../facts.ts';
import type { AnswerSettings, GatewayAnswer } from '../gateway.ts';
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
 * An answer with an IAM policy, the principal and the context.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
 * @throws {AuthorizerFault} `internal_error` without a policy
 */
export function iamAnswer(decision: Decision, settings: AnswerSettings, facts: IamFacts): GatewayAnswer {
  if (decision.outcome === 'fault') return faultAnswer(decision);
  if (decision.outcome === 'deny') {
    if (isThrown(decision, settings, facts.unauthorized)) return unauthorizedAnswer();
    return responseWith(decision.principalId ?? NOBODY, refusalContext(decision), settings, facts, undefined);
  }
  const { principalId, context, usageIdentifierKey } = decision;
  const key = facts.metersUsage ? usageIdentifierKey : undefined;
  return responseWith(principalId, context, settings, facts, key);
}

function responseWith(
  principalId: string,
  context: AuthorizerContext,
  settings: AnswerSettings,
  facts: IamFacts,
  usageIdentifierKey: string | undefined,
): GatewayAnswer {
  const encoded = encodeContext(context, facts.context.form);
  if (encoded.kind === 'unusable context') return encoded;
  const response: IamResponse = { principalId, policyDocument: policyOf(settings) };
  if (encoded.context !== undefined) response.context = encoded.context;
  if (usageIdentifierKey !== undefined) response.usageIdentifierKey = usageIdentifierKey;
  return withinBudget(response);
}

function policyOf({ policy }: AnswerSettings): PolicyDocument {
  if (policy !== null) return policy;
  throw new AuthorizerFault(
    'internal_error',
    'no policy was written for a gateway that is answered with one',
  );
}
