import type { GatewayKind } from './gateways/gateway.ts';
import { compilerFor } from './middlewares/policy-writer.ts';
import type { SetUpLine } from './middlewares/set-up-line.ts';
import { type AuthorizerOptions, type AuthorizerSettings, parseAuthorizerOptions } from './options.ts';
import type { PolicyAnalysis } from './policy/analysis.ts';
import { type ExecuteApiArn, parseExecuteApiArn } from './policy/arn.ts';
import { adviseCaching, type CacheAdvice } from './policy/cache-advice.ts';
import type { PolicyCompiler } from './policy/compiler.ts';
import type { RouteKey } from './routes/route-key.ts';
import type { RuleBook } from './rules/rule-book.ts';

/** Caching does not depend on who issues the tokens, so neither option need be known. */
const ANY_ISSUER = { AUTH0_DOMAIN: 'any.invalid', AUTH0_AUDIENCE: 'any' };

/**
 * How the authorizer must be configured at the gateway for cached answers to be right ones: its identity sources, or
 * that nothing may be cached (a TTL of 0), and why. Meant for the code that deploys the API.
 *
 * What your handler, or the option `context`, looks at besides the token is for you to know: if either looks at the
 * request, don't cache.
 *
 * @param options - the same as for auth0Authorizer; `domain` and `audience` do not matter here
 * @throws {OptionError}
 */
export function identitySources(options: AuthorizerOptions, gateway: GatewayKind): CacheAdvice {
  const settings = parseAuthorizerOptions(options, ANY_ISSUER);
  return adviceFor(settings, analysisOf(compilerFor(settings.rules), settings.rules), gateway);
}

/** What is to be logged once, when the first event tells the gateway; `null` where the token alone is the right key. */
export function setUpTeller(
  settings: AuthorizerSettings,
  compiler: PolicyCompiler | null,
): (gateway: GatewayKind) => SetUpLine | null {
  // Now, that is at start-up: it takes time for large tables, and Lambda does not bill it to a request.
  const analysis = analysisOf(compiler, settings.rules);
  return (gateway) => {
    const advice = adviceFor(settings, analysis, gateway);
    const warning = analysis?.warning ?? null;
    const plain = advice.cache && advice.identitySources.length <= 1;
    if (gateway === 'websocket' || (plain && warning === null)) return null;
    return { gateway, ...advice, ...(warning === null ? {} : { warning }) };
  };
}

/** A stage as long as they usually are, for sizes that have to be told before the first event. */
const TYPICAL_ARN = parseExecuteApiArn(
  'arn:aws:execute-api:ap-southeast-2:123456789012:a1b2c3d4e5/production/GET/',
) as ExecuteApiArn;

/** Routes up to which sizes are tried at start-up; beyond that it would take too long there. */
const MAX_TRIED = 1000;

const TOO_LARGE =
  'The policies of some callers have no room in the 8 KB of an answer: such callers are answered for the one route that ' +
  "they asked for. Make the route part of the cache key ($context.routeKey as an identity source), or set the authorizer's " +
  'TTL to 0, or let more routes share their rules.';

/** The compiler's own analysis, and whether documents are known to be too large. */
function analysisOf(compiler: PolicyCompiler | null, rules: RuleBook): PolicyAnalysis | null {
  if (compiler === null) return null;
  const analysis = compiler.analyse();
  if (!isTooLarge(compiler, rules)) return analysis;
  const warning = analysis.warning === null ? TOO_LARGE : `${analysis.warning} ${TOO_LARGE}`;
  return { ...analysis, exact: false, warning };
}

/** Tries the callers who have nothing that is asked for, and who have every other of those things. */
function isTooLarge(compiler: PolicyCompiler, rules: RuleBook): boolean {
  const { routes, requirements, undeclaredRequirement } = rules;
  if (routes.length > MAX_TRIED) return false;
  const distinct = [...new Set(requirements)];
  const has = [
    (one: string | boolean) => one === true,
    (one: string | boolean) => one === true || (one !== false && distinct.indexOf(one) % 2 === 0),
  ];
  return has.some((granted) => {
    const caller = { routes: requirements.map(granted), undeclared: granted(undeclaredRequirement) };
    const { document, obstacle } = compiler.explain(caller, TYPICAL_ARN);
    return document === null && obstacle === null;
  });
}

function adviceFor(
  { rules, tokenSource, serializer, handlerDecides }: AuthorizerSettings,
  analysis: PolicyAnalysis | null,
  gateway: GatewayKind,
): CacheAdvice {
  const { routesDiffer, inputs, admitsAnonymous } = rules;
  // A handler is not asked about other routes than the one at hand: its answer is good for that one only.
  const policyExact = !routesDiffer || (analysis?.exact === true && !handlerDecides);
  const routeExact =
    analysis?.exact === true ||
    (analysis !== null && rules.routes.every(isBounded) && rules.undeclared === 'deny');
  const { httpApiResponse } = serializer;
  // Without a policy there is nothing that could carry the rule.
  const isSimple = gateway === 'http-api-2.0' && httpApiResponse === 'simple';
  const carried = rules.ipInPolicy === null || !isSimple ? [] : (['source-ip'] as const);
  return adviseCaching(
    {
      routesDiffer,
      policyExact,
      routeExact,
      inputs: [...inputs, ...carried],
      admitsAnonymous,
      tokenSource,
      httpApiResponse,
    },
    gateway,
  );
}

/** Whether a policy for the one route can name all its paths: a greedy one cannot leave out those of other routes. */
function isBounded(route: RouteKey): boolean {
  return route.kind === 'websocket' || (route.kind === 'path' && route.segments.at(-1)?.kind !== 'greedy');
}
