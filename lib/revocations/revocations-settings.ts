import { type KeyStore, keyStore } from '../jwks/key-store.ts';
import { func, oneOf, optional, plainObject, seconds } from '../util/option-checks.ts';
import type { RevocationEvent, RevocationsOptions } from './revocations-options.ts';

/** The options, checked and completed. */
export interface RevocationsSettings {
  readonly store: KeyStore;
  readonly refreshMs: number;
  /** The longest TTL of cached answers under which `within` holds, seconds. */
  readonly maxTtl: number;
  readonly staleMs: number;
  readonly onUnavailable: 'allow' | 'deny';
  readonly onEvent: ((event: RevocationEvent) => unknown) | null;
}

/** How much older than `refreshEvery` the list may become before requests wait for a newer one, seconds. */
export const OVERLAP = 1;

const KNOWN = [
  'store',
  'refreshEvery',
  'within',
  'staleFor',
  'onUnavailable',
  'onEvent',
] as const satisfies readonly (keyof RevocationsOptions)[];

/**
 * Checks the option `revocations` and adds the defaults.
 *
 * @throws {OptionError}
 */
export function parseRevocationsOptions(value: unknown, path: string): RevocationsSettings {
  const options = plainObject(value, path, KNOWN);
  const refreshEvery = optional(options, path, 'refreshEvery', 10, seconds, 1, 3600);
  const least = refreshEvery + OVERLAP;
  return {
    store: keyStore(options.store, `${path}.store`),
    refreshMs: 1000 * refreshEvery,
    maxTtl: Math.floor(
      optional(options, path, 'within', Math.max(60, least), seconds, least, 86_400) - least,
    ),
    staleMs: 1000 * optional(options, path, 'staleFor', Math.max(300, least), seconds, least, 86_400),
    onUnavailable: optional(options, path, 'onUnavailable', 'allow', oneOf<'allow' | 'deny'>, [
      'allow',
      'deny',
    ]),
    onEvent: optional(options, path, 'onEvent', null, func<(event: RevocationEvent) => unknown>),
  };
}
