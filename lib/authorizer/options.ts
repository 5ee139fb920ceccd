import type { AnswerOptions } from '../answer/answer-decision.ts';
import { OptionError } from '../decision/errors.ts';
import type { TokenSource } from '../gateways/gateway.ts';
import { parseTokenSource } from '../gateways/reading/credentials.ts';
import {
  type DecisionLoggerOptions,
  type DecisionLoggerSettings,
  LOGGER_OPTIONS,
  parseLoggerOptions,
} from '../middlewares/decision-logger.ts';
import { type HeaderParserOptions, PARSER_OPTIONS } from '../middlewares/header-parser.ts';
import {
  type PolicySerializerOptions,
  parseSerializerOptions,
  SERIALIZER_OPTIONS,
} from '../middlewares/policy-serializer.ts';
import type { RequestRulesOptions } from '../middlewares/request-rules.ts';
import { createRuleBook, RULE_OPTIONS, type RuleBook } from '../rules/rule-book.ts';
import {
  type Auth0JwtVerifierOptions,
  parseVerifierOptions,
  VERIFIER_CHECKS,
  VERIFIER_OPTIONS,
  type VerifierSettings,
} from '../token/verifier-options.ts';
import {
  boolean,
  optional,
  plainChecks,
  plainObject,
  refuse,
  refuseUndefined,
} from '../util/option-checks.ts';

/** Everything that `auth0Authorizer` takes. All of it is checked at start-up: an unknown key throws. */
export interface AuthorizerOptions
  extends Partial<Auth0JwtVerifierOptions>,
    RequestRulesOptions,
    HeaderParserOptions,
    PolicySerializerOptions,
    CachedPolicyOptions,
    DecisionLoggerOptions {}

/** What the policies that API Gateway caches depend on. */
export interface CachedPolicyOptions {
  /**
   * Declares that your handler refuses callers or adds to answers. An answer then opens the route of the request only, or
   * its path if no route matches, because the handler was called for no other. A denial opens nothing.
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

/** The options of one authorizer, checked and complete. */
export interface AuthorizerSettings {
  readonly tokenSource: TokenSource;
  readonly verifier: VerifierSettings;
  readonly rules: RuleBook;
  readonly serializer: AnswerOptions;
  readonly logger: DecisionLoggerSettings;
  readonly handlerDecides: boolean;
  readonly denyRest: boolean;
  readonly conditions: Required<ConditionsOptions>;
}

/** The options of auth0Authorizer: those of its middlewares, and its own. */
const OPTIONS = [
  ...PARSER_OPTIONS,
  ...VERIFIER_OPTIONS,
  ...RULE_OPTIONS,
  ...SERIALIZER_OPTIONS,
  ...LOGGER_OPTIONS,
  'handlerDecides',
  'denyRest',
  'conditions',
] as const;

/** The environment variables that stand in for the options `domain` and `audience`; commas separate several values. */
export interface AuthorizerEnvironment {
  readonly AUTH0_DOMAIN?: string | undefined;
  readonly AUTH0_AUDIENCE?: string | undefined;
}

/**
 * Checks the options, together with the environment variables.
 *
 * @throws {OptionError} with the dotted path of the option and what to write instead
 */
export function parseAuthorizerOptions(
  value: unknown,
  environment: AuthorizerEnvironment,
): AuthorizerSettings {
  const options = plainObject(value, '', OPTIONS);
  refuseUndefined(options, '', [
    ...RULE_OPTIONS,
    ...VERIFIER_CHECKS,
    'conditions',
    'handlerDecides',
    'denyRest',
  ]);
  const { routes, undeclared } = options;
  const conditions = parseConditions(options.conditions);
  const rules = createRuleBook({ rules: options.rules, routes, undeclared, ipInPolicy: conditions.sourceIp });
  const serializer = parseSerializerOptions(options);
  return {
    tokenSource: parseTokenSource(options.tokenSource, 'tokenSource'),
    verifier: parseVerifier(pick(options, VERIFIER_OPTIONS), environment),
    rules,
    conditions,
    // AppSync caches under the token only.
    serializer: rules.inputs.length > 0 ? { ...serializer, ttlOverride: 0 } : serializer,
    logger: parseLoggerOptions(options),
    handlerDecides: optional(options, '', 'handlerDecides', false, boolean),
    denyRest: optional(options, '', 'denyRest', false, boolean),
  };
}

function parseConditions(value: unknown): Required<ConditionsOptions> {
  const path = 'conditions';
  const options = value === undefined ? {} : plainChecks(value, path, ['sourceIp', 'tokenExpiry']);
  return {
    sourceIp: optional(options, path, 'sourceIp', false, boolean),
    tokenExpiry: optional(options, path, 'tokenExpiry', false, boolean),
  };
}

type VerifierInput = { readonly [key in keyof Auth0JwtVerifierOptions]?: unknown };

function parseVerifier(options: VerifierInput, environment: AuthorizerEnvironment): VerifierSettings {
  const needsDomain = options.domain === undefined && options.issuer === undefined;
  const fromVariables = {
    ...(needsDomain ? { domain: entriesOf(environment, 'AUTH0_DOMAIN', 'domain') } : {}),
    ...(options.audience === undefined
      ? { audience: entriesOf(environment, 'AUTH0_AUDIENCE', 'audience') }
      : {}),
  };
  try {
    return parseVerifierOptions({ ...options, ...fromVariables }, '');
  } catch (error) {
    throw namingVariable(error as OptionError, fromVariables);
  }
}

function entriesOf(
  environment: AuthorizerEnvironment,
  name: keyof AuthorizerEnvironment,
  option: string,
): readonly string[] {
  const text = environment[name];
  const entries = (text ?? '').split(',').map((entry) => entry.trim());
  if (entries.includes('')) {
    const state =
      text === undefined ? 'is not set' : entries.length === 1 ? 'is empty' : 'has an empty entry';
    refuse(option, `is missing: set it, or the environment variable ${name} (which ${state})`);
  }
  return entries;
}

/** The same error; it names the environment variable if the value came from one. */
function namingVariable(error: OptionError, fromVariables: object): OptionError {
  const option = error.option.replace(/\[\d+\]$/, '');
  if (!Object.hasOwn(fromVariables, option)) return error;
  const variable = `the environment variable AUTH0_${option.toUpperCase()}`;
  return new OptionError(option, `${error.advice}; the value is from ${variable}`);
}

function pick<Key extends string>(
  options: { readonly [key in Key]?: unknown },
  keys: readonly Key[],
): { readonly [key in Key]?: unknown } {
  const picked: { [key in Key]?: unknown } = {};
  for (const key of keys) if (options[key] !== undefined) picked[key] = options[key];
  return picked;
}
