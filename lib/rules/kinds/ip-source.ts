import type { SentData } from '../../gateways/facts.ts';
import type { AuthorizationRequest } from '../../gateways/gateway.ts';
import { parseHostPort, parseViewerAddress } from '../../net/client-ip.ts';
import { type IpAddress, parseIp } from '../../net/ip-address.ts';
import { optional, plainChecks, refuse, refuseValue, wholeNumber } from '../../util/option-checks.ts';
import type { RequestInput } from '../rule.ts';
import { compileProof, type HeaderProof, headerInputs, headerName, type Proof } from './header-proof.ts';

/**
 * Where the client's address comes from.
 *
 * - `'gateway'`: the peer that API Gateway saw. Correct without a proxy of your own, and with edge-optimised REST APIs.
 * - `'cloudfront-viewer-address'`: the header of that name. Declares that all requests come through your CloudFront
 *   distribution. Whoever can reach the API without it can forge the header. With `{ header, proof }` that is proven.
 * - `{ header: 'x-forwarded-for', trustedHops }`: the entry that the outermost trusted proxy appended, counted from the
 *   right. API Gateway itself appends one. With one CloudFront distribution before it, `trustedHops` is 2. Clients that
 *   reach the API without your proxies can forge entries, unless `proof` refuses them.
 */
export type IpSource = 'gateway' | 'cloudfront-viewer-address' | ViewerAddressSource | ForwardedSource;

/** `CloudFront-Viewer-Address`, proven. */
export interface ViewerAddressSource {
  /** Header with the address. */
  readonly header: 'cloudfront-viewer-address';
  /** The secret header that a request must have. Without it the request is refused (`ip_unknown`). */
  readonly proof: HeaderProof;
}

/** A list of addresses such as `X-Forwarded-For`, to which each proxy appends the address of its peer. */
export interface ForwardedSource {
  /** Header with the list of addresses. */
  readonly header: string;
  /** Number of the entry, from the right: the number of proxies that are yours or AWS's. 1 to 10. */
  readonly trustedHops: number;
  /**
   * The secret header that a request must have. Without it the request is refused (`ip_unknown`).
   *
   * @default none
   */
  readonly proof?: HeaderProof;
}

/** A compiled source. */
export interface AddressReader {
  readonly inputs: readonly RequestInput[];
  /** The data of the event that the address is read from. */
  readonly reads: keyof SentData;
  /** What must hold before the source is read; `null` = nothing. */
  readonly proof: Proof | null;
  /** `null` = unknown. */
  read(request: AuthorizationRequest): IpAddress | null;
}

const VIEWER_ADDRESS = 'cloudfront-viewer-address';
const CHOICES = `'gateway', '${VIEWER_ADDRESS}' or { header, trustedHops }`;
const MOST_HOPS = 10;

/** @throws {OptionError} */
export function compileIpSource(value: unknown, path: string): AddressReader {
  if (value === undefined || value === 'gateway') return GATEWAY;
  if (value === VIEWER_ADDRESS) return headerReader(VIEWER_ADDRESS, null, parseViewerAddress);
  if (typeof value !== 'object') refuseValue(path, CHOICES, value);
  const options = plainChecks(value, path, ['header', 'trustedHops', 'proof']);
  const header = headerName(options.header, `${path}.header`);
  if (header === VIEWER_ADDRESS) {
    if (options.trustedHops !== undefined) {
      refuse(`${path}.trustedHops`, `makes no sense with ${VIEWER_ADDRESS}, which holds one address`);
    }
    if (options.proof === undefined) {
      refuse(`${path}.proof`, `is missing; without one write source: '${VIEWER_ADDRESS}'`);
    }
    return headerReader(header, compileProof(options.proof, `${path}.proof`), parseViewerAddress);
  }
  const hops = wholeNumber(options.trustedHops, `${path}.trustedHops`, 1, MOST_HOPS);
  const proof = optional(options, path, 'proof', null, compileProof);
  return headerReader(header, proof, (list) => entryFromTheRight(list, hops));
}

const GATEWAY: AddressReader = {
  inputs: ['source-ip'],
  reads: 'address',
  proof: null,
  read: ({ clientIp }) => (clientIp === null ? null : parseIp(clientIp)),
};

function headerReader(
  header: string,
  proof: Proof | null,
  parse: (text: string) => IpAddress | null,
): AddressReader {
  return {
    inputs: headerInputs(header, proof),
    reads: 'headers',
    proof,
    read({ headers }) {
      const text = headers[header];
      return text === undefined ? null : parse(text);
    },
  };
}

/** The `hops`-th entry counted from the right; looks at no more of a long list than it needs. */
function entryFromTheRight(list: string, hops: number): IpAddress | null {
  let end = list.length;
  for (let hop = 1; hop < hops; hop++) {
    end = commaBefore(list, end);
    if (end === -1) return null;
  }
  return parseHostPort(list.slice(commaBefore(list, end) + 1, end).trim());
}

/**
 * The index of the last comma before an index; -1 = none. The index 0 is that of a comma which begins the list: this one is
 * found again, and the entry before it is empty.
 */
function commaBefore(list: string, end: number): number {
  return list.lastIndexOf(',', end - 1);
}
