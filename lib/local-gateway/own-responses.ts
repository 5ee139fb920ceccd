import { checkHeader, type HttpAnswer, isStatus } from './http-answer.ts';

/** A gateway response of a REST API, as in `x-amazon-apigateway-gateway-responses`. */
export interface OwnResponse {
  readonly statusCode?: string;
  /** `gatewayresponse.header.<name>`: static values in single quotes. */
  readonly responseParameters?: Readonly<Record<string, string>>;
  readonly responseTemplates?: Readonly<Record<string, string>>;
}

/** By response type. */
export type OwnResponses = Readonly<Record<string, OwnResponse>>;

/** The values of `$context` that templates can print. */
export interface ResponseContext {
  readonly authorizer: Readonly<Record<string, unknown>>;
  readonly requestId: string;
}

/**
 * Applies the gateway response of this type, or else the default of its status, to the answer that the gateway gives
 * without one.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html
 */
export function withOwnResponse(
  usual: HttpAnswer,
  type: string,
  responses: OwnResponses,
  context: ResponseContext,
): HttpAnswer {
  const own = responses[type] ?? responses[usual.status < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX'];
  if (own === undefined) return usual;
  const template = own.responseTemplates?.['application/json'];
  return {
    status: own.statusCode === undefined ? usual.status : Number(own.statusCode),
    headers: { ...usual.headers, ...headersOf(own) },
    body: template === undefined ? usual.body : rendered(template, usual, context),
  };
}

/** @throws {TypeError} for a status that no answer has, and for a header whose value is no static text */
export function checkResponses(responses: OwnResponses): void {
  for (const [type, own] of Object.entries(responses)) {
    if (own.statusCode !== undefined && !isStatus(Number(own.statusCode))) {
      throw new TypeError(
        `responses.${type}.statusCode: must be from '200' to '599', not '${own.statusCode}'`,
      );
    }
    for (const [name, value] of Object.entries(headersOf(own))) checkHeader(name, value);
  }
}

function headersOf({ responseParameters = {} }: OwnResponse): Record<string, string> {
  return Object.fromEntries(
    Object.entries(responseParameters).map(([parameter, value]) => {
      const name = /^gatewayresponse\.header\.(?<name>.+)$/.exec(parameter)?.groups?.['name'];
      const text = /^'(?<text>[^']*)'$/.exec(value)?.groups?.['text'];
      if (name === undefined || text === undefined) {
        throw new TypeError(
          `responses: '${parameter}: ${value}' is not supported; use a header with static text`,
        );
      }
      return [name, text];
    }),
  );
}

/** Replaces the variables of a template. One that is not set becomes empty text. */
function rendered(
  template: string,
  { body }: HttpAnswer,
  { authorizer, requestId }: ResponseContext,
): string {
  const { message, Message = message } = JSON.parse(body) as { message?: unknown; Message?: unknown };
  const values: Readonly<Record<string, unknown>> = {
    requestId,
    'error.message': Message,
    'error.messageString': JSON.stringify(Message),
  };
  return template.replace(/\$context\.(?<name>[\w.]*\w)/g, (_, name: string) => {
    const value = name.startsWith('authorizer.')
      ? authorizer[name.slice('authorizer.'.length)]
      : values[name];
    return value === undefined ? '' : String(value);
  });
}
