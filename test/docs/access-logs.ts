import type { CodeBlock } from './markdown.ts';

/** The kinds of APIs that write access logs. */
export type LoggingApi = 'REST' | 'HTTP' | 'WebSocket';

const names = (text: string): readonly string[] => text.trim().split(/\s+/);

const IDENTITY =
  names(`identity.accountId identity.caller identity.principalOrgId identity.sourceIp identity.user
  identity.userAgent identity.userArn identity.cognitoAuthenticationProvider identity.cognitoAuthenticationType
  identity.cognitoIdentityId identity.cognitoIdentityPoolId`);

const ERRORS = names('error.message error.messageString error.responseType');

const INTEGRATION =
  names(`integration.error integration.integrationStatus integration.latency integration.requestId
  integration.status integrationLatency integrationStatus`);

const REQUEST =
  names(`accountId apiId awsEndpointRequestId domainName domainPrefix extendedRequestId requestId requestTime
  requestTimeEpoch stage status`);

const PHASES = ['authenticate', 'authorize', 'waf'].flatMap((phase) => [
  `${phase}.error`,
  `${phase}.latency`,
  `${phase}.status`,
]);

/** What REST and WebSocket APIs know of an authorizer besides its context. */
const AUTHORIZER =
  names(`authorizer.error authorizer.integrationLatency authorizer.integrationStatus authorizer.latency
  authorizer.principalId authorizer.requestId authorizer.status`);

/**
 * The variables that AWS documents for access logs, without `$context.`.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-logging.html
 */
const VARIABLES: Readonly<Record<LoggingApi, ReadonlySet<string>>> = {
  REST: new Set([
    ...REQUEST,
    ...IDENTITY,
    ...ERRORS,
    ...INTEGRATION,
    ...PHASES,
    ...AUTHORIZER,
    ...names(`customDomain.basePathMatched deploymentId endpointType error.validationErrorString httpMethod isCanaryRequest
      identity.apiKey identity.apiKeyId identity.clientCert.subjectDN identity.clientCert.issuerDN
      identity.clientCert.serialNumber identity.vpcId identity.vpceId path protocol resourceId resourcePath
      responseLatency responseLength wafResponseCode webaclArn xrayTraceId`),
  ]),
  HTTP: new Set([
    ...REQUEST,
    ...IDENTITY,
    ...ERRORS,
    ...INTEGRATION,
    ...names(`authorizer.error authorizer.principalId awsEndpointRequestId2 customDomain.basePathMatched dataProcessed
      httpMethod identity.clientCert.subjectDN identity.clientCert.issuerDN identity.clientCert.serialNumber
      integrationErrorMessage path protocol responseLatency responseLength routeKey`),
  ]),
  WebSocket: new Set([
    ...REQUEST,
    ...IDENTITY,
    ...ERRORS,
    ...INTEGRATION,
    ...PHASES,
    ...AUTHORIZER,
    ...names(`connectedAt connectionId error.validationErrorString eventType identity.apiKey identity.apiKeyId messageId
      routeKey`),
  ]),
};

/** Keys of the context that this package fills, and that are texts or numbers. */
const CONTEXT_KEYS = new Set(['sub', 'scope', 'leftOut', 'refusal', 'acr_values', 'max_age', 'traceId']);

const VARIABLE = /\$context\.(?<name>[\w.]+)/g;

/** What is wrong with an access log format; an empty list if nothing is. */
export function formatProblems(format: string, api: LoggingApi): readonly string[] {
  const used = [...format.matchAll(VARIABLE)].map(({ groups }) => groups?.['name'] ?? '');
  const unknown = used.filter((name) => !VARIABLES[api].has(name) && !isContextKey(name));
  const problems = unknown.map((name) => `$context.${name} is no variable of the access logs of ${api} APIs`);
  // API Gateway refuses formats without it.
  if (!used.includes('requestId') && !used.includes('extendedRequestId')) problems.push('has no request ID');
  if (!isJson(render(format, {}))) problems.push('is no JSON when variables have no value');
  if (!isJson(render(format, { 'error.messageString': '"Forbidden"' })))
    problems.push('quotes a quoted variable');
  return problems;
}

/** A line of the access log. A variable without a value is `-`. */
export function render(format: string, values: Readonly<Record<string, string | number | boolean>>): string {
  return format.replace(VARIABLE, (_, name: string) => String(values[name] ?? '-'));
}

/** The formats of a page by the kind of API, which the paragraph before each names: `REST API (...`. */
export function accessLogFormats(
  markdown: string,
  blocks: readonly CodeBlock[],
): ReadonlyMap<LoggingApi, string> {
  const lines = markdown.split('\n');
  return new Map(
    blocks
      .filter(({ code }) => code.includes('$context.'))
      .map(({ line, code }) => {
        const before = lines.slice(0, line - 1).findLast((text) => / API \(\[variables\]/.test(text)) ?? '';
        return [before.split(' ')[0] as LoggingApi, code] as const;
      }),
  );
}

function isContextKey(name: string): boolean {
  return name.startsWith('authorizer.') && CONTEXT_KEYS.has(name.slice('authorizer.'.length));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
