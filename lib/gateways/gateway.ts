import type { Decision } from '../decision/decision.ts';
import type { ExecuteApiArn } from '../iam/arn.ts';
import type { PolicyDocument } from '../iam/policy-document.ts';
import type { Credential } from '../token/credential.ts';
import type { TooLarge } from './answering/answer-budget.ts';
import type { UnusableContext } from './answering/context.ts';
import type { GatewayFacts } from './facts.ts';
import type { Mark } from './reading/marks.ts';

/** What sent the event. HTTP APIs differ by payload format version, AppSync by the kind of API. */
export type GatewayKind =
  | 'rest-token'
  | 'rest-request'
  | 'http-api-1.0'
  | 'http-api-2.0'
  | 'websocket'
  | 'appsync-graphql'
  | 'appsync-events';

/** One shape for the request, whatever the gateway. Nothing in it is trusted but what API Gateway itself put there. */
export interface AuthorizationRequest {
  readonly gateway: GatewayKind;
  readonly credential: Credential;
  /** Lower-case names, no prototype; repeated headers joined with `, `, cookies with `; `. */
  readonly headers: Readonly<Record<string, string>>;
  /** Query string parameters, no prototype; the last of repeated ones (HTTP API 2.0 joins them with `,`). */
  readonly query: Readonly<Record<string, string>>;
  /** The address that the gateway saw: no port, no brackets, IPv4-mapped IPv6 as IPv4; `null` if not told or no address. */
  readonly clientIp: string | null;
  /** Upper-case verb from the ARN; `null` on WebSocket and AppSync. */
  readonly method: string | null;
  /** Path from the ARN, with its leading slash, never decoded; `null` on WebSocket and AppSync. */
  readonly path: string | null;
  /** The gateway's own route: `GET /users/{id}`, `ANY /x/{proxy+}`, `$default`, `$connect`; `null` if not told. */
  readonly routeTemplate: string | null;
  readonly stage: string | null;
  readonly arn: ExecuteApiArn | null;
  readonly requestId: string | null;
  /** PEM of the client's certificate under mutual TLS, else `null`. */
  readonly clientCertificate: string | null;
  readonly domainName: string | null;
  /** The event as it came, for custom rules. Never changed, never logged. */
  readonly event: unknown;
}

/**
 * Where to look for the token. What is named here replaces the `Authorization` header, so name that too to keep it.
 * All the places named must show one token between them: two, even of the same text, are refused.
 */
export interface TokenSource {
  /**
   * Header that holds the token, any case. `Authorization` must hold `Bearer <token>`; another header holds that or the
   * bare token, in TOKEN authorizers too.
   *
   * @default not looked at when another place is named
   */
  readonly header?: string;
  /**
   * Query string parameter that holds the token. On a WebSocket, browsers can send little else; URLs end up in logs.
   *
   * @default not looked at
   */
  readonly query?: string;
  /**
   * Cookie that holds the token.
   *
   * @default not looked at
   */
  readonly cookie?: string;
}

/** How an authorizer ends: with a response, or by throwing (a failed invocation). */
export type Answer =
  | { readonly kind: 'response'; readonly response: unknown }
  | { readonly kind: 'throw'; readonly error: Error };

/** What a gateway makes of a decision: an answer, or why it cannot carry one. */
export type GatewayAnswer = Answer | TooLarge | UnusableContext;

/** What an answer may depend on besides the decision. */
export interface AnswerSettings {
  /** What a route-aware gateway is to be granted or denied: ARN patterns, ready to stand in a policy. */
  readonly policy: PolicyDocument | null;
  readonly httpApiResponse: 'iam' | 'simple';
  readonly unauthorized: 'throw' | 'deny' | undefined;
  /** Upper bound of AppSync's `ttlOverride`, seconds. */
  readonly ttl: number;
  /** Current time, epoch seconds. */
  readonly now: number;
}

/** All that this package knows of one kind of gateway. To support another one is to write one of these. */
export interface Gateway<Kind extends GatewayKind = GatewayKind> extends GatewayFacts {
  readonly kind: Kind;
  /** What an event must have to be of this kind. */
  readonly marks: readonly Mark[];
  /**
   * Only for an event of this kind. A request whose method the ARN contradicts is given a credential to refuse.
   *
   * @throws {AuthorizerFault} `unknown_event` when the ARN is none of this kind
   */
  read(event: unknown, tokenSource: TokenSource): AuthorizationRequest;
  /**
   * The answer that this gateway expects, or why it cannot carry one. A fault is always an answer of kind `throw`.
   *
   * @throws {AuthorizerFault} `internal_error` without the policy that a response of this gateway contains
   */
  answer(decision: Decision, settings: AnswerSettings): GatewayAnswer;
}
