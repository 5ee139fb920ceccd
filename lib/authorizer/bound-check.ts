import type { TokenSource } from '../gateways/gateway.ts';
import { placesOf } from '../gateways/reading/credentials.ts';
import { BOUND_MEMBERS } from '../rules/kinds/bound.ts';
import type { TokenBinding } from '../token/binding.ts';
import { isObject } from '../util/is-object.ts';
import { refuse } from '../util/option-checks.ts';
import { type CheckedRules, rulesIn } from './audience-check.ts';

/**
 * Refuses a rule `bound` that contradicts `dpop` and `mtls`: it needs a binding that no option checks, so that no token could
 * pass by it; or it is `false` although an option requires a binding on every route.
 *
 * @param at - dotted path of the options; empty at the top level
 * @throws {OptionError}
 */
export function checkBoundRules(options: CheckedRules, at: string, bindings: readonly TokenBinding[]): void {
  const terms = bindings.map((binding) => binding.terms());
  const isRequired = terms.some(({ mode }) => mode === 'required');
  for (const [place, { bound }] of rulesIn(options, at)) {
    const path = `${place}.bound`;
    if (bound === false && isRequired) refuse(path, "cannot be false beside mode 'required': set 'allowed'");
    if (bound === undefined || bound === false) continue;
    // The rule is compiled already, so its value is one of these.
    const to = (isObject(bound) ? bound['to'] : bound) as keyof typeof BOUND_MEMBERS;
    const isChecked = terms.some(({ member }) => BOUND_MEMBERS[to].includes(member));
    if (!isChecked) refuse(path, 'needs the option `dpop` or `mtls` that checks it');
  }
}

/**
 * Refuses `dpop` if no token can have its scheme: query string parameters, cookies and subprotocols have none, so that every
 * token that is bound to a key would be refused.
 *
 * @throws {OptionError}
 */
export function checkBoundSource(source: TokenSource, bindings: readonly TokenBinding[]): void {
  if (placesOf(source).includes('header')) return;
  if (bindings.every((binding) => binding.terms().member !== 'jkt')) return;
  refuse('tokenSource', 'must name a `header` too: with `dpop`, tokens need the scheme `DPoP`');
}
