import { iamAnswer } from './answering/iam-answer.ts';
import type { Gateway } from './gateway.ts';
import { findCredential } from './reading/credentials.ts';
import { fieldsOf, textOf } from './reading/event-fields.ts';
import { FORMAT_ONE, formatOneRequest } from './reading/format-one.ts';
import { HTTP_METHOD, type Mark, METHOD_ARN, NO_VERSION, TYPE_REQUEST } from './reading/marks.ts';
import { NO_OTHER_PATHS } from './reading/other-paths.ts';
import { otherMethod, readMethodArn } from './reading/request-arn.ts';
import { REST_FACTS, restHeaderSource } from './rest.ts';

const MARKS: readonly Mark[] = [TYPE_REQUEST, NO_VERSION, METHOD_ARN, HTTP_METHOD];

/**
 * Clients can set `requestId`, but not `extendedRequestId`.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
 */
const REQUEST_IDS = ['extendedRequestId', 'requestId'];

/**
 * REST API with a REQUEST authorizer. The event does not show `ANY` methods: the route template has the request's verb.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html
 */
export const restRequest: Gateway<'rest-request'> = {
  kind: 'rest-request',
  marks: MARKS,
  ...REST_FACTS,
  sends: { headers: true, address: true, certificate: true },
  // https://docs.aws.amazon.com/apigateway/latest/developerguide/configure-api-gateway-lambda-authorization-with-console.html
  cache: {
    kind: 'identity sources',
    header: restHeaderSource,
    query: (name) => `method.request.querystring.${name}`,
    address: 'context.identity.sourceIp',
    route: ['context.resourcePath', 'context.httpMethod'],
    path: ['context.path', 'context.httpMethod'],
  },
  read: (event, tokenSource) => {
    const fields = fieldsOf(event);
    const arn = readMethodArn(fields.methodArn, 'methodArn');
    const resource = textOf(fields.resource);
    const own = {
      gateway: 'rest-request',
      credential: findCredential(fields, FORMAT_ONE, tokenSource),
      otherMethod: otherMethod(arn, fields.httpMethod),
      otherPaths: NO_OTHER_PATHS,
      routeTemplate: resource && `${arn.verb} ${resource}`,
      arn,
    } as const;
    return formatOneRequest(fields, own, REQUEST_IDS);
  },
  answer: (decision, settings) => iamAnswer(decision, settings, restRequest),
};
