import {
  boolean,
  func,
  nonEmptyArray,
  optional,
  plainMap,
  plainObject,
  refuse,
  seconds,
  wholeNumber,
} from '../util/option-checks.ts';
import { customFetch, type JwksFetch } from './custom-fetch.ts';
import type { FetchJwks } from './fetch-jwks.ts';
import { importKeys, type KeysById } from './import-keys.ts';
import type { JwksOptions } from './jwks-options.ts';
import { checkJwksUri } from './jwks-uri.ts';
import type { KeyEvent } from './key-events.ts';
import { type KeyStore, keyStore } from './key-store.ts';

/** The options checked, with defaults and in milliseconds. */
export interface JwksSettings {
  /** `null`: the issuer's own address, or no address if all keys are pinned. */
  readonly uri: string | null;
  /** `null`: none are pinned. */
  readonly pinned: KeysById | null;
  readonly freshMs: number;
  readonly staleMs: number;
  readonly cooldownMs: number;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** `null`: the built-in one. */
  readonly fetch: FetchJwks | null;
  readonly shared: boolean;
  readonly prefetch: boolean;
  readonly store: KeyStore | null;
  readonly storeTimeoutMs: number;
  readonly onEvent: ((event: KeyEvent) => void) | null;
}

const DAY = 86_400;
const KNOWN = [
  'uri',
  'keys',
  'freshFor',
  'staleFor',
  'cooldown',
  'timeout',
  'maxBytes',
  'fetch',
  'shared',
  'prefetch',
  'store',
  'storeTimeout',
  'onEvent',
] as const satisfies readonly (keyof JwksOptions)[];

/**
 * Checks the option `jwks` and adds the defaults.
 *
 * @param value - what the user wrote; `undefined` for all defaults
 * @param path - dotted path of the option, `jwks`
 * @throws {OptionError}
 */
export function parseJwksOptions(value: unknown, path: string): JwksSettings {
  const options = plainObject(value === undefined ? {} : value, path, KNOWN);
  const pinned = optional(options, path, 'keys', null, pinnedKeys);
  if (pinned !== null && options.uri === undefined) refuseIdleOptions(options, path);
  const duration = (
    name: 'freshFor' | 'staleFor' | 'cooldown' | 'timeout' | 'storeTimeout',
    least: number,
    most: number,
    usual: number,
  ) => 1000 * optional(options, path, name, usual, seconds, least, most);
  const freshMs = duration('freshFor', 1, DAY, 600);
  const cooldownMs = duration('cooldown', 0.5, DAY, Math.min(30, freshMs / 2000));
  if (cooldownMs > freshMs / 2) {
    refuse(`${path}.cooldown`, `must be at most half of freshFor, so ${freshMs / 2000} seconds`);
  }
  return Object.freeze({
    uri: optional(options, path, 'uri', null, checkJwksUri),
    pinned,
    freshMs,
    staleMs: duration('staleFor', 0, 30 * DAY, DAY),
    cooldownMs,
    timeoutMs: duration('timeout', 0.05, 30, 3),
    maxBytes: optional(options, path, 'maxBytes', 262_144, wholeNumber, 1024, 16_777_216),
    fetch: optional(options, path, 'fetch', null, jwksFetch),
    shared: optional(options, path, 'shared', false, boolean),
    prefetch: optional(options, path, 'prefetch', pinned === null, boolean),
    store: optional(options, path, 'store', null, storeOfKeys),
    storeTimeoutMs: duration('storeTimeout', 0.01, 5, 0.25),
    onEvent: optional(options, path, 'onEvent', null, func<(event: KeyEvent) => void>),
  });
}

function refuseIdleOptions(options: Readonly<Record<string, unknown>>, path: string): void {
  for (const name of Object.keys(options)) {
    if (name !== 'keys' && name !== 'shared' && options[name] !== undefined) {
      refuse(
        `${path}.${name}`,
        'has no effect when all keys are pinned: remove it, or set uri to fetch other keys',
      );
    }
  }
}

function pinnedKeys(value: unknown, path: string): KeysById {
  const list = Array.isArray(value) ? value : plainMap(value, path).keys;
  const place = list === value ? path : `${path}.keys`;
  const { keys, ignored } = importKeys(nonEmptyArray(list, place, 'key'));
  const [bad] = ignored;
  if (bad !== undefined) refuse(`${place}[${bad.index}]`, `cannot be used: ${bad.flaw}`);
  return keys;
}

function storeOfKeys(value: unknown, path: string): KeyStore {
  const store = keyStore(value, path);
  if ((store.write === undefined) !== (store.lease === undefined)) {
    refuse(path, 'must have both write and lease, or neither if it only reads');
  }
  return store;
}

function jwksFetch(value: unknown, path: string): FetchJwks {
  return customFetch(func<JwksFetch>(value, path));
}
