import type { APIGatewayEventClientCertificate, APIGatewayEventIdentity } from 'aws-lambda';
import type { EventParts } from './event-parts.ts';
import { lastValues, type Values, valuesOf, withDefaults } from './values.ts';

/** Fields that several kinds of events share. */

const USER_AGENT = 'curl/8.9.1';

/** The default `User-Agent` header. */
export const AGENT_HEADER = { 'User-Agent': USER_AGENT };

type ArnParts = Pick<EventParts, 'partition' | 'region' | 'accountId' | 'apiId' | 'stage'>;

/**
 * The ARN of a request.
 *
 * @param rest - the part after the stage: `GET/orders/7`, `$connect`
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/arn-format-reference.html
 */
export function arnOf({ partition, region, accountId, apiId, stage }: ArnParts, rest: string): string {
  return `arn:${partition}:execute-api:${region}:${accountId}:${apiId}/${stage}/${rest}`;
}

export function methodArn(parts: EventParts): string {
  return arnOf(parts, `${parts.method}${parts.path}`);
}

/** All headers of the request, with the ones that clients add by default. */
export function headersOf(parts: EventParts, added: Readonly<Record<string, string>>): Values {
  return withDefaults(defaultHeaders(parts, added), parts.headers);
}

/** Headers and query parameters as REST and WebSocket events carry them: the last value, and all values. */
export function doubleMaps(parts: EventParts, added: Readonly<Record<string, string>>) {
  return {
    headers: lastValues(headersOf(parts, added)),
    multiValueHeaders: withDefaults(defaultHeaders(parts, added), parts.multiValueHeaders),
    queryStringParameters: lastValues(parts.query),
    multiValueQueryStringParameters: parts.query,
  };
}

function defaultHeaders(
  { domainName, cookies }: EventParts,
  added: Readonly<Record<string, string>>,
): Record<string, string> {
  const cookie = cookies.length === 0 ? {} : { Cookie: cookies.join('; ') };
  return { Host: domainName, ...added, ...cookie };
}

/** The `User-Agent` of the request; `null` if it has none. */
export function userAgentOf({ headers }: EventParts): string | null {
  return (valuesOf(headers, 'user-agent') ?? [USER_AGENT]).at(-1) ?? null;
}

/** A time as the Common Log Format has it: `22/Nov/2026:08:00:00 +0000`. */
export function logTime(time: number): string {
  const [, day, month, year, clock] = new Date(time).toUTCString().split(' ');
  return `${day}/${month}/${year}:${clock} +0000`;
}

export function domainPrefix({ domainName }: EventParts): string {
  return domainName.replace(/\..*/s, '');
}

/** The client's certificate, or `null`. Only its PEM comes from the options. */
export function clientCertificate({
  clientCertificate: clientCertPem,
}: EventParts): APIGatewayEventClientCertificate | null {
  if (clientCertPem === undefined) return null;
  return {
    clientCertPem,
    subjectDN: 'CN=client.example.com',
    issuerDN: 'CN=Example CA',
    serialNumber: '0a:1b:2c',
    validity: { notBefore: 'Jan  1 00:00:00 2026 GMT', notAfter: 'Jan  1 00:00:00 2027 GMT' },
  };
}

export function identityOf(parts: EventParts): APIGatewayEventIdentity {
  return {
    accessKey: null,
    accountId: null,
    apiKey: null,
    apiKeyId: null,
    caller: null,
    clientCert: clientCertificate(parts),
    cognitoAuthenticationProvider: null,
    cognitoAuthenticationType: null,
    cognitoIdentityId: null,
    cognitoIdentityPoolId: null,
    principalOrgId: null,
    sourceIp: parts.sourceIp,
    user: null,
    userAgent: userAgentOf(parts),
    userArn: null,
  };
}
