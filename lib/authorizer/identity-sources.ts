import { compilerFor } from '../answer/policy-for-decision.ts';
import type { GatewayKind } from '../gateways/gateway.ts';
import { gatewayKinds, gatewayOfKind } from '../gateways/index.ts';
import { type ExecuteApiArn, parseExecuteApiArn } from '../iam/arn.ts';
import type { PolicyCompiler } from '../policy-compiler/compiler.ts';
import type { RouteKey } from '../routes/route-key.ts';
import type { RuleBook } from '../rules/rule-book.ts';
import { oneOf } from '../util/option-checks.ts';
import { adviseCaching, type CacheAdvice } from './cache-advice.ts';
import { type AuthorizerOptions, type AuthorizerSettings, parseAuthorizerOptions } from './options.ts';

/** Caching does not depend on who issues the tokens, so neither option need be known. */
const ANY_ISSUER = { AUTH0_DOMAIN: 'any.invalid', AUTH0_AUDIENCE: 'any' };

/**
 * Tells how to configure the authorizer at the gateway so that cached answers stay correct: its identity sources, or
 * that nothing may be cached (a TTL of 0), and why. Meant for the code that deploys the API.
 *
 * What your handler, or the option `context`, looks at besides the token is for you to know: if either looks at the
 * request, don't cache.
 *
 * Where the route is among the identity sources (`$context.routeKey`, or `context.resourcePath` and
 * `context.httpMethod`), it is the API's own: each declared route must be a route of the API, too. Behind a catch-all
 * (`$default`, `ANY /{proxy+}`), or a route for `ANY` method where the options tell methods apart, requests for
 * several routes share one key, and a cached `isAuthorized: true` opens them all: cache nothing there. A log line of
 * level `WARN` tells when a request shows that it is so.
 *
 * @param options - the same as for auth0Authorizer; `domain` and `audience` do not matter here
 * @param gateway - what the authorizer is attached to: one of `rest-token`, `rest-request`, `http-api-1.0`,
 *   `http-api-2.0`, `websocket`, `appsync-graphql` and `appsync-events`
 * @throws {OptionError}
 */
export function identitySources(options: AuthorizerOptions, gateway: GatewayKind): CacheAdvice {
  oneOf(gateway, 'gateway', gatewayKinds());
  const settings = parseAuthorizerOptions(options, ANY_ISSUER);
  const compiler = compilerFor(settings.rules);
  const analysis = compiler?.analysis ?? null;
  const fits = compiler === null || !isTooLarge(compiler, settings.rules);
  return adviceFor(settings, analysis?.exact === true && fits, gateway);
}

/** With a stage as long as they usually are, for sizes that have to be told where there is no event. */
const TYPICAL_ARN = 'arn:aws:execute-api:ap-southeast-2:123456789012:a1b2c3d4e5/production/GET/';

/**
 * Whether there are callers whose document is too large: tried with those who have nothing that is asked for, every
 * other of those things, and all of them but one. Takes too long for a cold start, so that in Lambda the log line of such a caller
 * tells it (`policy: 'narrow'`).
 */
function isTooLarge(compiler: PolicyCompiler, rules: RuleBook): boolean {
  const { requirements, undeclaredRequirement } = rules;
  const distinct = [...new Set(requirements)];
  const has = [
    (one: string | boolean) => one === true,
    (one: string | boolean) => one === true || (one !== false && distinct.indexOf(one) % 2 === 0),
    (one: string | boolean) => one !== false && one !== distinct.find((other) => typeof other === 'string'),
  ];
  const arn = parseExecuteApiArn(TYPICAL_ARN) as ExecuteApiArn;
  return has.some((granted) => {
    const caller = { routes: requirements.map(granted), undeclared: granted(undeclaredRequirement) };
    const { document, obstacle } = compiler.explain(caller, arn);
    return document === null && obstacle === null;
  });
}

/** @param isExact - whether one policy is exact for every caller */
export function adviceFor(
  { rules, tokenSource, serializer, handlerDecides }: AuthorizerSettings,
  isExact: boolean,
  gateway: GatewayKind,
): CacheAdvice {
  const { routesDiffer, inputs, admitsAnonymous } = rules;
  const untold = inputs.filter((input) => !isTold(input, gateway));
  if (untold.length > 0) return { cache: false, reason: untoldReason(untold) };
  // A handler is not asked about other routes than the one at hand: its answer is good for that one only.
  const policyExact = !routesDiffer || (isExact && !handlerDecides);
  const routeExact = isExact || (rules.routes.every(isBounded) && rules.undeclared === 'deny');
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

/** Whether the gateway tells its authorizer what a rule looks at. */
function isTold(input: string, gateway: GatewayKind): boolean {
  if (input === 'anything') return true;
  const { sends } = gatewayOfKind(gateway);
  return input === 'source-ip' ? sends.address : sends.headers;
}

function untoldReason(untold: readonly string[]): string {
  return (
    `Rules look at ${untold.join(', ')}, which this kind of authorizer is not told: where they hold they refuse every request, ` +
    'cached or not. Use a REQUEST authorizer, or switch these rules off.'
  );
}

/** Whether a policy for the one route can name all its paths: a greedy one cannot leave out those of other routes. */
function isBounded(route: RouteKey): boolean {
  return route.kind === 'connect' || (route.kind === 'path' && route.segments.at(-1)?.kind !== 'greedy');
}
