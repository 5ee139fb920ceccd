import type { KeyObject } from 'node:crypto';
import type { Refusal } from '../../decision/decision.ts';
import { Refused } from '../../decision/errors.ts';
import { type CompactJws, decodeObject, parseObject, splitCompactJws } from '../../token/compact-jws.ts';
import type { BoundedMap } from '../../util/bounded-map.ts';
import { isObject } from '../../util/is-object.ts';
import { nodeCrypto } from '../../util/node-crypto.ts';
import { normalAddress } from './address.ts';
import { importProofKey, isProofSignedBy, type ProofAlgorithm } from './proof-key.ts';
import { type PublicMembers, publicMembers, thumbprintOf } from './thumbprint.ts';

/** Longest proof, characters. One with an RSA key of 4096 bits has some 1800. */
export const MAX_PROOF_LENGTH = 4096;

/** Longest `jti`, characters. A UUID has 36. */
export const MAX_JTI_LENGTH = 256;

/** What proofs are verified by: the same for all requests. */
export interface ProofTerms {
  readonly algorithms: readonly ProofAlgorithm[];
  /** Seconds that a proof may be old. */
  readonly maxAge: number;
  /** Seconds by which clocks may differ. */
  readonly clockTolerance: number;
  /** Keys of clients by algorithm and thumbprint: to import one takes as long as to verify a signature. */
  readonly keys: BoundedMap<KeyObject>;
}

/** The request that a proof must be made for. */
export interface ProvenRequest {
  readonly method: string;
  /** The addresses that the client may have used, from {@link normalAddress}. */
  readonly addresses: readonly string[];
  /** The access token. */
  readonly token: string;
  /** `cnf.jkt` of the token. */
  readonly thumbprint: string;
  /** Epoch seconds. */
  readonly now: number;
}

/** A proof that is valid for the request, if it was not used before. */
export interface VerifiedProof {
  readonly kind: 'verified';
  readonly jti: string;
  /** Until when it would be accepted again, epoch seconds. */
  readonly expiresAt: number;
}

/**
 * Verifies a proof (RFC 9449, section 4.3, checks 2 to 12 without the nonce). Keeps no state: the caller checks whether the
 * proof was used before.
 *
 * Cheap checks come first. A key is imported only if it is the one that the token is bound to, and once.
 *
 * @param text - the value of the header `DPoP`
 * @returns the proof; or a refusal with `dpop_proof_invalid` or `dpop_key_mismatch`
 */
export function verifyProof(
  text: string,
  request: ProvenRequest,
  terms: ProofTerms,
): VerifiedProof | Refusal {
  const proof = readProof(text, terms.algorithms);
  if (!('jws' in proof)) return proof;
  const { algorithm, members, claims } = proof;
  const flaw = flawOf(claims, request) ?? flawOfTimes(claims, terms, request.now);
  if (flaw !== null) return invalid(flaw);
  if (thumbprintOf(members) !== request.thumbprint) return KEY_MISMATCH;
  const key = keyOf(members, algorithm, request.thumbprint, terms.keys);
  if (key === null) return invalid('`jwk` is malformed, too weak, or does not fit `alg`');
  return isSigned(key, proof) ? verified(claims, terms) : invalid('the signature does not match `jwk`');
}

function keyOf(
  members: PublicMembers,
  algorithm: ProofAlgorithm,
  thumbprint: string,
  keys: ProofTerms['keys'],
): KeyObject | null {
  const id = `${algorithm} ${thumbprint}`;
  const known = keys.get(id);
  if (known !== undefined) return known;
  const key = importProofKey(members, algorithm);
  if (key !== null) keys.set(id, key);
  return key;
}

