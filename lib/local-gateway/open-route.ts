import { fieldsOf } from '../gateways/reading/event-fields.ts';
import { invokeAsLambda } from '../testing/invocation.ts';
import { isObject } from '../util/is-object.ts';
import { kindOf } from '../util/kind-of.ts';
import { type Api, isHttpApi, type LambdaFunction } from './api.ts';
import type { Call } from './call.ts';
import { checkHeader, type HttpAnswer, isStatus, jsonAnswer } from './http-answer.ts';
import type { RouteMatch } from './routing.ts';

/** The answer of an open route. */
export interface OpenAnswer {
  readonly answer: HttpAnswer;
  /** What is wrong with the function or its response, so that the answer is the gateway's 5xx; `null` if nothing. */
  readonly error: string | null;
}

/**
 * Answers a request to a route without an authorizer: invokes the function behind it by proxy integration. The function
 * gets no body. Of `multiValueHeaders`, `cookies` and `isBase64Encoded` in its response nothing is read.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
export async function openAnswer(
  api: Api,
  lambda: LambdaFunction,
  call: Call,
  match: RouteMatch,
): Promise<OpenAnswer> {
  const invocation = await invokeAsLambda(lambda, proxyEvent(api, call, match), { timeout: api.timeout });
  try {
    if (invocation.kind === 'error') throw invocation.error;
    return { answer: proxyAnswer(invocation.response), error: null };
  } catch (error) {
    return { answer: failure(api), error: `the function of ${match.route.key}: ${(error as Error).message}` };
  }
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

/**
 * The answer in the response of a function.
 *
 * @throws {Error} that says what the gateway cannot use
 */
function proxyAnswer(response: unknown): HttpAnswer {
  const { statusCode, headers, body } = fieldsOf(response);
  if (!isStatus(statusCode)) {
    throw new TypeError(`\`statusCode\` must be a whole number from 200 to 599, not ${kindOf(statusCode)}`);
  }
  if ((body ?? null) !== null && typeof body !== 'string') {
    throw new TypeError(`\`body\` must be text, not ${kindOf(body)}: use JSON.stringify`);
  }
  return { status: statusCode, headers: headersOf(headers ?? {}), body: String(body ?? '') };
}

/** The gateway writes these itself. */
const OWN_HEADERS = new Set(['content-length', 'transfer-encoding', 'connection']);

function headersOf(headers: unknown): Record<string, string> {
  if (!isObject(headers)) throw new TypeError(`\`headers\` must be an object, not ${kindOf(headers)}`);
  const entries = Object.entries(headers).map(([name, value]): [string, string] => {
    if (isObject(value) || value === null) {
      throw new TypeError(`the header ${name} must be text, a number or a boolean, not ${kindOf(value)}`);
    }
    checkHeader(name, String(value));
    return [name.toLowerCase(), String(value)];
  });
  return Object.fromEntries(entries.filter(([name]) => !OWN_HEADERS.has(name)));
}
