import type { HeaderParserOptions } from '../middlewares/header-parser.ts';
import type { DecisionLoggerOptions } from '../middlewares/logger-options.ts';
import type { RequestRulesOptions } from '../middlewares/request-rules.ts';
import type { PolicySerializerOptions } from '../middlewares/serializer-options.ts';
import type { Auth0JwtVerifierOptions } from '../token/verifier-options.ts';

/** Everything that `auth0Authorizer` takes. All of it is checked at start-up: an unknown key throws. */
export interface AuthorizerOptions
  extends Partial<Auth0JwtVerifierOptions>,
    RequestRulesOptions,
    HeaderParserOptions,
    PolicySerializerOptions,
    CachedPolicyOptions,
    DecisionLoggerOptions,
    TraceOptions {}

/** What the backend gets of the trace. */
export interface TraceOptions {
  /**
   * Adds `traceId` to the context of the answer, the trace of `tracer`, so that the log of the backend can name it: such as
   * `1-67a1b2c3-0123456789abcdef01234567`. An answer that API Gateway replays from its cache has the trace of the decision,
   * not of the request. Needs `tracer`. A `traceId` of `context` or of your handler takes its place.
   *
   * @default false
   */
  readonly contextTraceId?: boolean;
}

/** What the policies that API Gateway caches depend on. */
export interface CachedPolicyOptions {
  /**
   * Declares that your handler refuses callers or adds to answers. An answer then opens the route of the request only, or
   * its path if no route matches, because the handler was called for no other. A denial opens nothing. The handler must
   * then return `true`, `false` or an object: `undefined` is a fault, since a handler that Middy cut off
   * (`timeoutEarlyResponse`) decided nothing.
   *
   * Without this option the authorizer learns it: in each execution environment, when the handler first refuses a caller
   * or returns an object with members, which is logged (`authorizer handler decides`). An answer that is cached before that
   * may open routes that the handler would refuse to the same caller. A handler that returns nothing, `true` or `{}` adds
   * nothing.
   *
   * @default false
   */
  readonly handlerDecides?: boolean;
  /**
   * Adds a Deny of everything that a policy does not allow (`NotResource`). Only needed if a resource policy of a REST API
   * allows requests by itself: it can turn what an authorizer's policy denies implicitly into allowed. Policies then have
   * room for fewer routes. Experimental: AWS does not document `NotResource` for policies of Lambda authorizers.
   *
   * @default false
   */
  readonly denyRest?: boolean;
  /**
   * Adds IAM conditions to policies, so that API Gateway checks the address or the token's expiry on every request,
   * cached or not. AWS documents the condition keys for API Gateway, but not for the policies of Lambda authorizers: try
   * it on your own API first. If API Gateway ignored the conditions, every request would be denied.
   *
   * @default none
   */
  readonly conditions?: ConditionsOptions;
}

/** What API Gateway checks each time that it evaluates a policy. */
export interface ConditionsOptions {
  /**
   * Writes the `ip` rule into the policy (`aws:SourceIp`), so that TOKEN authorizers can have one too. The rule must be
   * in `rules`, have the gateway as its source, and apply to every route.
   *
   * @default false
   */
  readonly sourceIp?: boolean;
  /**
   * Ends an allow with the token's `exp` (`aws:CurrentTime`), so that a cached one does not outlive it.
   *
   * @default false
   */
  readonly tokenExpiry?: boolean;
}
