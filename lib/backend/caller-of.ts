import type { Caller } from './caller-type.ts';
import { decodeContext, type Fields } from './decode.ts';

/**
 * Reads who is calling from the event of a backend function: the context that the authorizer answered, with every value in
 * the type that it had there.
 *
 * | event of | the context is in |
 * | --- | --- |
 * | REST API, proxy integration | `requestContext.authorizer` |
 * | HTTP API, payload format 2.0 | `requestContext.authorizer.lambda` |
 * | HTTP API, payload format 1.0 | either of the two: AWS does not document it |
 * | WebSocket API, every message | `requestContext.authorizer` |
 * | AppSync resolver, AppSync Events handler | `identity.resolverContext`, `identity.handlerContext` |
 *
 * The event of a batching AppSync resolver is a list, whose items are events of one request: pass one of them.
 *
 * **What it proves.** API Gateway and AppSync write these fields, so no client of the API can set them. There are two
 * exceptions, in which the caller can be forged:
 *
 * - The event is not the gateway's. A non-proxy integration of a REST or WebSocket API, or an AppSync resolver that sends a
 *   payload of its own, can pass what the client sent as the whole event.
 * - Whoever may invoke the function directly (`lambda:InvokeFunction`, or another trigger) can send any event: give that
 *   right to the API alone.
 *
 * The authorizer's answer may come from the cache, as old as its TTL.
 *
 * @typeParam Source - `typeof options` of the authorizer, or `typeof` its context function. Default: the default context
 * @param event - the event as Lambda passes it
 * @returns `null` if no Lambda authorizer answered: the route has none, or another kind (Cognito, JWT, IAM). For a caller
 *   without a token, on a route with `token: 'optional'`, the default context is an empty object.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 * @see https://docs.aws.amazon.com/appsync/latest/devguide/resolver-context-reference.html
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/integration-passthrough-behaviors.html
 * @example
 * const hello = async (event: unknown) => {
 *   const caller = callerOf(event);
 *   if (caller === null) throw new Error('the route has no authorizer');
 *   return { statusCode: 200, body: `Hello ${caller.sub}` };
 * };
 */
export function callerOf<Source = unknown>(event: unknown): Caller<Source> | null {
  const { requestContext, identity } = fieldsOf(event) ?? {};
  const context = gatewayContext(fieldsOf(requestContext)) ?? appSyncContext(fieldsOf(identity));
  return context === null ? null : (decodeContext(context) as Caller<Source>);
}

/** The context in an event of API Gateway; `null` if no Lambda authorizer answered. */
function gatewayContext(requestContext: Fields | null): Fields | null {
  const authorizer = fieldsOf(requestContext?.['authorizer']);
  if (authorizer === null) return null;
  // REST and WebSocket APIs always add the principal of a Lambda authorizer's answer.
  if (typeof authorizer['principalId'] === 'string') return withoutAdditions(authorizer);
  if ('lambda' in authorizer) return withoutAdditions(fieldsOf(authorizer['lambda']) ?? {});
  const { claims, jwt, iam } = authorizer;
  if ([claims, jwt, iam].some((other) => fieldsOf(other) !== null)) return null;
  const context = withoutAdditions(authorizer);
  return Object.keys(context).length === 0 ? null : context;
}

/** The context without what API Gateway and emulators add: a context of ours has none of these keys. */
function withoutAdditions({ principalId, integrationLatency, claims, ...context }: Fields): Fields {
  // `scopes` come with `claims`: both `null` in payload format 1.0, on routes of HTTP APIs without an authorizer; those of
  // the token under serverless-offline.
  if (claims === undefined) return context;
  const { scopes, ...others } = context;
  return others;
}

function appSyncContext(identity: Fields | null): Fields | null {
  if (identity === null) return null;
  const { resolverContext, handlerContext } = identity;
  if (resolverContext === undefined && handlerContext === undefined) return null;
  return fieldsOf(resolverContext) ?? fieldsOf(handlerContext) ?? {};
}

function fieldsOf(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null ? (value as Fields) : null;
}
