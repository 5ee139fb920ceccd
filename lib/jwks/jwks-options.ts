import type { JwksFetch } from './custom-fetch.ts';
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
   * Largest response that is read. A JWKS of Auth0 has about 5000 bytes.
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
