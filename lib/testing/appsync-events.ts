import type { AppSyncAuthorizerEvent } from 'aws-lambda';
import { oneOf, plainMap } from '../util/option-checks.ts';
import type { EventOptions } from './event-options.ts';
import { type EventParts, eventParts } from './event-parts.ts';
import { rooted, text } from './request-checks.ts';
import { joinedValues, lowerCased, withDefaults } from './values.ts';

/** Options of {@link appSyncGraphqlEvent}: the common ones, and those that only GraphQL APIs have. */
export interface AppSyncGraphqlOptions extends EventOptions {
  /**
   * Text of the GraphQL document.
   *
   * @default 'query Orders { orders { id } }'
   */
  readonly queryString?: string | undefined;
  /** @default 'Orders', or none if `queryString` is given */
  readonly operationName?: string | undefined;
  /** @default none */
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
}

const DEFAULT_OPERATION = { queryString: 'query Orders { orders { id } }', operationName: 'Orders' };

/**
 * The event of an AppSync GraphQL API.
 *
 * @throws {OptionError} names an option that does not exist or has a value that no gateway sends
 * @see https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html#aws-lambda-authorization
 * @example
 * const event = appSyncGraphqlEvent({ token: issuer.token(), queryString: '{ orders { id } }' });
 */
export function appSyncGraphqlEvent(options: AppSyncGraphqlOptions = {}): AppSyncAuthorizerEvent {
  const parts = eventParts(options, 'prod', { queryString: text, operationName: text, variables: plainMap });
  const { queryString, operationName, variables = {} } = parts;
  const operation = {
    ...(queryString === undefined ? DEFAULT_OPERATION : { queryString }),
    ...(operationName === undefined ? {} : { operationName }),
  };
  return withToken(options, parts, { ...operation, variables: structuredClone(variables) });
}

/** The operation that an Events API wants authorized. */
export type AppSyncEventsOperation = 'EVENT_CONNECT' | 'EVENT_SUBSCRIBE' | 'EVENT_PUBLISH';

/** Options of {@link appSyncEventsEvent}: the common ones, and those that only Events APIs have. */
export interface AppSyncEventsOptions extends EventOptions {
  /** @default 'EVENT_CONNECT' */
  readonly operation?: AppSyncEventsOperation | undefined;
  /**
   * Channel of the subscription or publication. Its first segment is the namespace.
   *
   * @default '/orders/eu'; none with `EVENT_CONNECT`
   */
  readonly channel?: string | undefined;
}

/** Event of an AppSync Events API. @types/aws-lambda has no type for it. */
export interface AppSyncEventsAuthorizerEvent {
  authorizationToken: string;
  requestContext: {
    apiId: string;
    accountId: string;
    requestId: string;
    operation: AppSyncEventsOperation;
    channelNamespaceName: string | null;
    channel: string | null;
  };
  requestHeaders: Record<string, string>;
}

const OPERATIONS = ['EVENT_CONNECT', 'EVENT_SUBSCRIBE', 'EVENT_PUBLISH'] as const;

/**
 * The event of an AppSync Events API.
 *
 * @throws {OptionError} names an option that does not exist or has a value that no gateway sends
 * @see https://docs.aws.amazon.com/appsync/latest/eventapi/configure-event-api-auth.html
 * @example
 * const event = appSyncEventsEvent({ token: issuer.token(), operation: 'EVENT_PUBLISH', channel: '/orders/eu' });
 */
export function appSyncEventsEvent(options: AppSyncEventsOptions = {}): AppSyncEventsAuthorizerEvent {
  const parts = eventParts(options, 'prod', {
    operation: (value: unknown, path: string) => oneOf(value, path, OPERATIONS),
    channel: rooted,
  });
  const { operation = 'EVENT_CONNECT' } = parts;
  const channel = operation === 'EVENT_CONNECT' ? null : (parts.channel ?? '/orders/eu');
  const channelNamespaceName = channel?.split('/')[1] ?? null;
  return withToken(options, parts, { operation, channelNamespaceName, channel });
}

/** The fields that both kinds share. AppSync tells its users to send the token without a scheme. */
function withToken<Own extends object>(options: EventOptions, parts: EventParts, own: Own) {
  const { apiId, accountId, requestId, region } = parts;
  const [authorizationToken = options.authorization ?? options.token ?? ''] = options.identitySource ?? [];
  const host = { host: `${apiId}.appsync-api.${region}.amazonaws.com` };
  return {
    authorizationToken,
    requestContext: { apiId, accountId, requestId, ...own },
    requestHeaders: joinedValues(lowerCased(withDefaults(host, parts.ownHeaders))),
  };
}
