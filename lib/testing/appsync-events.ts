import type { AppSyncAuthorizerEvent } from 'aws-lambda';
import { oneOf, plainMap } from '../util/option-checks.ts';
import type { EventOptions } from './event-options.ts';
import { type EventParts, eventParts } from './event-parts.ts';
import { rooted, text } from './request-checks.ts';

/** What an event of a GraphQL API says besides. */
export interface AppSyncGraphqlOptions extends EventOptions {
  /**
   * Text of the GraphQL document.
   *
   * @default 'query Orders { orders { id } }'
   */
  readonly queryString?: string | undefined;
  /** @default 'Orders' */
  readonly operationName?: string | undefined;
  /** @default none */
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * What an AppSync GraphQL API sends to its authorizer.
 *
 * @throws {OptionError} names an option that does not exist or has a value that no gateway sends
 * @see https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html#aws-lambda-authorization
 */
export function appSyncGraphqlEvent(options: AppSyncGraphqlOptions = {}): AppSyncAuthorizerEvent {
  const parts = eventParts(options, 'prod', { queryString: text, operationName: text, variables: plainMap });
  const { queryString = 'query Orders { orders { id } }', operationName = 'Orders', variables = {} } = parts;
  return withToken(parts, { queryString, operationName, variables: structuredClone(variables) });
}

/** What an Events API asks its authorizer about. */
export type AppSyncEventsOperation = 'EVENT_CONNECT' | 'EVENT_SUBSCRIBE' | 'EVENT_PUBLISH';

/** What an event of an Events API says besides. */
export interface AppSyncEventsOptions extends EventOptions {
  /** @default 'EVENT_CONNECT' */
  readonly operation?: AppSyncEventsOperation | undefined;
  /**
   * Channel that is subscribed to or published to; its first segment is the namespace.
   *
   * @default '/orders/eu'; none with `EVENT_CONNECT`
   */
  readonly channel?: string | undefined;
}

/** AppSync Events; @types/aws-lambda has no type for it. */
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
 * What an AppSync Events API sends to its authorizer.
 *
 * @throws {OptionError} names an option that does not exist or has a value that no gateway sends
 * @see https://docs.aws.amazon.com/appsync/latest/eventapi/configure-event-api-auth.html
 */
export function appSyncEventsEvent(options: AppSyncEventsOptions = {}): AppSyncEventsAuthorizerEvent {
  const parts = eventParts(options, 'prod', {
    operation: (value: unknown, path: string) => oneOf(value, path, OPERATIONS),
    channel: rooted,
  });
  const { operation = 'EVENT_CONNECT' } = parts;
  const channel = operation === 'EVENT_CONNECT' ? null : (parts.channel ?? '/orders/eu');
  const channelNamespaceName = channel?.split('/')[1] ?? null;
  return withToken(parts, { operation, channelNamespaceName, channel });
}

/** What both kinds have: the token without a scheme, as AppSync tells its users to send it. */
function withToken<Own extends object>(parts: EventParts, own: Own) {
  const { apiId, accountId, requestId, region } = parts;
  return {
    authorizationToken: parts.authorization ?? parts.token ?? '',
    requestContext: { apiId, accountId, requestId, ...own },
    requestHeaders: { host: `${apiId}.appsync-api.${region}.amazonaws.com`, ...parts.ownHeaders },
  };
}
