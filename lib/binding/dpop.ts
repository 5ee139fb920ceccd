import type { Refusal } from '../decision/decision.ts';
import { AuthorizerFault } from '../decision/errors.ts';
import type { GatewayKind } from '../gateways/gateway.ts';
import { refuseUnsent } from '../gateways/unsent.ts';
import type { ReplayStore } from '../jwks/replay-store.ts';
import type { BoundUse, TokenBinding } from '../token/binding.ts';
import { CLOCK_TOLERANCE_S } from '../token/claims.ts';
import { isObject } from '../util/is-object.ts';
import { andThen, type MaybePromise } from '../util/maybe-promise.ts';
import { nodeCrypto } from '../util/node-crypto.ts';
import {
  nonEmptyList,
  nonEmptyStrings,
  oneOf,
  optional,
  plainChecks,
  refuse,
  seconds,
} from '../util/option-checks.ts';
import { normalAddress } from './dpop/address.ts';
import { type ProofTerms, verifyProof } from './dpop/proof.ts';
import { PROOF_ALGORITHMS, type ProofAlgorithm } from './dpop/proof-key.ts';
import { memoryReplays } from './dpop/replay.ts';
import { addressesOf } from './dpop/request-addresses.ts';
import { type BindingMode, judgeAbsent, MODES } from './mode.ts';

/** Options of `dpop`. */
export interface DpopOptions {
  /** `'allowed'` also accepts tokens that are not bound to a key; `'required'` refuses them. */
  readonly mode: BindingMode;
  /**
   * Where clients reach the API if not at the domain of API Gateway, such as `https://api.example.com` behind CloudFront; with
   * the part of the path that API Gateway does not see, such as `https://api.example.com/v1`. One or several.
   *
   * @default the domain that API Gateway received the request for, and the path with stage or base path mapping
   */
  readonly origin?: string | readonly string[];
  /**
   * How long ago a proof may have been made. Seconds, 1 to 3600.
   *
   * @default 300 seconds
   */
  readonly maxAge?: number;
  /**
   * How far the clocks of clients may differ. Seconds, 0 to 300.
   *
   * @default 5 seconds
   */
  readonly clockTolerance?: number;
  /**
   * Signature algorithms that proofs may have. Auth0 documents ES256 keys.
   *
   * @default ['ES256', 'RS256']
   */
  readonly algorithms?: readonly ProofAlgorithm[];
  /**
   * Where used proofs are remembered.
   *
   * @default in the memory of each execution environment: the same proof can be used once in each
   */
  readonly replay?: ReplayStore;
  /**
   * What to do with a valid proof if the store fails. `'allow'` accepts it although it may have been used before, and is not
   * possible with `mode: 'required'`.
   *
   * @default 'deny': a fault, `replay_unavailable`
   */
  readonly onUnavailable?: 'deny' | 'allow';
}

const OPTIONS = [
  'mode',
  'origin',
  'maxAge',
  'clockTolerance',
  'algorithms',
  'replay',
  'onUnavailable',
] as const satisfies readonly (keyof DpopOptions)[];

const DEFAULT_MAX_AGE_S = 300;
const DEFAULT_ALGORITHMS: readonly ProofAlgorithm[] = Object.freeze(['ES256', 'RS256']);

/**
 * Accepts tokens that are bound to a key (RFC 9449): the request must have `Authorization: DPoP <token>` and one proof in the
 * header `DPoP`, which is signed by the key in `cnf.jkt` for this method, address and token, and was not used before.
 *
 * Only for gateways whose events have headers, method and path: REST APIs with REQUEST authorizers, and HTTP APIs.
 *
 * @param options - the mode, or an object
 * @returns the value of the option `dpop`
 * @throws {OptionError} at start-up, for options that make no sense
 * @see https://auth0.com/docs/secure/sender-constraining/demonstrating-proof-of-possession-dpop
 * @example
 * export const handler = middy().use(auth0Authorizer({ dpop: dpop('required') }));
 * @example
 * const behindCloudFront = dpop({ mode: 'allowed', origin: 'https://api.example.com' });
 */
export function dpop(options: BindingMode | DpopOptions): TokenBinding {
  const settings = parseOptions(options);
  return Object.freeze<TokenBinding>({
    confirms: (member) => member === 'jkt',
    caching: () => ({ reason: REASON }),
    judge(confirmation, use) {
      const proof = use.request.headers['dpop'];
      if (confirmation !== null) return judgeBound(confirmation, proof, use, settings);
      if (proof === undefined) return judgeAbsent(settings.mode, 'cnf has no jkt');
      return { code: 'dpop_proof_invalid', detail: 'the token is not bound to a key: cnf has no jkt' };
    },
  });
}

