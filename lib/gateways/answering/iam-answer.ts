import type { AuthorizerContext, Decision } from '../../decision/decision.ts';
import { AuthorizerFault } from '../../decision/errors.ts';
import { type AnsweredPolicy, isAllow } from '../../iam/policy-document.ts';
import type { GatewayFacts } from '../facts.ts';
import type { AnswerSettings, GatewayAnswer } from '../gateway.ts';
import { faultAnswer, isThrown, refusalContext, unauthorizedAnswer, withinBudget } from './answers.ts';
import { encodeContext } from './context.ts';

/** How the gateways that are answered with a policy differ. */
type IamFacts = Pick<GatewayFacts, 'context' | 'unauthorized' | 'metersUsage'>;

interface IamResponse {
  readonly principalId: string;
  readonly policyDocument: AnsweredPolicy;
  context?: AuthorizerContext;
  usageIdentifierKey?: string;
}

/** What an answer carries beside its policy. */
interface CarriedParts {
  readonly principalId: string;
  readonly context: AuthorizerContext;
  readonly usageIdentifierKey?: string | undefined;
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
    const { context = {}, usageIdentifierKey } = decision;
    const principalId = decision.principalId ?? NOBODY;
    // A replay on a route that the policy allows would carry the refusal to the backend.
    const opensOthers = settings.policy?.Statement.some(isAllow) === true;
    const carried = opensOthers ? context : refusalContext(decision, settings);
    return responseWith({ principalId, context: carried, usageIdentifierKey }, settings, facts);
  }
  return responseWith(decision, settings, facts);
}

function responseWith(
  { principalId, context, usageIdentifierKey }: CarriedParts,
  settings: AnswerSettings,
  facts: IamFacts,
): GatewayAnswer {
  const encoded = encodeContext(context, facts.context.form);
  if (encoded.kind === 'unusable context') return encoded;
  const response: IamResponse = { principalId, policyDocument: policyOf(settings) };
  if (encoded.context !== undefined) response.context = encoded.context;
  if (facts.metersUsage && usageIdentifierKey !== undefined) response.usageIdentifierKey = usageIdentifierKey;
  return withinBudget(response);
}

function policyOf({ policy }: AnswerSettings): AnsweredPolicy {
  if (policy !== null) return policy;
  throw new AuthorizerFault(
    'internal_error',
    'no policy was written for a gateway that is answered with one',
  );
}
