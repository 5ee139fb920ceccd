import type { AuthorizerContext, Decision } from '../../decision/decision.ts';
import { AuthorizerFault } from '../../decision/errors.ts';
import type { PolicyDocument } from '../../iam/policy-document.ts';
import type { Answer, AnswerSettings } from '../gateway.ts';
import { faultAnswer, isThrown, refusalContext, unauthorizedAnswer, withinBudget } from './answers.ts';
import { type ContextForm, encodeContext } from './context.ts';

/** In what the gateways that are answered with a policy differ. */
export interface IamDialect {
  readonly context: ContextForm;
  /** What a 401 is unless the user chose: thrown where AWS documents that, else a deny. */
  readonly unauthorized: 'throw' | 'deny';
  /** Only REST APIs meter by API keys. */
  readonly usageIdentifierKey: boolean;
}

interface IamResponse {
  readonly principalId: string;
  readonly policyDocument: PolicyDocument;
  context?: AuthorizerContext;
  usageIdentifierKey?: string;
}

/** What both kinds of REST authorizer speak. */
export const REST_DIALECT: IamDialect = {
  context: 'scalars',
  unauthorized: 'throw',
  usageIdentifierKey: true,
};

const NOBODY = 'anonymous';

/**
 * An IAM policy, with the principal and the context.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
 * @throws {AuthorizerFault} `handler_result` when the context cannot be carried, `internal_error` without a policy
 */
export function iamAnswer(decision: Decision, settings: AnswerSettings, dialect: IamDialect): Answer {
  if (decision.outcome === 'fault') return faultAnswer(decision);
  if (decision.outcome === 'deny') {
    if (isThrown(decision, settings, dialect.unauthorized)) return unauthorizedAnswer();
    return withinBudget({
      principalId: decision.principalId ?? NOBODY,
      policyDocument: policyOf(settings),
      context: encodeContext(refusalContext(decision), dialect.context) as AuthorizerContext,
    });
  }
  const { principalId, usageIdentifierKey } = decision;
  const context = encodeContext(decision.context, dialect.context);
  const response: IamResponse = { principalId, policyDocument: policyOf(settings) };
  if (context !== undefined) response.context = context;
  if (usageIdentifierKey !== undefined && dialect.usageIdentifierKey) {
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
