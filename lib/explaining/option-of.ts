import type { AuthorizerOptions } from '../authorizer/options.ts';
import { isObject } from '../util/is-object.ts';

type Members = Readonly<Record<string, unknown>>;

/**
 * The dotted path of the option that declares a rule: of the route, else of the API, else the common one.
 *
 * @param rule - `scopes`, `custom.office-hours`
 * @param routes - the keys of the routes whose rules apply
 * @param api - the key of `apis`; `null` without that option
 * @returns `null` for a rule that applies by default
 */
export function optionOf(
  rule: string,
  routes: readonly string[],
  options: AuthorizerOptions,
  api: string | null,
): string | null {
  const own = api === null ? options : options.apis?.[api];
  const at = api === null ? '' : `apis['${api}'].`;
  const places: readonly (readonly [path: string, rules: unknown])[] = [
    ...routes.map((key) => [`${at}routes['${key}']`, own?.routes?.[key]] as const),
    ...(api === null ? [] : [[`${at}rules`, own?.rules] as const]),
    ['rules', options.rules],
  ];
  for (const [path, rules] of places) {
    const found = pathIn(rules, rule);
    if (found !== null) return `${path}${found}`;
  }
  return null;
}

/** `.scopes`, `.custom['office-hours']`; `null` if the rules have no such rule. */
function pathIn(rules: unknown, rule: string): string | null {
  if (!isObject(rules)) return null;
  if (!rule.startsWith('custom.')) return has(rules, rule) ? `.${rule}` : null;
  const name = rule.slice('custom.'.length);
  return has(rules['custom'], name) ? `.custom['${name}']` : null;
}

function has(rules: unknown, name: string): boolean {
  return isObject(rules) && Object.hasOwn(rules, name) && (rules as Members)[name] !== false;
}
