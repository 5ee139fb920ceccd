import { setUpTeller } from './caching.ts';
import type { AuthorizerMiddleware } from './middlewares/auth0-context.ts';
import { auth0JwtVerifierWith } from './middlewares/auth0-jwt-verifier.ts';
import { decisionLoggerWith } from './middlewares/decision-logger.ts';
import { headerParserWith } from './middlewares/header-parser.ts';
import { policySerializerWith } from './middlewares/policy-serializer.ts';
import { compilerFor, createPolicyWriter } from './middlewares/policy-writer.ts';
import { requestRulesWith } from './middlewares/request-rules.ts';
import { type AuthorizerOptions, parseAuthorizerOptions } from './options.ts';
import { createVerifier } from './token/verifier.ts';

/**
 * Turns a Middy handler into a Lambda authorizer for Auth0 access tokens.
 *
 * @param options - see {@link AuthorizerOptions}; `domain` and `audience` default to the environment variables
 *   `AUTH0_DOMAIN` and `AUTH0_AUDIENCE`, the only two that are read
 * @returns the chain, for Middy's `.use()`
 * @throws {OptionError} at start-up, for options that make no sense
 * @example
 * export const handler = middy().use(auth0Authorizer());
 */
export function auth0Authorizer(options: AuthorizerOptions = {}): AuthorizerMiddleware[] {
  const { AUTH0_DOMAIN, AUTH0_AUDIENCE } = process.env;
  const settings = parseAuthorizerOptions(options, { AUTH0_DOMAIN, AUTH0_AUDIENCE });
  const { rules, handlerDecides, conditions } = settings;
  const compiler = compilerFor(rules);
  return [
    // First in the list, so that it is last of all on the way back and sees the final word.
    decisionLoggerWith(settings.logger, setUpTeller(settings, compiler)),
    headerParserWith(settings.tokenSource),
    auth0JwtVerifierWith(createVerifier(settings.verifier), rules.admitsAnonymous ? 'optional' : 'required'),
    requestRulesWith(rules),
    policySerializerWith(
      settings.serializer,
      createPolicyWriter({ rules, compiler, handlerDecides, tokenExpiry: conditions.tokenExpiry }),
    ),
  ];
}
