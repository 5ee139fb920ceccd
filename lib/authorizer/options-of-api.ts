import { bookNamed } from '../rules/api-books.ts';
import type { ApiOptions, ApiRules } from '../rules/api-options.ts';
import type { RulesOptions } from '../rules/rule-options.ts';
import { isObject } from '../util/is-object.ts';
import type { AuthorizerOptions } from './options.ts';
import { parseAuthorizerOptions } from './settings.ts';

/**
 * The options of an authorizer for one of the APIs alone, for tools that look at one API.
 *
 * @param api - key of `apis`; `undefined` without that option
 * @throws {OptionError} for options that make no sense, and for another key
 */
export function optionsOfApi(options: AuthorizerOptions, api: string | undefined): AuthorizerOptions {
  const { api: key } = bookNamed(parseAuthorizerOptions(options, null).books, api);
  if (key === null) return options;
  const { apis = {}, rules: common, ...others } = options;
  const { audience, rules, ...routes } = apis[key] as ApiOptions;
  const trust = audience === undefined ? {} : narrowed(others, [audience].flat());
  const merged = mergedRules(common, rules);
  return { ...others, ...trust, ...routes, ...(Object.keys(merged).length > 0 ? { rules: merged } : {}) };
}

/** The issuers that take one of the audiences, with these audiences only. */
function narrowed({ domain, issuer }: AuthorizerOptions, demanded: readonly string[]): AuthorizerOptions {
  const trusted: unknown = domain ?? issuer;
  if (!Array.isArray(trusted)) return { audience: demanded };
  const left: readonly (string | object)[] = trusted.flatMap((one) => {
    if (!isObject(one)) return one;
    const audience = [one['audience']].flat().filter((name) => demanded.includes(name as string));
    return audience.length === 0 ? [] : { ...one, audience };
  });
  return {
    ...(domain === undefined ? { issuer: left } : { domain: left }),
    ...(left.every(isObject) ? {} : { audience: demanded }),
  } as AuthorizerOptions;
}

/** The rules of an API over the common ones. `callers: false` stays: without it a default would apply. */
function mergedRules(common: RulesOptions = {}, own: ApiRules = {}): RulesOptions {
  const custom = own.custom === false ? {} : withoutOff({ ...common.custom, ...own.custom });
  const { callers, ...rules } = { ...common, ...own };
  return {
    ...withoutOff({ ...rules, custom: Object.keys(custom).length > 0 && custom }),
    ...(callers === undefined ? {} : { callers }),
  };
}

/** The members that are not `false`. */
function withoutOff(members: object): object {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== false));
}
