import { iamAnswer } from './answering/iam-answer.ts';
import type { Gateway } from './gateway.ts';
import { pickedCredential } from './reading/credentials.ts';
import { fieldsOf, NO_FIELDS, textOf } from './reading/event-fields.ts';
import { AUTHORIZATION_TOKEN, type Mark, METHOD_ARN } from './reading/marks.ts';
import { NO_OTHER_PATHS } from './reading/other-paths.ts';
import { readMethodArn } from './reading/request-arn.ts';
import { withCredential } from './reading/request-view.ts';
import { REST_FACTS, restHeaderSource } from './rest.ts';

const MARKS: readonly Mark[] = [
  { name: 'type: "TOKEN"', holds: ({ type }) => type === 'TOKEN' },
  METHOD_ARN,
  AUTHORIZATION_TOKEN,
];

/**
 * REST API with a TOKEN authorizer. The event holds the value of one header and the ARN, nothing else.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html
 */
export const restToken: Gateway<'rest-token'> = {
  kind: 'rest-token',
  marks: MARKS,
  ...REST_FACTS,
  sends: { headers: false, address: false, certificate: false },
  cache: { kind: 'token', sources: (header) => [restHeaderSource(header)] },
  read: (event, tokenSource) => {
    const { methodArn, authorizationToken } = fieldsOf(event);
    const arn = readMethodArn(methodArn, 'methodArn');
    const request = {
      gateway: 'rest-token' as const,
      headers: NO_FIELDS,
      query: NO_FIELDS,
      clientIp: null,
      method: arn.verb,
      otherMethod: null,
      path: arn.path,
      otherPaths: NO_OTHER_PATHS,
      routeTemplate: null,
      apiId: arn.apiId,
      stage: arn.stage,
      arn,
      requestId: null,
      clientCertificate: null,
      domainName: null,
      event,
    };
    return withCredential(request, pickedCredential(textOf(authorizationToken) ?? '', tokenSource));
  },
  answer: (decision, settings) => iamAnswer(decision, settings, restToken),
};
