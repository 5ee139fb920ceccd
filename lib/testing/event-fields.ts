import type { APIGatewayEventClientCertificate, APIGatewayEventIdentity } from 'aws-lambda';
import { asLists, type EventParts } from './event-parts.ts';

/** Fields that events of several kinds have. */

/** The moment of every event, in milliseconds of the epoch, and as the Common Log Format has it. */
export const TIME = { epoch: 1_795_334_400_000, log: '22/Nov/2026:08:00:00 +0000' } as const;

export const USER_AGENT = 'curl/8.9.1';

type ArnParts = Pick<EventParts, 'partition' | 'region' | 'accountId' | 'apiId' | 'stage'>;

/**
 * @param rest - what follows the stage: `GET/orders/7`, `$connect`
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/arn-format-reference.html
 */
export function arnOf({ partition, region, accountId, apiId, stage }: ArnParts, rest: string): string {
  return `arn:${partition}:execute-api:${region}:${accountId}:${apiId}/${stage}/${rest}`;
}

export function methodArn(parts: EventParts): string {
  return arnOf(parts, `${parts.method}${parts.path}`);
}

/** The headers of the request, with those that the client and the gateway add by themselves. */
export function headersOf(
  parts: EventParts,
  added: Readonly<Record<string, string>>,
): Record<string, string> {
  return withDefaults({ Host: parts.domainName, ...added, ...cookieHeader(parts) }, parts.headers);
}

export function headerListsOf(
  parts: EventParts,
  added: Readonly<Record<string, string>>,
): Record<string, string[]> {
  const defaults = asLists({ Host: parts.domainName, ...added, ...cookieHeader(parts) });
  return withDefaults(defaults, parts.multiValueHeaders);
}

/** Names of headers are the same in any case. */
function withDefaults<Value>(
  defaults: Readonly<Record<string, Value>>,
  given: Readonly<Record<string, Value>>,
): Record<string, Value> {
  const names = new Set(Object.keys(given).map((name) => name.toLowerCase()));
  const missing = Object.entries(defaults).filter(([name]) => !names.has(name.toLowerCase()));
  return { ...Object.fromEntries(missing), ...given };
}

function cookieHeader({ cookies }: EventParts): Record<string, string> {
  return cookies.length === 0 ? {} : { Cookie: cookies.join('; ') };
}

/** The client's certificate, if there is one; only its PEM is what the options say. */
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
    userAgent: USER_AGENT,
    userArn: null,
  };
}
