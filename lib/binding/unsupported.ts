import type { Refusal } from '../decision/decision.ts';

/**
 * Why a gateway cannot have a binding, for the log and for `identitySources`.
 *
 * @param missing - what its events lack
 * @param instead - what to do
 */
export function unsupportedBy(gateway: string, missing: string, instead: string): string {
  return `Events of ${gateway} have no ${missing}, so that bound tokens are refused there (\`rule_not_supported\`): ${instead}.`;
}

/** @param option - `dpop` or `mtls` */
export function notSupported(option: string, detail: string): Refusal {
  return { code: 'rule_not_supported', rule: option, detail };
}
