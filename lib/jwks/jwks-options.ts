import { isObject } from '../util/is-object.ts';
import {
  boolean,
  func,
  nonEmptyArray,
  optional,
  plainMap,
  plainObject,
  refuse,
  refuseValue,
  seconds,
  wholeNumber,
} from '../util/option-checks.ts';
import { customFetch, type JwksFetch } from './custom-fetch.ts';
import type { FetchJwks } from './fetch-jwks.ts';
import { importKeys, type KeysById } from './import-keys.ts';
import { checkJwksUri } from './jwks-uri.ts';
import type { KeyEvent } from './key-events.ts';
import type { KeyStore } from './key-store.ts';

/** Where an issuer's keys come from and how long they serve. Durations in seconds. */
export interface JwksOptions {
  /**
   * Address of the JWKS. `http:` only on loopback.
   *
   * @default `<issuer>/.well-known/jwks.json`, where Auth0 publishes it
   */
  readonly uri?: string;
  /**
   * Pinned public keys: a JWKS (`{ keys: [...] }`, as `npx middy-auth0-authorizer jwks <domain>` prints it) or its
   * list of keys. Without `uri`, nothing is ever fetched, and a revoked key verifies until your next deployment. With
   * `uri`, they are tried first, and other keys are fetched.
   *
   * @default none
   */
  readonly keys?: JsonWebKeySetLike | readonly JsonWebKeyLike[];
  /**
   * How long fetched keys count as current. Lower: a revoked key stops verifying sooner. Higher: fewer requests to Auth0.
   * `Cache-Control: max-age` of the response can move it between half and double of this. After that the keys are
   * fetched beside the requests; after a further tenth, requests wait for them.
   *
   * @default 600 seconds
   */
  readonly freshFor?: number;
  /**
   * How much longer the last good keys serve while new ones cannot be fetched. Outages of an identity provider last
   * hours, not days. `0`: not at all, so that an outage of Auth0 is an outage of your API.
   *
   * @default 86400 seconds
   */
  readonly staleFor?: number;
  /**
   * Shortest time between two requests for keys while keys are in memory, whether the last request succeeded or failed,
   * and however many tokens with unknown keys arrive. Without keys, the longest pause after a failure: the pauses grow
   * from 0.2 seconds up to this. At most half of `freshFor`.
   *
   * @default 30 seconds, or half of `freshFor` if that is less
   */
  readonly cooldown?: number;
  /**
   * How long one request for keys may take in all, to the last byte. An authorizer has 10 seconds at most.
   *
   * @default 3 seconds
   */
  readonly timeout?: number;
  /**
   * Largest response that is read. A JWKS of Auth0 has some 5000 bytes.
   *
   * @default 262144 bytes
   */
  readonly maxBytes?: number;
  /**
   * Your own way to fetch a JWKS, for a network that Node's own settings (`NODE_USE_ENV_PROXY`, `NODE_EXTRA_CA_CERTS`) do
   * not describe. It is called with the address, a signal and the longest body, and resolves to the status, the headers and
   * the text of the body. It should open a new connection: one that is kept alive is dead after a freeze.
   *
   * @default one GET over a new connection, through the proxy that `NODE_USE_ENV_PROXY` sets
   */
  readonly fetch?: JwksFetch;
  /**
   * Declares that all configured domains are those of one tenant, which has one set of keys. They are then fetched once,
   * from the first domain that answers, and `uri` and `keys` may be given. A key of that set verifies the tokens of each of
   * the domains: never set it for domains of several tenants.
   *
   * @default false: each issuer has its own keys
   */
  readonly shared?: boolean;
  /**
   * Whether to start fetching when the middleware is created, in Lambda's init phase. Of several issuers, the keys of the
   * first four are fetched then, and those of the others when a token needs them.
   *
   * @default `true`; `false` with pinned `keys`, which are in memory already
   */
  readonly prefetch?: boolean;
  /**
   * A store that all environments share, so that one of them asks Auth0 for all.
   *
   * @default none
   */
  readonly store?: KeyStore;
  /**
   * How long one call of the store may take. After that the environment fetches the keys itself.
   *
   * @default 0.25 seconds
   */
  readonly storeTimeout?: number;
  /**
   * Called after every refresh and every failure of the store, for metrics. What it throws is dropped.
   *
   * @default none
   */
  readonly onEvent?: (event: KeyEvent) => void;
}

/** A set of public keys in JSON (RFC 7517, section 5). */
export interface JsonWebKeySetLike {
  readonly keys: readonly JsonWebKeyLike[];
  readonly [member: string]: unknown;
}

/** A public key in JSON (RFC 7517, section 4). */
export interface JsonWebKeyLike {
  readonly kty: string;
  readonly kid: string;
  readonly [member: string]: unknown;
}

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
] as const;

/**
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
    store: optional(options, path, 'store', null, keyStore),
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

function jwksFetch(value: unknown, path: string): FetchJwks {
  return customFetch(func<JwksFetch>(value, path));
}

/** Returns the object itself, not a copy: it has methods and connections of its own. */
function keyStore(value: unknown, path: string): KeyStore {
  if (!isObject(value)) refuseValue(path, 'a KeyStore', value);
  const store = value as { readonly [name: string]: unknown };
  func(store.read, `${path}.read`);
  if ((store.write === undefined) !== (store.lease === undefined)) {
    refuse(path, 'must have both write and lease, or neither if it only reads');
  }
  if (store.write !== undefined) {
    func(store.write, `${path}.write`);
    func(store.lease, `${path}.lease`);
  }
  return value as unknown as KeyStore;
}