const REASON =
  'Each DPoP proof is good for one request. With the header DPoP in the cache key, no entry would be used twice, and API Gateway would refuse clients without the header.';

interface DpopSettings extends ProofTerms {
  readonly mode: BindingMode;
  /** Without a final slash; `null`: the domain of API Gateway. */
  readonly origins: readonly string[] | null;
  readonly replay: ReplayStore;
  readonly onUnavailable: 'deny' | 'allow';
}

function parseOptions(value: unknown): DpopSettings {
  const path = 'dpop';
  const options = typeof value === 'string' ? { mode: value } : plainChecks(value, path, OPTIONS);
  const mode = oneOf(options.mode, `${path}.mode`, MODES);
  const onUnavailable = optional(options, path, 'onUnavailable', 'deny', oneOf<'deny' | 'allow'>, [
    'deny',
    'allow',
  ]);
  if (mode === 'required' && onUnavailable === 'allow') {
    refuse(`${path}.onUnavailable`, "must be 'deny' with mode 'required'");
  }
  return Object.freeze({
    mode,
    onUnavailable,
    origins: optional(options, path, 'origin', null, originsOf),
    maxAge: optional(options, path, 'maxAge', DEFAULT_MAX_AGE_S, seconds, 1, 3600),
    clockTolerance: optional(options, path, 'clockTolerance', CLOCK_TOLERANCE_S, seconds, 0, 300),
    algorithms: optional(options, path, 'algorithms', DEFAULT_ALGORITHMS, nonEmptyList, algorithm),
    replay: optional(options, path, 'replay', null, replayStore) ?? memoryReplays(),
  });
}

function algorithm(value: unknown, path: string): ProofAlgorithm {
  return oneOf(value, path, PROOF_ALGORITHMS);
}

function originsOf(value: unknown, path: string): readonly string[] {
  return nonEmptyStrings(value, path).map((text) => {
    const address = normalAddress(text);
    if (address === null || /[?#]/.test(text)) {
      refuse(path, 'must be a URL without query and fragment, such as https://api.example.com');
    }
    return address.replace(/\/$/, '');
  });
}

function replayStore(value: unknown, path: string): ReplayStore {
  if (isObject(value) && typeof value['claim'] === 'function') return value as unknown as ReplayStore;
  refuse(path, 'must be an object with a function `claim`; a store with `readOnly` has none');
}

function judgeBound(
  thumbprint: string,
  proof: string | undefined,
  { scheme, token, request }: BoundUse,
  settings: DpopSettings,
): MaybePromise<Refusal | null> {
  const unsent = refuseUnsent(request.gateway as GatewayKind, 'headers', 'dpop', 'proof');
  if (unsent !== null) return unsent;
  const { method } = request;
  if (method === null) return NO_METHOD;
  if (proof === undefined) return NO_PROOF;
  if (scheme !== 'DPoP') return AS_BEARER;
  const now = Date.now() / 1000;
  const addresses = addressesOf(request, settings.origins);
  const verified = verifyProof(proof, { method, addresses, token, thumbprint, now }, settings);
  if ('code' in verified) return verified;
  const id = nodeCrypto().hash('sha256', `${thumbprint} ${verified.jti}`, 'base64url');
  // Rounded up, so that the claim holds as long as the proof.
  const claimed = claim(id, Math.ceil(verified.expiresAt - now) + 1, settings);
  return andThen(claimed, (isFirst) => (isFirst ? null : REPLAYED));
}

/** @throws {AuthorizerFault} `replay_unavailable` */
function claim(id: string, duration: number, { replay, onUnavailable }: DpopSettings): MaybePromise<boolean> {
  const fail = (cause: unknown): boolean => {
    if (onUnavailable === 'allow') return true;
    throw new AuthorizerFault('replay_unavailable', 'the store of used DPoP proofs failed', { cause });
  };
  try {
    const claimed = replay.claim(id, duration);
    return claimed instanceof Promise ? claimed.then(checked).catch(fail) : checked(claimed);
  } catch (error) {
    return fail(error);
  }
}

/** A store that returns something else, such as the answer of a database, must not let every proof pass. */
function checked(claimed: unknown): boolean {
  if (typeof claimed === 'boolean') return claimed;
  throw new TypeError('claim() did not return true or false');
}

const NO_METHOD: Refusal = Object.freeze({
  code: 'rule_not_supported',
  rule: 'dpop',
  detail: 'events of this gateway have no method and path to compare the proof with',
});
const NO_PROOF: Refusal = Object.freeze({ code: 'dpop_proof_missing', detail: 'the header DPoP is missing' });
const AS_BEARER: Refusal = Object.freeze({
  code: 'dpop_proof_missing',
  detail: 'the token is bound, but its scheme is not DPoP',
});
const REPLAYED: Refusal = Object.freeze({ code: 'dpop_proof_replayed' });
