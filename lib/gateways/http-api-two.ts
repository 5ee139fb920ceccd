import type { Decision } from '../decision/decision.ts';
import { clientIpOf } from '../net/client-ip.ts';
import { defined } from '../util/defined.ts';
import {
  faultAnswer,
  isThrown,
  refusalContext,
  unauthorizedAnswer,
  withinBudget,
} from './answering/answers.ts';
import { encodeContext } from './answering/context.ts';
import { iamAnswer } from './answering/iam-answer.ts';
import type { AnswerSettings, AuthorizationRequest, Gateway, GatewayAnswer, TokenSource } from './gateway.ts';
import { HTTP_API_FACTS } from './http-api.ts';
import { findCredential } from './reading/credentials.ts';
import { fieldsOf, textOf } from './reading/event-fields.ts';
import type { EventFormat } from './reading/maps.ts';
import { type Mark, TYPE_REQUEST } from './reading/marks.ts';
import { otherPaths } from './reading/other-paths.ts';
import { readMethodArn } from './reading/request-arn.ts';
import { requestView } from './reading/request-view.ts';

const MARKS: readonly Mark[] = [
  TYPE_REQUEST,
  { name: 'version: "2.0"', holds: ({ version }) => version === '2.0' },
  // SAM local sends `methodArn` if the authorizer has payload format 1.0 and the route has 2.0.
  { name: 'routeArn', holds: ({ routeArn, methodArn }) => typeof (routeArn ?? methodArn) === 'string' },
  {
    name: 'requestContext.http.method',
    holds: ({ requestContext }) => typeof fieldsOf(fieldsOf(requestContext).http).method === 'string',
  },
];

const FORMAT_TWO: EventFormat = {
  headers: ['headers'],
  query: ['queryStringParameters'],
  cookies: 'cookies',
};

/**
 * HTTP API with payload format 2.0. The event does not show whether the API expects a policy or a simple response.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
export const httpApiTwo: Gateway<'http-api-2.0'> = {
  kind: 'http-api-2.0',
  marks: MARKS,
  ...HTTP_API_FACTS,
  answersWith: 'policy or simple',
  // The backend gets lists and objects as such.
  context: { field: 'context', form: 'structured', arrivesAs: 'structured' },
  read,
  answer: (decision, settings) =>
    settings.httpApiResponse === 'simple'
      ? simpleAnswer(decision, settings)
      : iamAnswer(decision, settings, settings.accountId === OFFLINE_ACCOUNT ? OFFLINE : httpApiTwo),
};

/** The account in the ARNs of serverless-offline. AWS has digits there. */
const OFFLINE_ACCOUNT = 'random-account-id';

/** serverless-offline answers 500 if a context beside a policy holds a list or an object, which AWS takes. */
const OFFLINE = { ...httpApiTwo, context: { ...httpApiTwo.context, form: 'scalars' } } as const;

function read(event: unknown, tokenSource: TokenSource): AuthorizationRequest {
  const fields = fieldsOf(event);
  const context = fieldsOf(fields.requestContext);
  const http = fieldsOf(context.http);
  const arn = readMethodArn(fields.routeArn ?? fields.methodArn, 'routeArn');
  const request = {
    gateway: 'http-api-2.0' as const,
    clientIp: clientIpOf(http.sourceIp),
    method: arn.verb,
    otherMethod: null,
    path: arn.path,
    otherPaths: otherPaths(arn, fields.rawPath),
    routeTemplate: textOf(fields.routeKey),
    apiId: arn.apiId,
    stage: arn.stage,
    arn,
    requestId: textOf(context.requestId),
    clientCertificate: textOf(fieldsOf(fieldsOf(context.authentication).clientCert).clientCertPem),
    domainName: textOf(context.domainName),
    event,
  };
  return requestView(request, findCredential(fields, FORMAT_TWO, tokenSource), FORMAT_TWO);
}

function simpleAnswer(decision: Decision, settings: AnswerSettings): GatewayAnswer {
  if (decision.outcome === 'fault') return faultAnswer(decision);
  if (decision.outcome === 'deny') {
    if (isThrown(decision, settings, httpApiTwo.unauthorized)) return unauthorizedAnswer();
    return {
      kind: 'response',
      response: { isAuthorized: false, context: refusalContext(decision, settings) },
    };
  }
  const encoded = encodeContext(decision.context, httpApiTwo.context.form);
  if (encoded.kind === 'unusable context') return encoded;
  return withinBudget(defined({ isAuthorized: true, context: encoded.context }));
}
