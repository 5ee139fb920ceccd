import { clientIpOf } from '../../net/client-ip.ts';
import type { AuthorizationRequest } from '../gateway.ts';
import type { CredentialPlaces } from './credentials.ts';
import { type Fields, fieldsOf, textOf } from './event-fields.ts';
import { headerOccurrences, queryOccurrences, readHeaders, readQuery } from './maps.ts';
import { type MapReaders, RequestView } from './request-view.ts';

/** What REST REQUEST, HTTP API 1.0 and WebSocket events have in common. */

const MAPS: MapReaders = {
  headers: (event) => readHeaders(event.headers, event.multiValueHeaders),
  query: (event) => readQuery(event.queryStringParameters, event.multiValueQueryStringParameters),
};

type Own = Pick<AuthorizationRequest, 'gateway' | 'credential' | 'routeTemplate' | 'arn'>;

/**
 * @param own - what each of these gateways tells in its own way
 * @param requestIds - fields of `requestContext` with the request id, the first that is there counts
 */
export function formatOneRequest(
  event: Fields,
  own: Own,
  requestIds: readonly string[],
): AuthorizationRequest {
  const context = fieldsOf(event.requestContext);
  const identity = fieldsOf(context.identity);
  const rest = {
    gateway: own.gateway,
    credential: own.credential,
    clientIp: clientIpOf(identity.sourceIp),
    routeTemplate: own.routeTemplate,
    arn: own.arn,
    requestId: firstText(context, requestIds),
    clientCertificate: textOf(fieldsOf(identity.clientCert).clientCertPem),
    domainName: textOf(context.domainName),
    event,
  };
  return new RequestView(rest, MAPS);
}

function firstText(fields: Fields, names: readonly string[]): string | null {
  for (const name of names) {
    const text = textOf(fields[name]);
    if (text !== null) return text;
  }
  return null;
}

export const FORMAT_ONE_PLACES: CredentialPlaces = {
  header: (event, name) => headerOccurrences(name, event.headers, event.multiValueHeaders),
  query: (event, name) =>
    queryOccurrences(name, event.queryStringParameters, event.multiValueQueryStringParameters),
  cookies: (event) => headerOccurrences('cookie', event.headers, event.multiValueHeaders),
};
