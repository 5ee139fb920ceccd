import { iamAnswer } from './answering/iam-answer.ts';
import type { Gateway } from './gateway.ts';
import { findCredential } from './reading/credentials.ts';
import { fieldsOf } from './reading/event-fields.ts';
import { FORMAT_ONE, formatOneRequest } from './reading/format-one.ts';
import { type Mark, METHOD_ARN, NO_VERSION, TYPE_REQUEST } from './reading/marks.ts';
import { NO_OTHER_PATHS } from './reading/other-paths.ts';
import { readConnectArn } from './reading/request-arn.ts';

const MARKS: readonly Mark[] = [
  TYPE_REQUEST,
  NO_VERSION,
  METHOD_ARN,
  // REST API events are otherwise alike, but have one.
  { name: 'no httpMethod', holds: ({ httpMethod }) => typeof httpMethod !== 'string' },
  {
    name: 'requestContext.routeKey: "$connect"',
    holds: ({ requestContext }) => fieldsOf(requestContext).routeKey === '$connect',
  },
];

const REQUEST_IDS = ['requestId'];

/**
 * WebSocket API, which calls its authorizer at `$connect` only. There is no method and no path.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html
 */
export const webSocket: Gateway<'websocket'> = {
  kind: 'websocket',
  marks: MARKS,
  // AWS documents no mutual TLS for WebSocket APIs.
  sends: { headers: true, address: true, certificate: false },
  routeKinds: ['connect', 'default'],
  routing: null,
  // `AuthorizerResultTtlInSeconds` is for HTTP APIs only:
  // https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-authorizers.html
  cache: { kind: 'none', reason: 'API Gateway does not cache the answers of WebSocket authorizers.' },
  answersWith: 'policy',
  context: { field: 'context', form: 'scalars', arrivesAs: 'strings' },
  unauthorized: 'throw',
  denial: { status: 403, keepsContext: true },
  takesResourcePolicy: false,
  metersUsage: false,
  read: (event, tokenSource) => {
    const fields = fieldsOf(event);
    const arn = readConnectArn(fields.methodArn, 'methodArn');
    const own = {
      gateway: 'websocket',
      credential: findCredential(fields, FORMAT_ONE, tokenSource),
      otherMethod: null,
      otherPaths: NO_OTHER_PATHS,
      routeTemplate: arn.routeKey,
      arn,
    } as const;
    return formatOneRequest(fields, own, REQUEST_IDS);
  },
  answer: (decision, settings) => iamAnswer(decision, settings, webSocket),
};
