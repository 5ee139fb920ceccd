import type { AnswerOptions } from '../answer/answer-decision.ts';
import { OptionError } from '../decision/errors.ts';
import type { TokenSource } from '../gateways/gateway.ts';
import { parseTokenSource } from '../gateways/reading/credentials.ts';
import { PARSER_OPTIONS } from '../middlewares/header-parser.ts';
import {
  type DecisionLoggerSettings,
  LOGGER_OPTIONS,
  parseLoggerOptions,
} from '../middlewares/logger-options.ts';
import { parseSerializerOptions, SERIALIZER_OPTIONS } from '../middlewares/serializer-options.ts';
import { type ApiBook, type ApiBooks, createApiBooks, RULE_OPTIONS } from '../rules/api-books.ts';
import { type ParsedApi, parseApis } from '../rules/api-options.ts';
import { needsCommonAudience } from '../token/trust.ts';
import type { Auth0JwtVerifierOptions } from '../token/verifier-options.ts';
import {
  parseVerifierOptions,
  VERIFIER_CHECKS,
  VERIFIER_OPTIONS,
  type VerifierSettings,
} from '../token/verifier-settings.ts';
import {
  boolean,
  optional,
  plainChecks,
  plainObject,
  refuse,
  refuseEmpty,
  refuseUndefined,
} from '../util/option-checks.ts';
import { checkApiAudiences, checkRuleAudiences } from './audience-check.ts';
import { checkBoundRules, checkBoundSource } from './bound-check.ts';
import type { ConditionsOptions } from './options.ts';

/** The options of one authorizer, checked and complete. */
export interface AuthorizerSettings {
  readonly tokenSource: TokenSource;
  readonly verifier: VerifierSettings;
  readonly books: ApiBooks;
  readonly serializer: AnswerOptions;
  readonly logger: DecisionLoggerSettings;
  readonly handlerDecides: boolean;
  readonly denyRest: boolean;
  readonly conditions: Required<ConditionsOptions>;
}

/** The settings for one API: those of all, and its own. */
export interface ApiSettings extends AuthorizerSettings, ApiBook {}

/** The settings for one API. */
export function settingsFor(settings: AuthorizerSettings, book: ApiBook): ApiSettings {
  return { ...settings, ...book };
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
  'contextTraceId',
] as const;

/** The environment variables that stand in for the options `domain` and `audience`; commas separate several values. */
export interface AuthorizerEnvironment {
  readonly AUTH0_DOMAIN?: string | undefined;
  readonly AUTH0_AUDIENCE?: string | undefined;
}

/** What caching is derived for: it does not depend on who issues the tokens, so neither option is needed. */
const ANY_ISSUER = { AUTH0_DOMAIN: 'any.invalid', AUTH0_AUDIENCE: 'any' };

/**
 * Checks the options, together with the environment variables.
 *
 * @param environment - `null` if the caller needs neither issuers nor audiences: the options may then lack both
 * @throws {OptionError} with the dotted path of the option and what to write instead
 */
export function parseAuthorizerOptions(
  value: unknown,
  environment: AuthorizerEnvironment | null,
): AuthorizerSettings {
  const options = plainObject(value, '', OPTIONS);
  refuseUndefined(options, '', [
    ...RULE_OPTIONS,
    ...VERIFIER_CHECKS,
    'conditions',
    'handlerDecides',
    'denyRest',
  ]);
  const apis = parseApis(options);
  const conditions = parseConditions(options.conditions);
  const verifier = parseVerifier(pick(options, VERIFIER_OPTIONS), environment ?? ANY_ISSUER, apis);
  const { clockTolerance, audiences: accepted, audiencesOf, inheritedOf } = verifier;
  const books = createApiBooks(options, apis, {
    ipInPolicy: conditions.sourceIp,
    clockTolerance,
    isAuth0: options.issuer === undefined,
    inheritedOf: inheritedOf === audiencesOf ? null : inheritedOf,
  });
  if (environment !== null || options.audience !== undefined) {
    checkRuleAudiences(options, '', accepted);
    for (const api of apis) checkApiAudiences(api, verifier);
  }
  for (const own of [{ ...options, path: '' }, ...apis]) checkBoundRules(own, own.path, verifier.bindings);
  const tokenSource = parseTokenSource(options.tokenSource, 'tokenSource');
  checkBoundSource(tokenSource, verifier.bindings);
  const serializer = parseSerializerOptions(options);
  const logger = parseLoggerOptions(options);
  const traceId = parseTraceId(options.contextTraceId, logger);
  // AppSync's cache key is the token alone, and a proof is good for one request.
  const longest = verifier.bindings.length > 0 ? 0 : (verifier.revocations?.maxTtl ?? Infinity);
  return {
    tokenSource,
    verifier,
    books,
    conditions,
    serializer: { ...serializer, ttlOverride: Math.min(serializer.ttlOverride, longest), traceId },
    logger,
    handlerDecides: optional(options, '', 'handlerDecides', false, boolean),
    denyRest: optional(options, '', 'denyRest', false, boolean),
  };
}

function parseTraceId(value: unknown, { tracer }: DecisionLoggerSettings): AnswerOptions['traceId'] {
  if (value === undefined || !boolean(value, 'contextTraceId')) return null;
  if (tracer === null) refuse('contextTraceId', 'needs the option `tracer`, which knows the trace');
  return () => {
    try {
      return tracer.getRootXrayTraceId();
    } catch {
      // A tracer changes no decision.
      return undefined;
    }
  };
}

function parseConditions(value: unknown): Required<ConditionsOptions> {
  const path = 'conditions';
  const options = value === undefined ? {} : plainChecks(value, path, ['sourceIp', 'tokenExpiry']);
  if (value !== undefined) refuseEmpty(Object.keys(options), path, 'condition');
  return {
    sourceIp: optional(options, path, 'sourceIp', false, boolean),
    tokenExpiry: optional(options, path, 'tokenExpiry', false, boolean),
  };
}

type VerifierInput = { readonly [key in keyof Auth0JwtVerifierOptions]?: unknown };

function parseVerifier(
  options: VerifierInput,
  environment: AuthorizerEnvironment,
  apis: readonly ParsedApi[],
): VerifierSettings {
  const needsDomain = options.domain === undefined && options.issuer === undefined;
  const fromVariables = {
    ...(needsDomain ? { domain: entriesOf(environment, 'AUTH0_DOMAIN', 'domain') } : {}),
    ...(options.audience === undefined && needsCommonAudience(options, apis)
      ? { audience: entriesOf(environment, 'AUTH0_AUDIENCE', 'audience') }
      : {}),
  };
  try {
    return parseVerifierOptions({ ...options, ...fromVariables }, '', apis);
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
