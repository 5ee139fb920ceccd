import fc from 'fast-check';
import type { AuthorizerOptions } from '../../../lib/index.ts';
import type { RouteRules, RulesOptions } from '../../../lib/rules/rule-options.ts';
import {
  COUNTRY_HEADER,
  FORWARDED_HEADER,
  PROOF_HEADER,
  SECRET,
  TOKEN_HEADER,
  TOKEN_PARAMETER,
} from './callers.ts';
import { type ArnPath, type Planned, requestsOn } from './requests.ts';

/** An authorizer's options, its API and the requests of callers. */
export interface Case {
  readonly options: AuthorizerOptions;
  readonly extra: Extra;
  /** Whether some route accepts callers without a token. */
  readonly optional: boolean;
  /** The place of the token in requests. */
  readonly token: keyof typeof TOKEN_SOURCES;
  /** The routes of the API: the declared ones, these and a catch-all, or the catch-all only. */
  readonly api: 'declared' | 'both' | 'catch-all';
  /** The form of the path in the ARNs of HTTP APIs. */
  readonly arnPath: ArnPath;
  readonly requests: readonly Planned[];
}

/** The rules in addition to those on the token. */
export type Extra = keyof typeof EXTRAS;

const COUNTRIES = ['DE', 'FR'];
const OFFICE = ['198.51.100.0/24'];

/** Rules for one route, or for all. */
const EXTRAS = {
  none: {},
  ip: { ip: { allow: OFFICE } },
  forwarded: { ip: { deny: OFFICE, source: { header: FORWARDED_HEADER, trustedHops: 1 } } },
  country: { country: { allow: COUNTRIES, source: 'cloudfront' } },
  match: { country: { matchClaim: 'country', source: 'cloudfront' } },
  proven: {
    country: {
      allow: COUNTRIES,
      source: { header: COUNTRY_HEADER, proof: { header: PROOF_HEADER, secret: SECRET } },
    },
  },
  custom: { custom: { never: ({ request }) => request.method !== 'PUT' } },
  /** The policy contains the rule as a condition. */
  condition: { ip: { allow: OFFICE } },
} as const satisfies Record<string, RulesOptions>;

const TOKEN_RULES: readonly RouteRules[] = [
  {},
  { scopes: ['a'] },
  { scopes: ['b'] },
  { scopes: { any: ['a', 'b'] } },
  { scopes: { all: ['a'], reportOnly: true } },
  { permissions: ['p'] },
  { scopes: ['a'], permissions: ['p'] },
  { claims: { plan: 'gold' } },
  { claims: { plan: (value) => value === 'gold' }, scopes: false },
  { scopes: false },
];
const COMMON_RULES: readonly RulesOptions[] = [{}, { scopes: ['a'] }, { permissions: ['p'] }];

const TOKEN_SOURCES = {
  header: { header: 'Authorization' },
  'other-header': { header: TOKEN_HEADER },
  query: { query: TOKEN_PARAMETER },
} as const;

const METHODS = ['GET', 'GET', 'GET', 'POST', 'ANY'];
const SEGMENTS = ['a', 'b', 'a.b', '{}', '{}'];

const routeTables: fc.Arbitrary<Readonly<Record<string, RouteRules>>> = (() => {
  const segments = fc.array(fc.constantFrom(...SEGMENTS), { maxLength: 3 });
  const path = fc.tuple(segments, fc.option(fc.constant('{rest+}'), { freq: 4 })).map(([texts, end]) => {
    const named = texts.map((text, at) => (text === '{}' ? `{p${at}}` : text));
    return `/${[...named, ...(end === null ? [] : [end])].join('/')}`;
  });
  const key = fc.tuple(fc.constantFrom(...METHODS), path).map((parts) => parts.join(' '));
  const pair = fc.tuple(key, fc.constantFrom(...TOKEN_RULES));
  return fc
    .uniqueArray(pair, { minLength: 1, maxLength: 6, size: 'max', selector: ([name]) => name })
    .map((pairs) => Object.fromEntries(pairs));
})();

/** True once in `often` times. */
const rarely = (often: number): fc.Arbitrary<boolean> => fc.nat(often - 1).map((lot) => lot === often - 1);

const parts = fc.record({
  routes: routeTables,
  common: fc.constantFrom(...COMMON_RULES),
  extra: fc.oneof(
    { weight: 1, arbitrary: fc.constant<Extra>('none') },
    { weight: 1, arbitrary: fc.constantFrom(...(Object.keys(EXTRAS) as Extra[])) },
  ),
  everywhere: fc.boolean(),
  optional: rarely(16),
  undeclared: fc.constantFrom('rules' as const, 'deny' as const),
  handlerDecides: rarely(10),
  token: fc.constantFrom<Case['token']>('header', 'header', 'header', 'other-header', 'query'),
  api: fc.constantFrom<Case['api']>('declared', 'both', 'catch-all'),
  arnPath: fc.constantFrom<ArnPath>('as sent', 'decoded'),
});
type Parts = typeof parts extends fc.Arbitrary<infer Value> ? Value : never;

/**
 * The kind of cases in a run:
 *
 * - `all`;
 * - `replayable`: without paths that are refused for their spelling and that no glob can describe.
 */
export type Scope = 'all' | 'replayable';

/** Random routes, rules, callers and requests. */
export function cases(scope: Scope): fc.Arbitrary<Case> {
  return parts.chain((all) => {
    const { extra, optional, token, handlerDecides, arnPath } = all;
    // If a handler decides, a refusal denies the whole route.
    const isForRoute = scope === 'replayable' && handlerDecides;
    const api = all.undeclared === 'deny' && isForRoute ? 'declared' : all.api;
    const paths = scope === 'all' ? 'all' : isForRoute ? 'plain' : 'guarded';
    const options = optionsOf(all);
    const sequences = requestsOn(Object.keys(all.routes), paths, arnPath);
    return sequences.map((requests) => ({ options, extra, optional, token, api, arnPath, requests }));
  });
}

function optionsOf({
  routes,
  common,
  extra,
  everywhere,
  optional,
  undeclared,
  handlerDecides,
  token,
}: Parts): AuthorizerOptions {
  const more: RulesOptions = EXTRAS[extra];
  const inCommon = everywhere || extra === 'condition';
  const [[key = '', rules] = [], ...others] = Object.entries(routes);
  const first: RouteRules = {
    ...rules,
    ...(inCommon ? {} : more),
    ...(optional ? { token: 'optional' as const } : {}),
  };
  const judged = inCommon ? { ...common, ...more } : common;
  return {
    ...(Object.keys(judged).length === 0 ? {} : { rules: judged }),
    routes: { [key]: first, ...Object.fromEntries(others) },
    undeclared,
    // A refusal by address would then be for the one request, too.
    handlerDecides: handlerDecides && extra !== 'condition',
    tokenSource: TOKEN_SOURCES[token],
    conditions: { sourceIp: extra === 'condition' },
  };
}
