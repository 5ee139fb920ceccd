import type { AnswerOptions } from '../answer/answer-decision.ts';
import { OptionError } from '../decision/errors.ts';
import type { TokenSource } from '../gateways/gateway.ts';
import { parseTokenSource } from '../gateways/reading/credentials.ts';
import {
  type DecisionLoggerSettings,
  LOGGER_OPTIONS,
  parseLoggerOptions,
} from '../middlewares/decision-logger.ts';
import { PARSER_OPTIONS } from '../middlewares/header-parser.ts';
import { parseSerializerOptions, SERIALIZER_OPTIONS } from '../middlewares/serializer-options.ts';
import { createRuleBook, RULE_OPTIONS, type RuleBook } from '../rules/rule-book.ts';
import type { Auth0JwtVerifierOptions } from '../token/verifier-options.ts';
import {
  parseVerifierOptions,
  takesCommonAudience,
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
  refuseUndefined,
} from '../util/option-checks.ts';
import { checkRuleAudiences } from './audience-check.ts';
import type { ConditionsOptions } from './options.ts';

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
  const { routes, undeclared } = options;
  const conditions = parseConditions(options.conditions);
  const verifier = parseVerifier(pick(options, VERIFIER_OPTIONS), environment ?? ANY_ISSUER);
  const { clockTolerance } = verifier;
  const ipInPolicy = conditions.sourceIp;
  const rules = createRuleBook({ rules: options.rules, routes, undeclared, ipInPolicy, clockTolerance });
  const serializer = parseSerializerOptions(options);
  if (environment !== null || options.audience !== undefined) {
    checkRuleAudiences(options, '', verifier.audiences);
  }
  const longest = verifier.revocations?.maxTtl ?? Infinity;
  // AppSync caches under the token only.
  const ttlOverride = rules.inputs.length > 0 ? 0 : Math.min(serializer.ttlOverride, longest);
  return {
    tokenSource: parseTokenSource(options.tokenSource, 'tokenSource'),
    verifier,
    rules,
    conditions,
    serializer: { ...serializer, ttlOverride },
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
    ...(options.audience === undefined && takesCommonAudience(options)
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
