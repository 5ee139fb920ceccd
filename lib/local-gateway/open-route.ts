import { invokeAsLambda } from '../testing/invocation.ts';
import { type Api, isHttpApi, type LambdaFunction } from './api.ts';
import type { Call } from './call.ts';
import { type HttpAnswer, jsonAnswer } from './http-answer.ts';
import type { RouteMatch } from './routing.ts';

/**
 * Answers a request to a route without an authorizer: invokes the function behind it by proxy integration. The function
 * gets no body.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
export async function openAnswer(
  api: Api,
  lambda: LambdaFunction,
  call: Call,
  match: RouteMatch,
): Promise<HttpAnswer> {
  const invocation = await invokeAsLambda(lambda, proxyEvent(api, call, match), { timeout: api.timeout });
  const answer = invocation.kind === 'response' ? proxyAnswer(invocation.response) : null;
  return answer ?? failure(api);
}

function failure({ kind }: Api): HttpAnswer {
  return isHttpApi(kind)
    ? jsonAnswer(500, { message: 'Internal Server Error' })
    : jsonAnswer(502, { message: 'Internal server error' });
}

function proxyEvent({ kind, stage }: Api, { method, path, headers, query }: Call, match: RouteMatch): object {
  const common = {
    headers: lastValues(headers),
    queryStringParameters: lastValues(query),
    pathParameters: match.parameters,
    body: null,
    isBase64Encoded: false,
  };
  if (kind === 'http-api-2.0') {
    const requestContext = { stage, routeKey: match.route.key, http: { method, path } };
    return { version: '2.0', routeKey: match.route.key, rawPath: path, ...common, requestContext };
  }
  const requestContext = { stage, httpMethod: method, resourcePath: match.route.template };
  return { httpMethod: method, path, resource: match.route.template, ...common, requestContext };
}

function lastValues(values: Readonly<Record<string, readonly string[]>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, all]) => [name, String(all.at(-1))]));
}

/** The answer in the response of a function; `null` if the gateway cannot use it. */
function proxyAnswer(response: unknown): HttpAnswer | null {
  const { statusCode, headers = {}, body = '' } = (response ?? {}) as Record<string, unknown>;
  if (typeof statusCode !== 'number' || typeof body !== 'string') return null;
  return { status: statusCode, headers: headers as Record<string, string>, body };
}
