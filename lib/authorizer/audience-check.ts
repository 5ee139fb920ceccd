import type { ParsedApi } from '../rules/api-options.ts';
import { audiencesIn } from '../rules/kinds/audience.ts';
import type { VerifierSettings } from '../token/verifier-settings.ts';
import { isObject } from '../util/is-object.ts';
import { memberPath, refuse } from '../util/option-checks.ts';

/** Options whose form has been checked. */
export interface CheckedRules {
  readonly rules?: unknown;
  readonly routes?: unknown;
}

/**
 * Refuses an `audience` rule that names an audience which the options do not accept: no token could pass by it.
 *
 * @param at - dotted path of the options; empty at the top level
 * @throws {OptionError}
 */
export function checkRuleAudiences(options: CheckedRules, at: string, accepted: readonly string[]): void {
  for (const [place, { audience }] of rulesIn(options, at)) {
    checkAccepted(audiencesIn(audience), `${place}.audience`, accepted);
  }
}

type Rules = { readonly [name: string]: unknown };

/** The common rules and those of each route, with their dotted paths. */
export function rulesIn({ rules, routes }: CheckedRules, at: string): (readonly [string, Rules])[] {
  const byRoute = Object.entries(isObject(routes) ? routes : {});
  return [
    ['rules', rules ?? {}] as const,
    ...byRoute.map(([key, own]) => [`routes['${key}']`, own] as const),
  ].map(([place, own]) => [memberPath(at, place), own as Rules]);
}

/**
 * The same for the rules of an API, and for its own audience.
 *
 * @throws {OptionError}
 */
export function checkApiAudiences(api: ParsedApi, { audiences, inheritedOf }: VerifierSettings): void {
  checkAccepted(api.audiences ?? [], `${api.path}.audience`, audiences);
  checkRuleAudiences(api, api.path, api.audiences ?? [...inheritedOf.values()].flat());
}

function checkAccepted(named: readonly string[], path: string, accepted: readonly string[]): void {
  const strange = named.find((one) => !accepted.includes(one));
  if (strange === undefined) return;
  const advice = `holds '${strange}', which is not an accepted audience, so that no token can pass: add it to \`audience\`, or remove it here`;
  refuse(path, advice);
}
