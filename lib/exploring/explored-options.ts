import type { AuthorizerOptions } from '../authorizer/options.ts';
import type { CountryRule } from '../rules/kinds/country.ts';

/** What the rules of a route and the common ones have alike. */
interface Rules {
  readonly custom?: unknown;
  readonly country?: CountryRule | false;
}

/** What would reach beyond the page, and what would refuse the tokens of the test issuer. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'logger',
  'onDecision',
  'metrics',
  'metricsDimensions',
  'tracer',
  'revocations',
  'decryption',
  'dpop',
  'mtls',
] satisfies (keyof AuthorizerOptions)[]);

/** The options without logger, hooks, metrics and revocations, which are for real requests, encryption and binding. */
export function withoutEffects(options: AuthorizerOptions): AuthorizerOptions {
  return Object.fromEntries(Object.entries(options).filter(([name]) => !LEFT_OUT.has(name)));
}

/** The options without rules whose functions may take time and call anything: `custom`, and a look-up of the country. */
export function withoutCalls(options: AuthorizerOptions): AuthorizerOptions {
  const { rules, routes, ...others } = options;
  const kept = Object.entries(routes ?? {}).map(([key, route]) => [key, quiet(route)]);
  const common = quiet(rules ?? {});
  return {
    ...others,
    ...(Object.keys(common).length === 0 ? {} : { rules: common }),
    ...(routes === undefined ? {} : { routes: Object.fromEntries(kept) }),
  };
}

function quiet<Some extends Rules>(rules: Some): Omit<Some, 'custom'> {
  const { custom: _, country, ...others } = rules;
  const calls = country !== undefined && country !== false && typeof country.source === 'function';
  return (calls || country === undefined ? others : { ...others, country }) as Omit<Some, 'custom'>;
}
