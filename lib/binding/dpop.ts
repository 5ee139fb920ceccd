import type { Refusal } from '../decision/decision.ts';
import type { GatewayKind } from '../gateways/gateway.ts';
import { gatewayOfKind } from '../gateways/index.ts';
import { isAmbiguous } from '../gateways/reading/headers.ts';
import type { BindingTerms, BoundRequest, BoundUse, TokenBinding } from '../token/binding.ts';
import { andThen, type MaybePromise } from '../util/maybe-promise.ts';
import { nodeCrypto } from '../util/node-crypto.ts';
import { type DpopOptions, type DpopSettings, parseDpopOptions } from './dpop/dpop-options.ts';
import { verifyProof } from './dpop/proof.ts';
import { addressesOf } from './dpop/request-addresses.ts';
import type { UsedProofs } from './dpop/used-proofs.ts';
import { judgeUse } from './judge.ts';
import { type BindingMode, judgeAbsent } from './mode.ts';
import { notSupported, unsupportedBy } from './unsupported.ts';

/**
 * Accepts tokens that are bound to a key (RFC 9449): the request must have `Authorization: DPoP <token>` and one proof in the
 * header `DPoP`, which is signed by the key in `cnf.jkt` for this method, address and token, and was not used before.
 *
 * Only for gateways whose events have headers and an address: REST APIs with REQUEST authorizers, HTTP APIs, and WebSocket
 * APIs. Others refuse bound tokens (`rule_not_supported`), and the first log line says so.
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
  const settings = parseDpopOptions(options);
  return bindingOf(settings, settings.used);
}

/** @param used - `null`: proofs are not looked up */
function bindingOf(settings: DpopSettings, used: UsedProofs | null): TokenBinding {
  const { mode, algorithms } = settings;
  const terms: BindingTerms = Object.freeze({ member: 'jkt', mode, algorithms, caching: { reason: REASON } });
  return Object.freeze<TokenBinding>({
    terms: () => terms,
    unsupported,
    check(confirmation, use) {
      const { headers } = use.request;
      if (isAmbiguous(headers, 'dpop')) return SEVERAL;
      const proof = headers['dpop'];
      if (confirmation !== null) return judgeBound(confirmation, proof, use, { settings, used });
      return proof === undefined ? judgeAbsent(mode, 'cnf has no jkt') : BESIDE_UNBOUND;
    },
    judge: judgeUse,
    withoutReplay: () => bindingOf(settings, null),
    notice: () => settings.used.notice(),
    watch: (listener) => settings.used.watch(listener),
  });
}

const REASON =
  'Each DPoP proof is good for one request. With the header DPoP in the cache key, a cached answer would take the same proof again, on other routes too, and API Gateway would refuse clients without the header (401).';

function unsupported(gateway: string): string | null {
  const { sends, routeKinds } = gatewayOfKind(gateway as GatewayKind);
  if (!sends.headers) return unsupportedBy(gateway, 'header DPoP', 'use a REQUEST authorizer');
  if (routeKinds.some((kind) => kind !== 'default')) return null;
  const missing = 'method and address to compare a DPoP proof with';
  return unsupportedBy(gateway, missing, 'clients of this API need tokens that are not bound');
}

function judgeBound(
  thumbprint: string,
  proof: string | undefined,
  { scheme, token, request, remainingMs }: BoundUse,
  { settings, used }: { readonly settings: DpopSettings; readonly used: UsedProofs | null },
): MaybePromise<Refusal | null> {
  const reason = unsupported(request.gateway);
  if (reason !== null) return notSupported('dpop', reason);
  if (proof === undefined) return NO_PROOF;
  if (scheme !== 'DPoP') return AS_BEARER;
  const addresses = addressesOf(request, settings.origins);
  if (addresses === null) return SEVERAL_ADDRESSES;
  if (addresses.length === 0) return request.path === null ? NO_HANDSHAKE : NO_ADDRESS;
  const now = Date.now() / 1000;
  const proven = { method: methodOf(request), addresses, token, thumbprint, now };
  const verified = verifyProof(proof, proven, settings);
  if ('code' in verified) return verified;
  if (used === null) return null;
  const id = nodeCrypto().hash('sha256', `${thumbprint} ${verified.jti}`, 'base64url');
  // Rounded up, so that the claim holds as long as the proof.
  const claimed = used.claim(id, Math.ceil(verified.expiresAt - now) + 1, remainingMs);
  return andThen(claimed, (isFirst) => (isFirst ? null : REPLAYED));
}

/** WebSocket events have no method: the handshake is a GET (RFC 6455, section 4.1). */
function methodOf({ method }: BoundRequest): string {
  return method ?? 'GET';
}

const UNKNOWN_ADDRESS = 'the event does not say the address of the request: set `dpop.origin`';
const NO_HANDSHAKE = notSupported('dpop', UNKNOWN_ADDRESS);
const NO_ADDRESS: Refusal = Object.freeze({ code: 'dpop_proof_invalid', detail: UNKNOWN_ADDRESS });
/** RFC 9449 section 4.3, check 1. */
const SEVERAL: Refusal = Object.freeze({
  code: 'dpop_proof_invalid',
  detail: 'the header DPoP is in the event in two spellings or with two values',
});
const SEVERAL_ADDRESSES: Refusal = Object.freeze({
  code: 'dpop_proof_invalid',
  detail:
    'the event has a decoded path with `%` or `?`, which may stand for several addresses: use other values in paths',
});
const BESIDE_UNBOUND: Refusal = Object.freeze({
  code: 'dpop_proof_invalid',
  detail: 'the token is not bound to a key: cnf has no jkt',
});
const NO_PROOF: Refusal = Object.freeze({ code: 'dpop_proof_missing', detail: 'the header DPoP is missing' });
const AS_BEARER: Refusal = Object.freeze({
  code: 'dpop_proof_missing',
  detail: 'the token is bound, but its scheme is not DPoP',
});
const REPLAYED: Refusal = Object.freeze({ code: 'dpop_proof_replayed' });
