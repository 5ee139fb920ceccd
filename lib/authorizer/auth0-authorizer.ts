import type { Context } from 'aws-lambda';
import { HandlerRole } from '../answer/handler-role.ts';
import type { Auth0Context, AuthorizerMiddleware } from '../invocation/auth0-context.ts';
import type { NoticeSource } from '../invocation/notice.ts';
import type { KeySetStatus } from '../jwks/key-set-status.ts';
import { auth0JwtVerifierWith } from '../middlewares/auth0-jwt-verifier.ts';
import { decisionLoggerWith, metricsOf } from '../middlewares/decision-logger.ts';
import { headerParserWith } from '../middlewares/header-parser.ts';
import { policySerializerWith } from '../middlewares/policy-serializer.ts';
import { requestRulesWith } from '../middlewares/request-rules.ts';
import { createKeySources } from '../token/key-sources.ts';
import { createRevocations, createVerifier } from '../token/verifier.ts';
import { apiParts } from './api-parts.ts';
import { audienceNotice, clientIdNotice } from './audience-notice.ts';
import { handlerNotice } from './handler-notice.ts';
import { keyStoreNotice } from './key-store-notice.ts';
import { metered } from './metered.ts';
import type { AuthorizerOptions } from './options.ts';
import { allReady, type ReadyOptions, readyTimeoutMs } from './ready.ts';
import { revocationsNotice } from './revocations-notice.ts';
import { parseAuthorizerOptions } from './settings.ts';
import { warmUp } from './warm-up.ts';

/**
 * The middlewares, for Middy's `.use()`, and a look at the keys that they verify with.
 *
 * @typeParam HandlerContext - the type of the context that your handler gets
 */
export type AuthorizerChain<HandlerContext extends Context = Context & { auth0: Auth0Context }> =
  AuthorizerMiddleware<HandlerContext>[] & {
    /** The state of each issuer's keys, by the value of `iss`. For health checks and metrics; fetches nothing. */
    keyStatus(): Readonly<Record<string, KeySetStatus>>;
    /**
     * Waits in Lambda's init phase until each issuer has keys, and until the list of `revocations` is there, so that the first
     * request does not. Runs a chain like this one on requests of its own, so that its functions are compiled. Nothing of that
     * run reaches your logger, hooks or functions. Fetches even with `jwks.prefetch: false`.
     *
     * Lambda allows init 10 seconds. CommonJS bundles cannot wait: see docs/07.
     *
     * @param options - `timeout`: how long to wait at most. Default 3 seconds.
     * @returns the state of each issuer's keys, in the order of the options. Never rejects: keys that could not be fetched
     *   have a `lastError`, and are fetched again when a request needs them.
     * @throws {OptionError} for a timeout that is not a number of seconds, 0 to 600
     * @example
     * const authorizer = auth0Authorizer();
     * await authorizer.ready();
     * export const handler = middy().use(authorizer);
     */
    ready(options?: ReadyOptions): Promise<KeySetStatus[]>;
  };

/**
 * Turns a Middy handler into a Lambda authorizer for Auth0 access tokens.
 *
 * @param options - see {@link AuthorizerOptions}; `domain` and `audience` default to the environment variables
 *   `AUTH0_DOMAIN` and `AUTH0_AUDIENCE`. No other variable changes a decision
 * @returns the chain, for Middy's `.use()`
 * @throws {OptionError} at start-up, for options that make no sense
 * @example
 * export const handler = middy().use(auth0Authorizer());
 */
export function auth0Authorizer(options?: AuthorizerOptions): AuthorizerChain;
/**
 * The same, typed for a handler that does not read `context.auth0`. With `Context` of @types/aws-lambda it fits Lambda's own
 * handler types, which know no `auth0`.
 *
 * @typeParam HandlerContext - the type of the context that your handler gets
 * @example
 * const handler: APIGatewayTokenAuthorizerHandler = middy().use(auth0Authorizer<Context>());
 */
export function auth0Authorizer<HandlerContext extends Context>(
  options?: AuthorizerOptions,
): AuthorizerChain<HandlerContext>;
export function auth0Authorizer(options: AuthorizerOptions = {}): AuthorizerChain {
  const { AUTH0_DOMAIN, AUTH0_AUDIENCE } = process.env;
  const settings = parseAuthorizerOptions(options, { AUTH0_DOMAIN, AUTH0_AUDIENCE });
  const { books } = settings;
  const warmed = {
    hasRoutes: books.all.some(({ rules }) => rules.routes.length > 0),
    hasDefaultLogger: settings.logger.logger === undefined,
  };
  const metrics = metricsOf(settings.logger);
  const { jwks, revocations: listed } = metered(settings.verifier, metrics);
  const watch = keyStoreNotice(jwks);
  const keySets = createKeySources({ ...settings.verifier, jwks: watch.jwks });
  const revoked = revocationsNotice(listed);
  const revocations = createRevocations(revoked);
  const verifier = createVerifier(settings.verifier, keySets, revocations);
  // First of all: the request for the keys is under way while the rest is compiled.
  const admitsAnonymous = books.all.some(({ rules }) => rules.admitsAnonymous);
  const verify = auth0JwtVerifierWith(verifier, admitsAnonymous ? 'optional' : 'required');
  const role = new HandlerRole(settings.handlerDecides);
  const { policiesOf, notices: ofApis } = apiParts(settings);
  const sources: readonly (NoticeSource | null)[] = [
    ...ofApis,
    audienceNotice(settings),
    clientIdNotice(settings),
    handlerNotice(role),
    watch.notice,
    revoked.notice,
    ...settings.verifier.bindings.map((binding) => () => binding.notice()),
  ];
  const notices = sources.filter((notice) => notice !== null);
  let warmedUp: Promise<unknown> | undefined;
  const chain = [
    // First in the list: Middy runs `after` backwards, so the logger gets the final decision.
    decisionLoggerWith(settings.logger, { notices, isAwaited: () => warmedUp !== undefined, metrics }),
    headerParserWith(settings.tokenSource),
    verify,
    requestRulesWith(books),
    policySerializerWith({ options: settings.serializer, role, policiesOf }),
  ];
  const keyStatus = () => Object.fromEntries(Array.from(keySets, ([issuer, { status }]) => [issuer, status]));
  return Object.assign(chain, {
    keyStatus,
    ready(options: ReadyOptions = {}): Promise<KeySetStatus[]> {
      const timeoutMs = readyTimeoutMs(options);
      // The chain runs while the requests for the keys are under way, and once however often this is called.
      warmedUp ??= warmUp(auth0Authorizer, warmed);
      return allReady(keySets.values(), timeoutMs, [warmedUp, revocations?.ready(timeoutMs)]);
    },
  });
}
