import {
  boolean,
  nonEmptyString,
  optional,
  plainObject,
  refuse,
  refuseValue,
} from '../util/option-checks.ts';
import { CHALLENGE_OPTIONS, type ChallengeOptions, challengesOf } from './challenge.ts';
import {
  type GatewayResponse,
  type GatewayResponseSet,
  type GatewayResponseType,
  inEachFormat,
} from './response-formats.ts';

/** Options of {@link gatewayResponses}. */
export interface GatewayResponsesOptions extends ChallengeOptions {
  /**
   * The CORS headers of refusals, without which browsers report a network failure instead of the status. `false` for none.
   *
   * @default every origin, without credentials
   */
  readonly cors?: CorsOptions | false;
  /**
   * Whether the body of a 403 shows the refusal code. Other people than the caller cannot see it.
   *
   * @default true
   */
  readonly refusalCode?: boolean;
  /**
   * Status of a denial by policy. 401 is for `unauthorized: 'deny'`, where tokens that cannot be trusted are denied by policy
   * and Lambda counts no error for them. It then also answers good tokens that may not do this: API Gateway has one status
   * for all denials, and its templates cannot change it. The body tells them apart, by `refusal`.
   *
   * @default 403
   */
  readonly deniedStatus?: 401 | 403;
}

/** CORS headers of the gateway's own responses. */
export interface CorsOptions {
  /**
   * The origin of your web application. A gateway response has one value for all requests, so several origins need `'*'`.
   *
   * @default '*'
   */
  readonly origin?: string;
  /**
   * Whether browsers send cookies. Needs an `origin` other than `'*'`.
   *
   * @default false
   */
  readonly credentials?: boolean;
}

const OPTIONS = [
  ...CHALLENGE_OPTIONS,
  'cors',
  'refusalCode',
  'deniedStatus',
] as const satisfies readonly (keyof GatewayResponsesOptions)[];

/** The body that API Gateway sends by default. */
const DEFAULT_BODY = '{"message":$context.error.messageString}';
const UNAUTHORIZED_BODY = '{"message":"Unauthorized"}';
const FORBIDDEN_BODY = '{"message":"Forbidden"}';
const FAILED_BODY = '{"message":"Internal Server Error"}';

/**
 * The context of a denial has the code if its policy allows nothing else. Otherwise the variable is empty.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
function withCode(body: string): string {
  return `${body.slice(0, -1)},"refusal":"$context.authorizer.refusal"}`;
}

/**
 * Returns the gateway responses of a REST API, in the form of each deployment tool:
 *
 * - `UNAUTHORIZED`, 401: the `WWW-Authenticate` challenge that RFC 6750 demands, for `DPoP` too with the option `dpop`.
 * - `ACCESS_DENIED`, 403 or `deniedStatus`: the refusal code of the authorizer in the body,
 *   `{"message":"Forbidden","refusal":"..."}`. With 401, the challenge too.
 * - `AUTHORIZER_FAILURE` and `AUTHORIZER_CONFIGURATION_ERROR`, 500: the authorizer failed.
 * - `DEFAULT_4XX` and `DEFAULT_5XX`: all other errors of the gateway, with their own status and message.
 *
 * All have CORS headers. HTTP APIs and WebSocket APIs have no gateway responses.
 *
 * @throws {OptionError} for options that make no sense
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html
 * @example
 * const resourceMetadata = resourceMetadataUrl('https://api.example.com/');
 * const { openApi } = gatewayResponses({ resourceMetadata, cors: { origin: 'https://app.example.com' } });
 * const definition = { openapi: '3.0.1', 'x-amazon-apigateway-gateway-responses': openApi };
 */
export function gatewayResponses(options: GatewayResponsesOptions = {}): GatewayResponseSet {
  const given = plainObject(options, '', OPTIONS);
  const challenge = `'${challengesOf(given)}'`;
  const cors = corsHeaders(given.cors);
  const showsCode = optional(given, '', 'refusalCode', true, boolean);
  const response = (
    type: GatewayResponseType,
    statusCode: string | null,
    body: string,
    headers: Readonly<Record<string, string>> = cors,
  ): GatewayResponse => ({
    type,
    ...(statusCode === null ? {} : { statusCode }),
    headers,
    templates: { 'application/json': body },
  });
  const challenging = {
    'WWW-Authenticate': challenge,
    ...cors,
    // Scripts of another origin read only the headers that are named here.
    ...(given.cors === false ? {} : { 'Access-Control-Expose-Headers': "'WWW-Authenticate'" }),
  };
  const deniedStatus = optional(given, '', 'deniedStatus', 403, statusOfDenials);
  const [deniedBody, deniedHeaders] =
    deniedStatus === 401 ? [UNAUTHORIZED_BODY, challenging] : [FORBIDDEN_BODY, cors];
  return inEachFormat([
    response('UNAUTHORIZED', '401', UNAUTHORIZED_BODY, challenging),
    response(
      'ACCESS_DENIED',
      String(deniedStatus),
      showsCode ? withCode(deniedBody) : deniedBody,
      deniedHeaders,
    ),
    response('AUTHORIZER_FAILURE', '500', FAILED_BODY),
    response('AUTHORIZER_CONFIGURATION_ERROR', '500', FAILED_BODY),
    response('DEFAULT_4XX', null, DEFAULT_BODY),
    response('DEFAULT_5XX', null, DEFAULT_BODY),
  ]);
}

function statusOfDenials(value: unknown, path: string): 401 | 403 {
  return value === 401 || value === 403 ? value : refuseValue(path, '401 or 403', value);
}

/** @throws {OptionError} */
function corsHeaders(value: unknown): Readonly<Record<string, string>> {
  if (value === false) return {};
  const options = value === undefined ? {} : plainObject(value, 'cors', ['origin', 'credentials']);
  const origin = optional(options, 'cors', 'origin', '*', corsOrigin);
  const credentials = optional(options, 'cors', 'credentials', false, boolean);
  if (credentials && origin === '*') {
    refuse('cors.credentials', "needs `cors.origin`: browsers refuse credentials for every origin ('*')");
  }
  return {
    'Access-Control-Allow-Origin': `'${origin}'`,
    ...(credentials ? { 'Access-Control-Allow-Credentials': "'true'" } : {}),
  };
}

/** `*`, or an origin as browsers send it: RFC 6454, section 6.2. Without `'`, which ends a static value of API Gateway. */
function corsOrigin(value: unknown, path: string): string {
  const text = nonEmptyString(value, path);
  const isOrigin = URL.canParse(text) && new URL(text).origin === text && !text.includes("'");
  if (text === '*' || isOrigin) return text;
  return refuse(
    path,
    "must be '*' or an origin such as 'https://app.example.com', without a path or a slash at its end",
  );
}