interface ReadProof {
  readonly jws: CompactJws;
  readonly algorithm: ProofAlgorithm;
  readonly members: PublicMembers;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** Reads a proof and checks its header. Nothing is proven yet. */
function readProof(text: string, algorithms: readonly ProofAlgorithm[]): ReadProof | Refusal {
  if (text.length > MAX_PROOF_LENGTH) return invalid(`longer than ${MAX_PROOF_LENGTH} characters`);
  // Gateways join repeated headers with a comma.
  if (text.includes(',')) return invalid('more than one proof');
  const jws = splitCompactJws(text);
  if (jws instanceof Refused) return invalid('not a JWS compact serialization');
  const header = decodeObject(jws.header);
  const claims = parseObject(jws.payload);
  if (header instanceof Refused || header === null) return invalid('the header is not a JSON object');
  if (claims === null) return invalid('the payload is not a JSON object');
  if (!isProofType(header.typ)) return invalid('`typ` is not `dpop+jwt`');
  if (Object.hasOwn(header, 'crit') || Object.hasOwn(header, 'b64'))
    return invalid('`crit` or `b64` in the header');
  const algorithm = algorithms.find((allowed) => allowed === header.alg);
  if (algorithm === undefined) return invalid('`alg` is not in `dpop.algorithms`');
  const members = membersOf(header.jwk);
  if (typeof members === 'string') return invalid(members);
  return { jws, algorithm, members, claims };
}

function isProofType(type: unknown): boolean {
  return typeof type === 'string' && /^(?:application\/)?dpop\+jwt$/i.test(type);
}

/** Members of private and symmetric keys (RFC 7518, section 6). */
const SECRET_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/** The members of a public key, or what is wrong. */
function membersOf(jwk: unknown): PublicMembers | string {
  if (!isObject(jwk)) return '`jwk` is missing';
  if (SECRET_MEMBERS.some((name) => Object.hasOwn(jwk, name)))
    return '`jwk` has a private or symmetric member';
  return publicMembers(jwk) ?? '`jwk` is not an EC, OKP or RSA key';
}

/** What a proof says that does not fit the request; `null` if all fits. */
function flawOf(claims: Readonly<Record<string, unknown>>, request: ProvenRequest): string | null {
  const { jti, htm, htu, ath } = claims;
  if (typeof jti !== 'string' || jti === '' || jti.length > MAX_JTI_LENGTH) {
    return `\`jti\` is not a text of 1 to ${MAX_JTI_LENGTH} characters`;
  }
  if (htm !== request.method) return '`htm` is not the method of the request';
  const address = typeof htu === 'string' ? normalAddress(htu) : null;
  if (address === null || !request.addresses.includes(address)) {
    return `\`htu\` is not the address of the request: ${request.addresses.join(' or ')}`;
  }
  return ath === hashOf(request.token) ? null : '`ath` is not the hash of the access token';
}

/** The hash of an access token in a proof (RFC 9449, section 4.2). */
function hashOf(token: string): string {
  return nodeCrypto().hash('sha256', token, 'base64url');
}

function flawOfTimes(
  { iat, exp, nbf }: Readonly<Record<string, unknown>>,
  { maxAge, clockTolerance }: ProofTerms,
  now: number,
): string | null {
  if (typeof iat !== 'number') return '`iat` is not a number';
  if (iat > now + clockTolerance) return '`iat` is in the future';
  if (iat < now - maxAge - clockTolerance) return '`iat` is longer ago than `dpop.maxAge`';
  // Proofs need neither, but a JWT that has them must be within (RFC 7519, sections 4.1.4 and 4.1.5).
  if (exp !== undefined && !(typeof exp === 'number' && now < exp + clockTolerance))
    return '`exp` is in the past';
  if (nbf !== undefined && !(typeof nbf === 'number' && nbf <= now + clockTolerance))
    return '`nbf` is in the future';
  return null;
}

function isSigned(key: KeyObject, { jws, algorithm }: ReadProof): boolean {
  return isProofSignedBy(key, algorithm, jws.signingInput, jws.signature);
}

function verified(
  { jti, iat }: Readonly<Record<string, unknown>>,
  { maxAge, clockTolerance }: ProofTerms,
): VerifiedProof {
  return { kind: 'verified', jti: jti as string, expiresAt: (iat as number) + maxAge + clockTolerance };
}

function invalid(detail: string): Refusal {
  return { code: 'dpop_proof_invalid', detail };
}

const KEY_MISMATCH: Refusal = Object.freeze({ code: 'dpop_key_mismatch' });
