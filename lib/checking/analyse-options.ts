import type { CacheAdvice } from '../authorizer/cache-advice.ts';
import { GatewayAdvice } from '../authorizer/gateway-advice.ts';
import type { AuthorizerOptions } from '../authorizer/options.ts';
import { optionsOfApi } from '../authorizer/options-of-api.ts';
import {
  type ApiSettings,
  type AuthorizerEnvironment,
  parseAuthorizerOptions,
  settingsFor,
} from '../authorizer/settings.ts';
import type { GatewayKind } from '../gateways/gateway.ts';
import { gatewayOfKind } from '../gateways/index.ts';
import type { PolicyAnalysis } from '../policy-compiler/analysis.ts';

/** The options for one API, analysed. */
export interface AnalysedOptions {
  /** Key of `apis`; `null` without that option. */
  readonly api: string | null;
  readonly settings: ApiSettings;
  /** Keys of the routes that take callers without a token. */
  readonly openToAnonymous: ReadonlySet<string>;
  /** Whether every caller has an exact policy; `null` if no policies are compiled. */
  readonly policies: PolicyAnalysis | null;
  adviceFor(gateway: GatewayKind): CacheAdvice;
  /** What some callers lose under the token alone; `null` if every policy is exact, or there is none. */
  lossAt(gateway: GatewayKind): string | null;
}

/** Routes times callers who lack one requirement, at most: so 1000 routes take about a second. */
const MAX_SAMPLED_ROUTES = 1000;
const MOST_SAMPLES = 40;

/**
 * Checks options as the authorizer does when it starts, and analyses them for each of their APIs.
 *
 * @param environment - issuers and audiences that the deployment has in environment variables, as far as they are set here
 * @throws {OptionError} for options that make no sense
 */
export function analyseOptions(
  options: AuthorizerOptions,
  environment: AuthorizerEnvironment,
): readonly AnalysedOptions[] {
  const { AUTH0_DOMAIN = 'any.invalid', AUTH0_AUDIENCE } = environment;
  const isComplete = AUTH0_AUDIENCE !== undefined;
  const settings = parseAuthorizerOptions(options, isComplete ? { AUTH0_DOMAIN, AUTH0_AUDIENCE } : null);
  return settings.books.all.map((book) => analysed(options, settingsFor(settings, book)));
}

function analysed(options: AuthorizerOptions, settings: ApiSettings): AnalysedOptions {
  const { api, rules } = settings;
  const samples = Math.floor(MAX_SAMPLED_ROUTES / Math.max(rules.routes.length, 1));
  const advice = new GatewayAdvice(settings, Math.min(samples, MOST_SAMPLES));
  const { routes = {} } = optionsOfApi(options, api ?? undefined);
  const known = new Map<GatewayKind, CacheAdvice>();
  return {
    api,
    settings,
    policies: advice.policies,
    openToAnonymous: new Set(Object.keys(routes).filter((key) => routes[key]?.token === 'optional')),
    adviceFor(gateway) {
      const found = known.get(gateway) ?? advice.advice(gatewayOfKind(gateway));
      known.set(gateway, found);
      return found;
    },
    lossAt(gateway) {
      const coverage = advice.coverage(gatewayOfKind(gateway));
      return coverage === null || coverage.kind === 'all' ? null : coverage.loss;
    },
  };
}
