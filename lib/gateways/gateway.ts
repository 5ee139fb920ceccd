import type { Decision } from '../decision/decision.ts';
import type { ExecuteApiArn } from '../iam/arn.ts';
import type { AnsweredPolicy } from '../iam/policy-document.ts';
import type { TooLarge } from './answering/answer-budget.ts';
import type { UnusableContext } from './answering/context.ts';
import type { GatewayFacts } from './facts.ts';
import type { Mark } from './reading/marks.ts';

/** The gateway that sent the event. HTTP APIs differ by payload format version, AppSync by the kind of API. */
export type GatewayKind =
  | 'rest-token'
  | 'rest-request'
  | 'http-api-1.0'
  | 'http-api-2.0'
  | 'websocket'
  | 'appsync-graphql'
  | 'appsync-events';

/**
 * A request in one shape for every gateway. Only what the gateway itself wrote into the event can be trusted. Your functions
 * get it too: it has no member with the credential, but `headers`, `query` and `event` are as the client sent them, with the
 * credential. Do not log these whole.
 */
export interface AuthorizationRequest {
  readonly gateway: GatewayKind;
  /**
   * Lower-case names, no prototype; repeated headers joined with `, `, cookies with `; `. A header in two spellings is joined
   * too, in an order that the client may choose: rules of this package refuse it, custom rules must not trust the order.
   */
  readonly headers: Readonly<Record<string, string>>;
  /** Query string parameters, no prototype; the last of repeated ones. (HTTP API 2.0 joins them with `,`.) */
  readonly query: Readonly<Record<string, string>>;
  /** The address that the gateway saw: no port, no brackets, IPv4-mapped IPv6 as IPv4; `null` if the event has none. */
  readonly clientIp: string | null;
  /** Upper-case verb from the ARN; `null` on WebSocket and AppSync. */
  readonly method: string | null;
  /**
   * The method that the event names, if it is not the verb of the ARN; else `null`. Such a request is refused after its
   * token is verified.
   */
  readonly otherMethod: string | null;
  /** Path from the ARN, with its leading slash, never decoded; `null` on WebSocket and AppSync. */
  readonly path: string | null;
  /**
   * How else the event writes the path, without its stage: HTTP APIs decode it once before they route it. Empty if the
   * event's fields agree with the ARN.
   */
  readonly otherPaths: readonly string[];
  /** The gateway's route: `GET /users/{id}`, `ANY /x/{proxy+}`, `$default`, `$connect`; `null` if the event has none. */
  readonly routeTemplate: string | null;
  /** ID of the API, from the ARN; on AppSync from the event; `null` if that is empty. */
  readonly apiId: string | null;
  /** `null` on AppSync. */
  readonly stage: string | null;
  readonly arn: ExecuteApiArn | null;
  readonly requestId: string | null;
  /** PEM of the client's certificate under mutual TLS, else `null`. */
  readonly clientCertificate: string | null;
  readonly domainName: string | null;
  /** The event as it arrived, for custom rules. Never changed, never logged. */
  readonly event: unknown;
}

/** A place that may hold the token. */
export type TokenPlace = 'header' | 'query' | 'cookie' | 'subprotocol';

/**
 * Where to look for the token. These places replace the `Authorization` header; name that header too to keep it. A
 * request must hold one token in all of these places together: two tokens are refused, even if their text is the same,
 * unless `prefer` orders the places.
 */
export interface TokenSource {
  /**
   * Header that holds the token, in any case. TOKEN authorizers receive the value of one header, whatever its name.
   *
   * @default not read when another place is named
   */
  readonly header?: string;
  /**
   * Whether the header must hold `Bearer <token>` or may hold the token alone.
   *
   * @default 'required' in `Authorization`, 'optional' in another header
   */
  readonly scheme?: 'required' | 'optional';
  /**
   * Query string parameter that holds the token. Mind that URLs end up in logs.
   *
   * @default not read
   */
  readonly query?: string;
  /**
   * Cookie that holds the token.
   *
   * @default not read
   */
  readonly cookie?: string;
  /**
   * WebSocket subprotocol before the token: `Sec-WebSocket-Protocol: <name>, <token>`, which browsers send for
   * `new WebSocket(url, [name, token])`. The backend must answer `$connect` with `Sec-WebSocket-Protocol: <name>`, or the
   * browser closes the connection. No token is found if the list lacks the name; a list with more than these two entries
   * is refused.
   *
   * @default not read
   * @see https://www.rfc-editor.org/rfc/rfc6455#section-11.3.4
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-connect-route-subprotocol.html
   */
  readonly subprotocol?: string;
  /**
   * All places that are named, in order, if a request may hold a token in several: the first place with a credential
   * counts. A bad one there is refused, although another place may hold a good one. Put first what other people cannot
   * set: a header before a cookie, both before the query.
   *
   * @default none: several tokens are refused
   */
  readonly prefer?: readonly TokenPlace[];
}

/** How an authorizer ends: with a response, or by throwing (a failed invocation). */
export type Answer =
  | { readonly kind: 'response'; readonly response: unknown }
  | { readonly kind: 'throw'; readonly error: Error };

/** The answer to a decision, or why the gateway cannot carry it. */
export type GatewayAnswer = Answer | TooLarge | UnusableContext;

/** What an answer may depend on besides the decision. */
export interface AnswerSettings {
  /** The account in the ARN of the request; `null` without an ARN. Emulators write a name there. */
  readonly accountId: string | null;
  /** The policy of the response; `null` if the response holds none. */
  readonly policy: AnsweredPolicy | null;
  readonly httpApiResponse: 'iam' | 'simple';
  readonly unauthorized: 'throw' | 'deny' | undefined;
  /** Whether all requests for which the answer may be repeated have the same challenge, so that it may show one. */
  readonly showsChallenge: boolean;
  /** Upper bound of AppSync's `ttlOverride`, seconds. */
  readonly ttl: number;
  /** Current time, epoch seconds. */
  readonly now: number;
}

/** Everything that this package knows about one gateway. A new gateway is one more of these objects. */
export interface Gateway<Kind extends GatewayKind = GatewayKind> extends GatewayFacts {
  readonly kind: Kind;
  /** What every event of this gateway has. Events of other gateways lack one of the marks at least. */
  readonly marks: readonly Mark[];
  /**
   * Reads an event that has the marks.
   *
   * @param tokenSource - where to look for the token; gateways that send only the token ignore it
   * @throws {AuthorizerFault} `unknown_event` if the ARN does not fit the gateway
   */
  read(event: unknown, tokenSource: TokenSource): AuthorizationRequest;
  /**
   * The answer that this gateway expects, or why it cannot carry one. A fault is always an answer of kind `throw`.
   *
   * @throws {AuthorizerFault} `internal_error` without the policy that a response of this gateway contains
   */
  answer(decision: Decision, settings: AnswerSettings): GatewayAnswer;
}
