import type { Place } from './documents/place.ts';
import type { Setting } from './setting.ts';

/** What a reader makes of a document: the same for every format. */
export type DeployedApi = RoutedApi | AppSyncApi;

interface CommonParts {
  /** The name in the document. */
  readonly name: string;
  readonly place: Place;
  /** Parts of the API that the document leaves open. */
  readonly open: readonly OpenQuestion[];
}

/** Something that could not be decided from the document. */
export interface OpenQuestion {
  readonly place: Place;
  /** What could not be decided and why, in one sentence without a full stop. */
  readonly text: string;
}

/** A REST, HTTP or WebSocket API. */
export interface RoutedApi extends CommonParts {
  readonly kind: 'rest' | 'http' | 'websocket';
  readonly routes: readonly DeployedRoute[];
  /** Lambda authorizers; others only show in the guards of routes. */
  readonly authorizers: readonly DeployedAuthorizer[];
  /** Whether the document has all routes of the API. */
  readonly isWhole: boolean;
  /** Whether API Gateway answers preflights itself (`CorsConfiguration` of HTTP APIs). */
  readonly answersPreflights: boolean;
  /** The resource policy of a REST API; `null` if it has none. */
  readonly resourcePolicy: ResourcePolicy | null;
  readonly advice: FormatAdvice;
}

/** How to change a route in this format, each as an imperative without a full stop. */
export interface FormatAdvice {
  /** Gives a route the authorizer. */
  readonly guard: string;
  /** Takes it away. */
  readonly unguard: string;
  /** Takes it away from the preflight routes that the format adds by itself. */
  readonly openPreflight?: string;
}

/** A route of the API. */
export interface DeployedRoute {
  /** `GET /orders/{id}`, `ANY /{proxy+}`, `$default`, `$connect`. */
  readonly key: string;
  readonly place: Place;
  readonly guard: Guard;
}

/** Who authorizes the requests of a route. */
export type Guard =
  | { readonly kind: 'none' }
  | { readonly kind: 'lambda'; readonly authorizer: string }
  /** `what`: `AWS_IAM`, `JWT`, `COGNITO_USER_POOLS`. */
  | { readonly kind: 'other'; readonly what: string }
  /** The route names an authorizer that does not exist. `text` says so, as a sentence without a full stop. */
  | { readonly kind: 'missing'; readonly authorizer: string; readonly text: string }
  | { readonly kind: 'undecided'; readonly text: string };

/** A Lambda authorizer. */
export interface DeployedAuthorizer {
  readonly name: string;
  readonly place: Place;
  readonly kind: 'token' | 'request';
  readonly identitySources: Setting<readonly string[]>;
  /** Seconds. */
  readonly ttl: Setting<number>;
  /** HTTP APIs only. */
  readonly payloadFormat: Setting<string>;
  /** HTTP APIs only. */
  readonly simpleResponses: Setting<boolean>;
}

/** The resource policy of a REST API. */
export interface ResourcePolicy {
  readonly place: Place;
  /** Whether a statement allows requests; `undecided` if the document does not show it. */
  readonly allows: 'yes' | 'no' | 'undecided';
}

/** An AppSync API. */
export interface AppSyncApi extends CommonParts {
  readonly kind: 'appsync-graphql' | 'appsync-events';
  readonly providers: readonly AppSyncProvider[];
}

/** One way to authenticate at an AppSync API. */
export interface AppSyncProvider {
  /** `AWS_LAMBDA`, `API_KEY`, `AWS_IAM`, `OPENID_CONNECT`, `AMAZON_COGNITO_USER_POOLS`. */
  readonly type: Setting<string>;
  /** Whether it applies where the schema or the channel does not name another one. */
  readonly isDefault: boolean;
  /** Seconds; of `AWS_LAMBDA` only. */
  readonly ttl: Setting<number>;
}
