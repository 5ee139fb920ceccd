import { clientIpOf } from './client-ip.ts';
import type { CredentialPlaces } from './credentials.ts';
import { type Fields, fieldsOf, textOf } from './event-fields.ts';
import type { AuthorizationRequest } from './gateway.ts';
import { headerOccurrences, queryOccurrences, readHeaders, readQuery } from './maps.ts';

/** What REST REQUEST, HTTP API 1.0 and WebSocket events have in common. */

type Common = Pick<
  AuthorizationRequest,
  'headers' | 'query' | 'clientIp' | 'requestId' | 'clientCertificate' | 'domainName'
>;

/** @param requestIds - fields of `requestContext` with the request id, the first that is there counts */
export function readCommon(event: Fields, requestIds: readonly string[]): Common {
  const context = fieldsOf(event.requestContext);
  const identity = fieldsOf(context.identity);
  const requestId = requestIds.find((name) => textOf(context[name]) !== null);
  return {
    headers: readHeaders(event.headers, event.multiValueHeaders),
    query: readQuery(event.queryStringParameters, event.multiValueQueryStringParameters),
    clientIp: clientIpOf(identity.sourceIp),
    requestId: requestId === undefined ? null : textOf(context[requestId]),
    clientCertificate: textOf(fieldsOf(identity.clientCert).clientCertPem),
    domainName: textOf(context.domainName),
  };
}

export function placesOf(event: Fields): CredentialPlaces {
  const header = (name: string) => headerOccurrences(name, event.headers, event.multiValueHeaders);
  return {
    header,
    query: (name) =>
      queryOccurrences(name, event.queryStringParameters, event.multiValueQueryStringParameters),
    cookies: () => header('cookie'),
  };
}
