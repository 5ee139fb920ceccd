import type { AnswerOptions } from '../answer/answer-decision.ts';
import type { CallerFunction } from '../answer/caller-parts.ts';
import type { AuthorizerContext } from '../decision/decision.ts';
import { oneOf, optional, syncFunc, wholeNumber } from '../util/option-checks.ts';

export interface PolicySerializerOptions {
  /**
   * How an HTTP API with payload format 2.0 is answered. It must match the configuration of the API's authorizer: the
   * event does not contain it.
   *
   * @default 'iam', as in CloudFormation
   */
  readonly httpApiResponse?: 'iam' | 'simple';
  /**
   * How a token that cannot be trusted is refused: by throwing `Unauthorized`, which REST and WebSocket APIs answer
   * with 401, or by a deny policy, which is a 403.
   *
   * @default 'throw' on REST and WebSocket; 'deny' on HTTP APIs, for which AWS documents no 401
   */
  readonly unauthorized?: 'throw' | 'deny';
  /**
   * What an allow passes to the backend in `$context.authorizer`; `false` for nothing. The function must return at once.
   *
   * Scalars everywhere; arrays and objects arrive as such on HTTP API 2.0, elsewhere as base64url of their JSON. `callerOf`
   * of the entry point `backend` decodes it.
   *
   * @default the claims `sub`, `scope` and `permissions`, as far as they fit
   */
  readonly context?: CallerFunction<AuthorizerContext> | false;
  /**
   * Chooses the principal. Must return at once.
   *
   * @default the token's `sub`, `unknown` if it has none; `anonymous` without a token
   */
  readonly principalId?: CallerFunction<string>;
  /**
   * REST APIs with `apiKeySource: AUTHORIZER` only: chooses the value of the API key that the request is metered by.
   * `undefined` for a caller without one. Must return at once. Cached answers carry it to all routes that they open.
   *
   * @default none
   */
  readonly usageIdentifierKey?: CallerFunction<string | undefined>;
  /**
   * AppSync only: how long the answer may be cached, seconds, never beyond the token's `exp` and the `maxAge` of its login.
   * Raise it only if `context` and your handler depend only on the token. Has no effect if rules read more than the token.
   *
   * @default 0 seconds: not cached
   */
  readonly ttlOverride?: number;
}

/** AppSync's own limit for a cached authorization, seconds. */
const MAX_TTL = 3600;

/** The options of policySerializer. */
export const SERIALIZER_OPTIONS = [
  'httpApiResponse',
  'unauthorized',
  'context',
  'principalId',
  'usageIdentifierKey',
  'ttlOverride',
] as const satisfies readonly (keyof PolicySerializerOptions)[];

type Raw = { readonly [key in keyof PolicySerializerOptions]?: unknown };

/** Checks the options of policySerializer and adds their defaults. */
export function parseSerializerOptions(options: Raw): AnswerOptions {
  return {
    httpApiResponse: optional(options, '', 'httpApiResponse', 'iam', oneOf<'iam' | 'simple'>, [
      'iam',
      'simple',
    ]),
    unauthorized: optional(options, '', 'unauthorized', undefined, oneOf<'throw' | 'deny'>, [
      'throw',
      'deny',
    ]),
    context: options.context === false ? false : callerFunction<AuthorizerContext>(options, 'context'),
    principalId: callerFunction<string>(options, 'principalId'),
    usageIdentifierKey: callerFunction<string | undefined>(options, 'usageIdentifierKey'),
    ttlOverride: optional(options, '', 'ttlOverride', 0, wholeNumber, 0, MAX_TTL),
    traceId: null,
  };
}

function callerFunction<Result>(
  options: Raw,
  name: keyof PolicySerializerOptions,
): CallerFunction<Result> | undefined {
  return optional(options, '', name, undefined, syncFunc<CallerFunction<Result>>, 'your handler');
}
