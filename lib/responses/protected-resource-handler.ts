import type { AuthorizerOptions } from '../authorizer/options.ts';
import { fieldsOf, textOf } from '../gateways/reading/event-fields.ts';
import { type ProtectedResourceOptions, protectedResourceMetadata } from './protected-resource.ts';

/** The answer of a proxy integration, in the form that REST APIs and both payload formats of HTTP APIs take. */
export interface MetadataResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Any script may read the document: it is public. */
const CORS = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Allow-Methods': 'GET, HEAD, OPTIONS',
  'Access-Control-Allow-Headers': '*',
} as const;

/**
 * Makes the Lambda handler for `/.well-known/oauth-protected-resource`. It answers REST APIs (proxy integration) and HTTP
 * APIs with payload format 1.0 or 2.0. The route must have no authorizer.
 *
 * - `GET` and `HEAD`: 200 with the document of {@link protectedResourceMetadata}, to be cached for an hour.
 * - `OPTIONS`: 204, for the preflight requests of browsers.
 * - Others: 405.
 *
 * @param options - the same as for auth0Authorizer; `domain` and `audience` default to the environment variables
 * @throws {OptionError} at start-up, for options that make no sense, and without a resource
 * @see https://www.rfc-editor.org/rfc/rfc9728#section-3
 * @example
 * export const handler = protectedResourceHandler(options, { resource: 'https://api.example.com/mcp' });
 */
export function protectedResourceHandler(
  options: AuthorizerOptions = {},
  more: ProtectedResourceOptions = {},
): (event: unknown) => Promise<MetadataResponse> {
  const document = JSON.stringify(protectedResourceMetadata(options, more));
  const found: MetadataResponse = {
    statusCode: 200,
    headers: { ...CORS, 'Content-Type': 'application/json', 'Cache-Control': 'public, max-age=3600' },
    body: document,
  };
  const answers = new Map<string | null, MetadataResponse>([
    ['GET', found],
    ['HEAD', { ...found, body: '' }],
    ['OPTIONS', { statusCode: 204, headers: CORS, body: '' }],
  ]);
  return async (event) => answers.get(methodOf(event)) ?? NOT_ALLOWED;
}

const NOT_ALLOWED: MetadataResponse = {
  statusCode: 405,
  headers: { ...CORS, Allow: 'GET, HEAD, OPTIONS', 'Content-Type': 'application/json' },
  body: '{"message":"Method Not Allowed"}',
};

/** `httpMethod` of a REST API and of payload format 1.0, `requestContext.http.method` of 2.0. */
function methodOf(event: unknown): string | null {
  const { httpMethod, requestContext } = fieldsOf(event);
  return textOf(httpMethod) ?? textOf(fieldsOf(fieldsOf(requestContext).http).method);
}
