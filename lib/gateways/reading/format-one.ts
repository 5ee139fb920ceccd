import type { ExecuteApiArn } from '../../iam/arn.ts';
import { clientIpOf } from '../../net/client-ip.ts';
import type { Credential } from '../../token/credential.ts';
import type { AuthorizationRequest } from '../gateway.ts';
import { type Fields, fieldsOf, textOf } from './event-fields.ts';
import type { EventFormat } from './maps.ts';
import { requestView } from './request-view.ts';

/** The payload format 1.0 of HTTP APIs, which REST REQUEST and WebSocket events share. */
export const FORMAT_ONE: EventFormat = {
  headers: ['headers', 'multiValueHeaders'],
  query: ['queryStringParameters', 'multiValueQueryStringParameters'],
};

type OwnFields = Pick<AuthorizationRequest, 'gateway' | 'otherMethod' | 'otherPaths' | 'routeTemplate'> & {
  readonly arn: ExecuteApiArn;
  readonly credential: Credential;
};

/**
 * @param own - what each of these gateways reads in its own way
 * @param requestIds - fields of `requestContext` with a request id; the first one present counts
 */
export function formatOneRequest(
  event: Fields,
  own: OwnFields,
  requestIds: readonly string[],
): AuthorizationRequest {
  const context = fieldsOf(event.requestContext);
  const identity = fieldsOf(context.identity);
  const { arn } = own;
  const request = {
    gateway: own.gateway,
    clientIp: clientIpOf(identity.sourceIp),
    method: arn.verb,
    otherMethod: own.otherMethod,
    path: arn.path,
    otherPaths: own.otherPaths,
    routeTemplate: own.routeTemplate,
    apiId: arn.apiId,
    stage: arn.stage,
    arn,
    requestId: firstText(context, requestIds),
    clientCertificate: textOf(fieldsOf(identity.clientCert).clientCertPem),
    domainName: textOf(context.domainName),
    event,
  };
  return requestView(request, own.credential, FORMAT_ONE);
}

function firstText(fields: Fields, names: readonly string[]): string | null {
  for (const name of names) {
    const text = textOf(fields[name]);
    if (text !== null) return text;
  }
  return null;
}
