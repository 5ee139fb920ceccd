import { iamAnswer } from './answering/iam-answer.ts';
import type { Gateway } from './gateway.ts';
import { HTTP_API_FACTS } from './http-api.ts';
import { findCredential } from './reading/credentials.ts';
import { fieldsOf, textOf } from './reading/event-fields.ts';
import { FORMAT_ONE, formatOneRequest } from './reading/format-one.ts';
import { HTTP_METHOD, type Mark, TYPE_REQUEST } from './reading/marks.ts';
import { otherPaths } from './reading/other-paths.ts';
import { readMethodArn } from './reading/request-arn.ts';

const MARKS: readonly Mark[] = [
  TYPE_REQUEST,
  { name: 'version: "1.0"', holds: ({ version }) => version === '1.0' },
  // SAM local sends `routeArn` if the authorizer has payload format 2.0 and the route has 1.0.
  { name: 'methodArn', holds: ({ methodArn, routeArn }) => typeof (methodArn ?? routeArn) === 'string' },
  HTTP_METHOD,
];

const REQUEST_IDS = ['requestId'];

/**
 * HTTP API with payload format 1.0. `authorizationToken` repeats the identity sources, so it is not read as a credential.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
export const httpApiOne: Gateway<'http-api-1.0'> = {
  kind: 'http-api-1.0',
  marks: MARKS,
  ...HTTP_API_FACTS,
  answersWith: 'policy',
  context: { field: 'context', form: 'scalars', arrivesAs: 'scalars' },
  read: (event, tokenSource) => {
    const fields = fieldsOf(event);
    const arn = readMethodArn(fields.methodArn ?? fields.routeArn, 'methodArn');
    const own = {
      gateway: 'http-api-1.0',
      credential: findCredential(fields, FORMAT_ONE, tokenSource),
      otherMethod: null,
      // AWS's events have `path` as sent and `requestContext.path` decoded; others report that both are decoded.
      otherPaths: otherPaths(arn, fields.path, fieldsOf(fields.requestContext).path),
      routeTemplate: routeTemplate(arn.verb, textOf(fields.resource)),
      arn,
    } as const;
    return formatOneRequest(fields, own, REQUEST_IDS);
  },
  answer: (decision, settings) => iamAnswer(decision, settings, httpApiOne),
};

/** `resource` is a path in AWS's sample event, but a whole route key in events that users captured. */
function routeTemplate(verb: string, resource: string | null): string | null {
  return resource?.startsWith('/') ? `${verb} ${resource}` : resource;
}
